// A worker's end of its pool: tasks come in, results go out, bulk data lies in shared memory.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace thresh::pool {

// The largest payload of a task and message of a result, in bytes. What is larger goes through the
// task's slot.
inline constexpr size_t kMaxMessageBytes = 64 * 1024;

// Used by one thread of the worker. When the pool is gone every call makes the process exit.
//
// The pool's watchdog hears of every Receive, Complete, Fail and Heartbeat. It kills a worker that
// holds tasks and does none of them for too long.
class WorkerChannel {
 public:
  struct Task {
    uint64_t id = 0;
    uint32_t slot = 0;  // the task's part of the shared memory, until it is completed
    std::string payload;
  };
  enum class Received { kTask, kRecall, kNothing, kClosed };

  virtual ~WorkerChannel() = default;
  // For the worker's own poll set: readable when tasks have come. Receive until it gives kNothing,
  // since several may have come together.
  virtual int fd() const = 0;
  // Sends what was completed, then waits at most `timeout` (zero: not at all) for the next task.
  // kRecall: `task->id` is a key that the pool was told to recall; what came with that key and has
  // not begun had better be completed now, as not done. kClosed: the pool wants no more of this
  // worker; finish what is in flight and return from the loop.
  virtual Received Receive(Task* task, std::chrono::milliseconds timeout) = 0;
  // The slot's memory, PoolOptions::slot_bytes long. The parent reads it after Complete; it is the
  // next task's then. Pages that were never touched cost nothing.
  virtual std::span<std::byte> Slot(uint32_t slot) = 0;
  // Ends a task with a result, or with words on why there is none. That goes to the pool with the
  // next Flush or Receive, or when the loop returns or throws: what ends at the same time goes in
  // one message, of at most about kMaxMessageBytes. A worker that dies before that has not ended
  // the task. Complete throws std::length_error above kMaxMessageBytes, Fail cuts the words off
  // there. All three wait while the pool is too busy to listen.
  virtual void Complete(uint64_t id, std::string_view message) = 0;
  virtual void Fail(uint64_t id, std::string_view error) = 0;
  // To be called before the worker waits by itself, or does something else for long.
  virtual void Flush() = 0;
  // Tells the watchdog that a long piece of work goes on. Costs a few nanoseconds.
  virtual void Heartbeat() = 0;
};

}  // namespace thresh::pool
