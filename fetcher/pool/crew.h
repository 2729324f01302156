// The workers of a pool, each on a seat that is filled again when its worker is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fetcher/pool/liveness.h"
#include "fetcher/pool/poller.h"
#include "fetcher/pool/process_pool.h"
#include "fetcher/pool/worker.h"

namespace thresh::pool {

// Makes workers, puts them where the poller sees them, chooses among them and keeps count. Owned by
// a pool; the server, the options and the poller must outlive it.
class Crew {
 public:
  // What an event of the poller is about.
  struct Source {
    size_t seat;
    bool exit;  // the process has ended; else its channel has something
  };
  static Source SourceOf(uint64_t key) { return {.seat = key / 2, .exit = key % 2 == 1}; }

  Crew(ForkServer& server, const PoolOptions& options, Poller& poller);

  // Makes workers for the empty seats that are due. What fails is tried again, later each time.
  void Fill(Clock::time_point now);
  // When the next empty seat is due.
  Clock::time_point next_fill() const;

  // Calls `visit(seat, worker)` for each worker. It may remove any of them.
  template <typename Visit>
  void ForEach(Visit visit) {
    for (size_t seat = 0; seat < seats_.size(); ++seat) {
      if (Worker* worker = at(seat)) visit(seat, *worker);
    }
  }
  Worker* at(size_t seat) { return seats_[seat].worker.get(); }  // null: the seat is empty
  const Worker* at(size_t seat) const { return seats_[seat].worker.get(); }
  // The best seat for a task of that affinity; nothing when none has room that it may go to.
  std::optional<size_t> Choose(Affinity affinity) const;
  bool HasRoom() const { return Choose(kAnyWorker).has_value(); }
  size_t alive() const;
  size_t lost() const { return lost_; }
  // No worker is left, and new ones cannot be made or die at once.
  bool hopeless() const;
  const std::string& shortage() const { return shortage_; }

  void WatchWritable(size_t seat, bool writable);
  void IgnoreChannel(size_t seat) { poller_.Remove(at(seat)->channel_fd()); }
  void HasAnswered(size_t seat) { seats_[seat].timer.Worked(); }
  // Empties the seat of a worker that has ended.
  std::unique_ptr<Worker> Remove(size_t seat);
  // To be told of each death that was not the pool's own wish, before the tasks are taken.
  void CountLoss(size_t seat, Worker& worker, Clock::time_point now);

 private:
  struct Seat {
    std::unique_ptr<Worker> worker;
    RespawnTimer timer;
  };

  size_t HoldersOf(uint64_t key) const;
  static uint64_t ChannelKey(size_t seat) { return seat * 2; }
  static uint64_t ExitKey(size_t seat) { return seat * 2 + 1; }
  void Spawn(size_t seat, Clock::time_point now);

  ForkServer& server_;
  const PoolOptions& options_;
  Poller& poller_;
  std::vector<Seat> seats_;
  size_t lost_ = 0;
  std::string shortage_;
};

}  // namespace thresh::pool
