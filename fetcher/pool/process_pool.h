// A pool of worker processes: Python's multiprocessing.Pool in C++.
//
// This header is the core: tasks and results are bytes, and a worker runs a loop of its own over
// its WorkerChannel, so that it may have many tasks in flight. function_pool.h puts plain functions
// on top of it (Apply, ApplyAsync, Map, …).
//
//   auto server = pool::ForkServer::Start(loop);           // first of all in main
//   pool::ProcessPool pool(*server, {.workers = 3});
//   pool.TrySubmit("task", kAnyWorker, [](const pool::TaskResult& result) { … });
//   pool.Close();
//   pool.Join();                                           // callbacks run in here
//
// Promises: every accepted task is called back exactly once, in the thread that calls Poll, Join or
// Terminate, one at a time. A worker that dies fails the tasks it held (kWorkerLost), is reaped and
// replaced. Nothing is queued beyond PoolOptions' room. No threads, no zombies; workers die with
// the parent, however it dies.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "fetcher/pool/fork_server.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/worker_channel.h"

namespace thresh::pool {

struct PoolOptions {
  size_t workers = 0;            // 0: one a processor
  size_t tasks_per_worker = 16;  // slots: what one worker may hold at a time; at most 65,534
  size_t slot_bytes = 1u << 20;  // address space of a slot; only touched pages cost memory
  // What a worker's slots may have together before a freed one that has more than its equal share
  // gives its memory back. Below that they are used again as they are, which spares the system's
  // making and clearing pages.
  size_t kept_bytes = 16u << 20;
  size_t max_tasks_per_child = 0;  // after so many a worker is replaced; 0: never
  // A worker that holds a task and gave no sign of life (see WorkerChannel) for so long is killed:
  // it is stopped or stuck. Only time in which the pool could listen counts. Zero: never.
  std::chrono::milliseconds watchdog{0};
  // A worker that was asked to leave and holds nothing has so long to do it before it is killed.
  std::chrono::milliseconds exit_grace{5000};
  // Tasks for a worker that holds others gather until Flush or Poll, and go in one message: for who
  // submits many at a time.
  bool gather_tasks = false;
  std::string setup{};  // handed to every worker's loop
};

enum class TaskOutcome : uint8_t { kDone, kFailed, kWorkerLost, kCancelled };

struct TaskResult {
  TaskOutcome outcome = TaskOutcome::kDone;
  std::string_view message{};  // the worker's message, or its error's words
  // The task's slot as the worker left it: valid until the callback returns. A worker that has
  // been taken over may still write to it: check sizes against it, copy, then check the copy.
  std::span<const std::byte> slot{};
  pid_t worker = 0;
  ExitStatus exit{};  // kWorkerLost: how the worker ended
};

using TaskCallback = std::function<void(const TaskResult&)>;

inline constexpr uint64_t kAnyWorker = ~uint64_t{0};

// Which workers a task may go to. At most `workers` hold tasks of one key at a time, in equal
// parts, and where there is a choice they are those that had the key before.
struct Affinity {
  constexpr Affinity(uint64_t of_key = kAnyWorker, size_t most_workers = 1)
      : key(of_key), workers(most_workers) {}
  uint64_t key;
  size_t workers;  // at least one
};

// One owner, one thread. The ForkServer must outlive it.
class ProcessPool {
 public:
  // Throws std::system_error when not a single worker can be had; fewer than asked for is no
  // error: see workers() and shortage(). Throws std::invalid_argument on senseless options.
  ProcessPool(ForkServer& server, PoolOptions options);
  // Terminates: outstanding callbacks run with kCancelled; what they throw is dropped. Not to be
  // destroyed inside a callback.
  ~ProcessPool();
  ProcessPool(const ProcessPool&) = delete;
  ProcessPool& operator=(const ProcessPool&) = delete;

  // Hands `payload` to a worker that has room. False, and nothing happens, when none has that it
  // may go to or the pool is closed. Safe to call inside a callback. Throws std::length_error above
  // kMaxMessageBytes.
  bool TrySubmit(std::string_view payload, Affinity affinity, TaskCallback callback);
  // The same, and puts `bulk` at the beginning of the task's slot first. Throws std::length_error
  // above PoolOptions::slot_bytes.
  bool TrySubmit(std::string_view payload, std::string_view bulk, Affinity affinity,
                 TaskCallback callback);
  bool HasRoom() const;
  // Asks the workers for the tasks of that key that they have not begun: their loops may complete
  // them, each in its own way of saying so, before they are done. Most hear of it with the next
  // Flush or Poll, and one that does not listen never does.
  void Recall(uint64_t key);
  // Sends what PoolOptions::gather_tasks has gathered.
  void Flush();

  // Runs the callbacks of what has finished; waits at most `timeout` for the first one, or until a
  // full pool has room. Gives how many ran. Replaces dead workers. An exception of a callback
  // leaves from here; the other callbacks run in the next Poll. Throws std::runtime_error when no
  // worker is left and new ones die as soon as they start or cannot be made, and std::logic_error
  // inside a callback.
  size_t Poll(std::chrono::milliseconds timeout);
  // Makes a running or the next Poll return at once. Async-signal-safe.
  void Wake();

  size_t in_flight() const;     // accepted and not yet called back
  pid_t last_worker() const;    // who took the last accepted task; 0: there was none
  size_t workers() const;       // alive now
  size_t workers_lost() const;  // that died without being asked to, ever
  // Why there are fewer workers than were asked for, for people. Empty: there are not.
  const std::string& shortage() const;

  // Accepts no more; workers leave when they have done what they hold.
  void Close();
  // After Close: waits until all that was accepted was called back and the workers are gone. Throws
  // std::logic_error before Close and inside a callback.
  void Join();
  // Kills the workers; outstanding tasks are called back with kCancelled, before this returns or,
  // when it is called inside a callback, soon after that one returned.
  void Terminate();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace thresh::pool
