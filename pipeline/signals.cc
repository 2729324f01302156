#include "pipeline/signals.h"

#include <unistd.h>

#include <atomic>

#include "pipeline/commands.h"
#include "pipeline/crawl.h"
#include "pipeline/terminal.h"

namespace thresh {
namespace {

std::atomic<Crawl*> crawl_to_stop{nullptr};
std::atomic<bool> was_signalled{false};

void OnSignal(int) {
  if (was_signalled.exchange(true)) {
    RestoreTerminal();
    _exit(kExitInterrupted);
  }
  if (Crawl* crawl = crawl_to_stop.load()) crawl->Stop();
}

}  // namespace

StopOnSignals::StopOnSignals(Crawl& crawl) {
  crawl_to_stop = &crawl;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
  sigaction(SIGHUP, &action, &old_hup_);
}

StopOnSignals::~StopOnSignals() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  sigaction(SIGHUP, &old_hup_, nullptr);
  crawl_to_stop = nullptr;
}

}  // namespace thresh
