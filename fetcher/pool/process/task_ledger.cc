#include "fetcher/pool/process/task_ledger.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <numeric>
#include <stdexcept>

#include "fetcher/pool/process/robust_lock.h"

namespace thresh::pool {

struct TaskLedger::Seat {
  RobustLock alive;
  std::atomic<uint64_t> taken;
  std::atomic<uint64_t> done;

  bool busy() const { return taken != done; }
};

TaskLedger::TaskLedger(size_t consumers)
    : consumers_(consumers),
      region_(SharedRegion::Need<Seat>(consumers)),
      seats_(region_.Make<Seat>(consumers)) {}

TaskLedger::~TaskLedger() {
  if (owner_ == gettid()) mine_->alive.Unlock();
}

TaskLedger::Seat* TaskLedger::Mine() {
  const pid_t self = gettid();
  if (owner_ != self) {
    mine_ = SitDown();
    owner_ = self;
  }
  return mine_;
}

// What the one before has not done is nobody's work any more.
TaskLedger::Seat* TaskLedger::SitDown() {
  for (Seat* seat = seats_; seat != seats_ + consumers_; ++seat) {
    if (seat->alive.TryLock() == LockOutcome::kTimeout) continue;
    seat->taken.store(seat->done);
    return seat;
  }
  throw std::runtime_error("the queue has no seat for another consumer");
}

void TaskLedger::Take() { ++Mine()->taken; }

bool TaskLedger::Done() {
  if (owner_ != gettid() || !mine_->busy()) return false;
  ++mine_->done;
  return true;
}

bool TaskLedger::AnybodyWorks() {
  return std::any_of(seats_, seats_ + consumers_, [](Seat& seat) {
    if (!seat.busy()) return false;
    if (seat.alive.TryLock() == LockOutcome::kTimeout) return true;
    seat.alive.Unlock();
    return false;
  });
}

size_t TaskLedger::done() const {
  return std::accumulate(seats_, seats_ + consumers_, size_t{0},
                         [](size_t sum, const Seat& seat) { return sum + seat.done; });
}

}  // namespace thresh::pool
