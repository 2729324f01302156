#include "fetcher/pool/crew.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace thresh::pool {
namespace {

// SplitMix64's finalizer: near affinities must not meet in one worker.
uint64_t Mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

}  // namespace

Crew::Crew(ForkServer& server, const PoolOptions& options, Poller& poller)
    : server_(server), options_(options), poller_(poller), seats_(options.workers) {}

void Crew::Fill(Clock::time_point now) {
  bool full = true;
  for (size_t seat = 0; seat < seats_.size(); ++seat) {
    if (!seats_[seat].worker && seats_[seat].timer.due() <= now) Spawn(seat, now);
    full = full && seats_[seat].worker && seats_[seat].worker->has_asked_for_work();
  }
  if (full) shortage_.clear();
}

void Crew::Spawn(size_t seat, Clock::time_point now) {
  try {
    auto worker = std::make_unique<Worker>(server_, options_);
    poller_.Add(worker->channel_fd(), ChannelKey(seat));
    poller_.Add(worker->exit_fd(), ExitKey(seat));
    seats_[seat].worker = std::move(worker);
  } catch (const std::system_error& error) {
    shortage_ = error.what();
    seats_[seat].timer.Failed(now);
  }
}

Clock::time_point Crew::next_fill() const {
  Clock::time_point next = Clock::time_point::max();
  for (const Seat& seat : seats_) {
    if (!seat.worker) next = std::min(next, seat.timer.due());
  }
  return next;
}

// Each key has seats of its own, as many as it may have, one behind the other: of those the one
// that holds the least of it. When none of them has room, the one that holds the least of all.
std::optional<size_t> Crew::Choose(Affinity affinity) const {
  const bool anywhere = affinity.key == kAnyWorker;
  const size_t first = anywhere ? 0 : Mix(affinity.key) % seats_.size();
  const bool none_more = !anywhere && HoldersOf(affinity.key) >= affinity.workers;
  std::optional<size_t> best;
  std::pair<size_t, size_t> best_rank;  // how little it suits; less is better
  for (size_t i = 0; i < seats_.size(); ++i) {
    const size_t seat = (first + i) % seats_.size();
    const Worker* worker = at(seat);
    if (worker == nullptr || !worker->HasRoom()) continue;
    const size_t of_key = anywhere ? 0 : worker->HeldOf(affinity.key);
    if (of_key == 0 && none_more) continue;
    const bool own = !anywhere && i < affinity.workers;
    const std::pair rank(of_key, own ? 0 : 1 + worker->held());
    if (best && best_rank <= rank) continue;
    best = seat;
    best_rank = rank;
  }
  return best;
}

size_t Crew::HoldersOf(uint64_t key) const {
  return static_cast<size_t>(std::count_if(seats_.begin(), seats_.end(), [&](const Seat& seat) {
    return seat.worker && seat.worker->HeldOf(key) > 0;
  }));
}

size_t Crew::alive() const {
  return static_cast<size_t>(std::count_if(
      seats_.begin(), seats_.end(), [](const Seat& seat) { return seat.worker != nullptr; }));
}

bool Crew::hopeless() const {
  return std::all_of(seats_.begin(), seats_.end(),
                     [](const Seat& seat) { return !seat.worker && seat.timer.hopeless(); });
}

void Crew::WatchWritable(size_t seat, bool writable) {
  poller_.WatchWritable(at(seat)->channel_fd(), ChannelKey(seat), writable);
}

std::unique_ptr<Worker> Crew::Remove(size_t seat) {
  poller_.Remove(at(seat)->channel_fd());
  poller_.Remove(at(seat)->exit_fd());
  return std::move(seats_[seat].worker);
}

void Crew::CountLoss(size_t seat, Worker& worker, Clock::time_point now) {
  if (worker.asked_to_leave() && worker.held() == 0 && worker.Reap().clean()) return;
  ++lost_;
  // A task may have killed it, and then the next worker will do better. Otherwise it did itself.
  const bool at_a_task = worker.has_asked_for_work() && worker.held() > 0;
  if (at_a_task || worker.has_answered()) return;
  shortage_ = worker.Obituary();
  seats_[seat].timer.Failed(now);
}

}  // namespace thresh::pool
