#include "fetcher/pool/fork_server.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <system_error>

#include "fetcher/pool/fork_server_process.h"
#include "fetcher/pool/wire.h"

namespace thresh::pool {
namespace {

// A server that does not answer for so long may have been stopped.
constexpr std::chrono::milliseconds kStoppedTimeout{100};
// And for so long: the machine is in great trouble.
constexpr std::chrono::milliseconds kAnswerTimeout{3000};

[[noreturn]] void ThrowError(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

bool WaitReadable(int fd, std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd entry{fd, POLLIN, 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) usleep(1000);  // the kernel is short of memory: it will not be for long
  }
}

// The program's end of the server.
class ForkServerClient : public ForkServer {
 public:
  ForkServerClient(UniqueFd control, Process process)
      : control_(std::move(control)), process_(std::move(process)) {}
  // A worker whose answer was given up may still be coming.
  ~ForkServerClient() override {
    if (answered_ == sequence_) return;
    shutdown(control_.get(), SHUT_WR);
    process_.Continue();
    const auto deadline = std::chrono::steady_clock::now() + kAnswerTimeout;
    SpawnReply reply;
    while (WaitReadable(control_.get(), deadline) &&
           recv(control_.get(), &reply, sizeof reply, MSG_DONTWAIT) == sizeof reply) {
      DropLateWorker(reply);
    }
  }

  pid_t pid() const override { return process_.pid(); }

  Process Spawn(int channel_fd, int memory_fd, size_t memory_bytes, size_t slot_bytes,
                std::string_view setup) override {
    if (setup.size() > kMaxSetupBytes) throw std::length_error("the setup is too large");
    const SpawnRequest request{++sequence_, memory_bytes, slot_bytes};
    const std::array<int, 2> descriptors{channel_fd, memory_fd};
    if (!SendMessage(control_.get(), request, setup, MSG_DONTWAIT, descriptors)) {
      ThrowError(errno, "the fork server is gone");
    }
    const auto now = std::chrono::steady_clock::now();
    if (!WaitReadable(control_.get(), now + kStoppedTimeout)) process_.Continue();
    return AwaitAnswer(now + kAnswerTimeout);
  }

 private:
  Process AwaitAnswer(std::chrono::steady_clock::time_point deadline) {
    while (WaitReadable(control_.get(), deadline)) {
      SpawnReply reply;
      const ssize_t bytes = recv(control_.get(), &reply, sizeof reply, MSG_DONTWAIT);
      if (bytes != sizeof reply) ThrowError(ECONNRESET, "the fork server is gone");
      answered_ = reply.sequence;
      if (reply.sequence != sequence_) {
        DropLateWorker(reply);
      } else if (reply.pid < 0) {
        ThrowError(static_cast<int>(-reply.pid), "a worker cannot be forked");
      } else {
        return Take(reply);
      }
    }
    ThrowError(ETIMEDOUT, "the fork server does not answer");
  }

  static Process Take(const SpawnReply& reply) {
    return Process::Adopt(static_cast<pid_t>(reply.pid), {.name = "pool-worker", .daemon = true});
  }

  // Kills and reaps the worker of a request that was given up: nobody else will.
  static void DropLateWorker(const SpawnReply& reply) {
    if (reply.pid <= 0) return;
    try {
      Take(reply);
    } catch (const std::system_error&) {
      // No handle was to be had, and it has been killed and reaped without one.
    }
  }

  UniqueFd control_;
  uint64_t sequence_ = 0;  // of the last request
  uint64_t answered_ = 0;  // of the last request that was answered
  Process process_;
};

}  // namespace

std::unique_ptr<ForkServer> ForkServer::Start(WorkerLoop loop) {
  auto [ours, theirs] = MakeSocketPair();
  const int control = theirs.get();
  const pid_t parent = getpid();
  Process process = Process::Start([&] { RunForkServer(control, parent, loop); },
                                   {.name = "fork-server", .daemon = true});
  return std::make_unique<ForkServerClient>(std::move(ours), std::move(process));
}

}  // namespace thresh::pool
