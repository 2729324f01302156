#include "fetcher/pool/process/semaphore.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "fetcher/pool/process/robust_lock.h"
#include "fetcher/pool/process/wait_point.h"

namespace thresh::pool {

struct Semaphore::State {
  RobustLock lock;
  WaitPoint released;
  std::atomic<uint64_t> permits;  // those not acquired, the held ones among them
  size_t held;                    // seats that are taken: counted anew after a death
};

// What one holder sits on. Its holder has the lock as long as it lives.
struct Semaphore::Seat {
  RobustLock alive;
  std::atomic<bool> taken;
};

// The state, under its lock.
class Semaphore::Locked {
 public:
  Locked(Semaphore& semaphore, Deadline deadline)
      : state_(*semaphore.state_),
        seats_(semaphore.seat_),
        seat_count_(semaphore.seats_),
        guard_(state_.lock, deadline) {
    if (guard_.owner_died()) CountHeld();
  }

  explicit operator bool() const { return guard_.locked(); }
  size_t available() const { return state_.permits - std::min(state_.permits.load(), state_.held); }
  bool HasPermit() { return available() > 0 || (RemoveDead() && available() > 0); }

  // A seat whose lock this thread has got and that counts as taken.
  std::optional<size_t> TakeSeat() {
    for (size_t i = 0; i < seat_count_; ++i) {
      if (seats_[i].taken || seats_[i].alive.TryLock() == LockOutcome::kTimeout) continue;
      seats_[i].taken = true;
      ++state_.held;
      return i;
    }
    return std::nullopt;
  }
  void LeaveSeat(size_t seat) {
    seats_[seat].taken = false;
    --state_.held;
    seats_[seat].alive.Unlock();
  }
  // Clears the seats of those who have died on them.
  bool RemoveDead() {
    const size_t before = state_.held;
    for (size_t i = 0; i < seat_count_; ++i) {
      if (!seats_[i].taken || seats_[i].alive.TryLock() == LockOutcome::kTimeout) continue;
      LeaveSeat(i);
    }
    return state_.held < before;
  }

 private:
  void CountHeld() {
    state_.held = static_cast<size_t>(std::count_if(
        seats_, seats_ + seat_count_, [](const Seat& seat) { return seat.taken.load(); }));
  }

  State& state_;
  Seat* seats_;
  size_t seat_count_;
  RobustGuard guard_;
};

Semaphore::Semaphore(size_t permits)
    : seats_(std::clamp<size_t>(permits, 1, kMaxHolders)),
      region_(SharedRegion::Need<State>() + SharedRegion::Need<Seat>(seats_)),
      state_(region_.Make<State>()),
      seat_(region_.Make<Seat>(seats_)) {
  state_->permits = permits;
}

bool Semaphore::AcquireUntil(Deadline deadline) {
  bool more = false;
  const bool acquired = state_->released.Await(deadline, [&] {
    Locked locked(*this, deadline);
    if (!locked || !locked.HasPermit()) return false;
    --state_->permits;
    more = locked.available() > 0;
    return true;
  });
  if (more) state_->released.Notify();
  return acquired;
}

void Semaphore::Release() {
  {
    Locked locked(*this, kNever);
    ++state_->permits;
  }
  state_->released.Notify();
}

std::optional<Semaphore::Permit> Semaphore::HoldUntil(Deadline deadline) {
  std::optional<size_t> seat;
  bool more = false;
  state_->released.Await(deadline, [&] {
    Locked locked(*this, deadline);
    if (locked && locked.HasPermit()) seat = locked.TakeSeat();
    more = locked && locked.available() > 0;
    return seat.has_value();
  });
  if (!seat) return std::nullopt;
  if (more) state_->released.Notify();
  return Permit(this, *seat);
}

Semaphore::Permit Semaphore::Hold() { return *HoldUntil(kNever); }

std::optional<Semaphore::Permit> Semaphore::Hold(std::chrono::milliseconds timeout) {
  return HoldUntil(DeadlineAfter(timeout));
}

void Semaphore::GiveBack(size_t seat) {
  {
    Locked locked(*this, kNever);
    locked.LeaveSeat(seat);
  }
  state_->released.Notify();
}

size_t Semaphore::available() {
  Locked locked(*this, kNever);
  locked.RemoveDead();
  return locked.available();
}

Semaphore::Permit::Permit(Semaphore* semaphore, size_t seat)
    : semaphore_(semaphore), seat_(seat), holder_(gettid()) {}

Semaphore::Permit::Permit(Permit&& other) noexcept
    : semaphore_(std::exchange(other.semaphore_, nullptr)),
      seat_(other.seat_),
      holder_(other.holder_) {}

Semaphore::Permit::~Permit() {
  if (semaphore_ != nullptr && holder_ == gettid()) semaphore_->GiveBack(seat_);
}

}  // namespace thresh::pool
