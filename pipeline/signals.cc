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

// What whoever started this had ignored, nohup say, stays ignored.
void Take(int signal, struct sigaction* old) {
  sigaction(signal, nullptr, old);
  if (old->sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

StopOnSignals::StopOnSignals(Crawl& crawl) {
  crawl_to_stop = &crawl;
  Take(SIGINT, &old_int_);
  Take(SIGTERM, &old_term_);
  Take(SIGHUP, &old_hup_);
}

StopOnSignals::~StopOnSignals() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  sigaction(SIGHUP, &old_hup_, nullptr);
  crawl_to_stop = nullptr;
}

}  // namespace thresh
