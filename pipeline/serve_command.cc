// thresh serve: a database in a browser.
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "pipeline/commands.h"
#include "pipeline/message.h"
#include "pipeline/web_server.h"
#include "storage/query.h"

namespace thresh {
namespace {

// What still runs so long after the signal is left behind: nothing is written that could be lost.
constexpr int kMillisecondsToEnd = 1500;

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// Answers until a signal comes. The server's threads are made with the signals blocked, so that
// only this one takes them.
void RunUntilSignal(WebServer* server) {
  const sigset_t signals = StopSignals();
  const int ended = eventfd(0, EFD_CLOEXEC);
  std::thread answering([server, ended] {
    server->Run();
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(ended, &one, sizeof one);
  });
  int signal = 0;
  sigwait(&signals, &signal);
  server->Stop();
  pollfd end{ended, POLLIN, 0};
  if (poll(&end, 1, kMillisecondsToEnd) != 1) _exit(kExitOk);
  answering.join();
  close(ended);
}

}  // namespace

int RunServe(const ServeFlags& flags) {
  const auto listen = ParseListenAddress(flags.listen);
  if (!listen) throw UsageError("--listen " + flags.listen + ": is not ADDRESS:PORT");
  const std::filesystem::path db = DatabaseOf(flags.db);
  Reader::Open(db);  // says what is wrong with it before anybody asks
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  WebServer server(std::filesystem::absolute(db), *listen);
  if (!IsLoopback(listen->host)) {
    PrintMessage("thresh: everybody who reaches {} can read all of {}\n", UrlOf(server.address()),
                 db.string());
  }
  Output output = Output::Stdout();
  output.Write(UrlOf(server.address()) + "\n");
  output.Flush();
  RunUntilSignal(&server);
  return kExitOk;
}

}  // namespace thresh
