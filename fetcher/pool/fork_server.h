// A small process that makes workers.
//
// Forking a large process copies its page tables and hands its secrets to the child. So a fork
// server is started first of all, while the program is small, and forks the workers from then on.
// It does so with CLONE_PARENT: the workers are children of the process that started the server,
// which reaps them, and whose death the kernel tells them of (PR_SET_PDEATHSIG).
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "fetcher/pool/process/process.h"

namespace thresh::pool {

class WorkerChannel;

inline constexpr size_t kMaxSetupBytes = 64 * 1024;

// What a worker runs from its birth until the channel is closed; then its process exits with 0. An
// exception that leaves it ends the process with 1, and its words become part of the reason that
// the lost tasks are given. `setup` is PoolOptions::setup.
//
// A worker begins with no descriptors but its standard ones (stdin is /dev/null) and its channel,
// default signal dispositions but for SIGINT, SIGTERM, SIGHUP and SIGPIPE, which it ignores: what
// a terminal or a service manager sends to all is the parent's to obey. Handlers of
// pthread_atfork(3) do not run for it.
using WorkerLoop = std::function<void(WorkerChannel& channel, std::string_view setup)>;

// Owned by the process that started it; not thread-safe, and the thread that started it must live
// as long as the workers shall. Destroying it ends the server; workers that live go on.
class ForkServer {
 public:
  // Forks the server. Call it before threads, secrets or databases exist. Throws
  // std::system_error when there is no process to be had.
  static std::unique_ptr<ForkServer> Start(WorkerLoop loop);
  virtual ~ForkServer() = default;
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  // Makes a worker that owns one end of a channel: the socket `channel_fd` and the shared memory
  // `memory_fd`. Both stay the caller's, too. The worker is a daemon. Throws std::system_error.
  virtual Process Spawn(int channel_fd, int memory_fd, size_t memory_bytes, size_t slot_bytes,
                        std::string_view setup) = 0;
  virtual pid_t pid() const = 0;

 protected:
  ForkServer() = default;
};

}  // namespace thresh::pool
