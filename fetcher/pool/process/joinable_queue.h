// A queue of tasks that can be waited for: Python's multiprocessing.JoinableQueue in C++.
//
//   JoinableQueue<int> tasks;                         // made before the processes that share it
//   Process worker = Process::Start([&] {
//     while (const auto task = tasks.Get()) {
//       Work(*task);
//       tasks.TaskDone();
//     }
//   }, {.daemon = true});
//   for (int task : all) tasks.Put(task);
//   tasks.Join();                                     // all are done
#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>

#include "fetcher/pool/process/queue.h"
#include "fetcher/pool/process/task_ledger.h"
#include "fetcher/pool/process/wait_point.h"

namespace thresh::pool {

// A Queue whose consumers say when they have done what they took. A task belongs to the process
// that took it; when that one ends first, however it ends, nobody waits for the task any more, and
// it counts as lost: Join tells of it at most 100 ms later.
//
// In each process one thread gets and does tasks; any thread of any process may put and join.
template <class T>
class JoinableQueue : public Queue<T> {
 public:
  // `consumers`: how many processes may have taken a task and be alive at a time. One more is
  // refused by Get with std::runtime_error.
  explicit JoinableQueue(QueueCapacity capacity = {}, size_t consumers = 256)
      : Queue<T>(capacity),
        ledger_(consumers),
        region_(SharedRegion::Need<WaitPoint>()),
        settled_(region_.Make<WaitPoint>()) {}

  // One of the tasks that this process took is done. Throws std::logic_error when all are.
  void TaskDone() {
    if (!ledger_.Done()) throw std::logic_error("TaskDone without a task");
    settled_->NotifyAll();
  }

  // Wait until the queue is empty and every task that was taken is done or lost, at most `timeout`;
  // false when that has not come by then.
  void Join() { JoinUntil(kNever); }
  bool Join(std::chrono::milliseconds timeout) { return JoinUntil(DeadlineAfter(timeout)); }

  // Tasks that were taken and not done. After Join, until more are taken: those that were lost.
  size_t undone() { return this->bytes().taken() - ledger_.done(); }

 private:
  void OnTaking() override { ledger_.Take(); }
  bool JoinUntil(Deadline deadline) {
    return settled_->Await(deadline, [&] {
      return this->bytes().IsEmptyAnd([&] { return !ledger_.AnybodyWorks(); });
    });
  }

  TaskLedger ledger_;
  SharedRegion region_;
  WaitPoint* settled_;
};

}  // namespace thresh::pool
