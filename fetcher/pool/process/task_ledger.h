// Who works on how many tasks of a JoinableQueue.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>

#include "fetcher/pool/process/shared_region.h"

namespace thresh::pool {

// A seat for each consumer in shared memory, with what it has taken and done. A seat is its
// consumer's as long as that one lives: it holds a lock there that the kernel releases at its
// death. Each number is written by that consumer alone.
//
// Of a process, one thread takes and does tasks; that one also destroys the ledger.
class TaskLedger {
 public:
  explicit TaskLedger(size_t consumers);
  ~TaskLedger();

  // To be called by a consumer for each task, before that counts as taken. Throws
  // std::runtime_error when all seats are those of living consumers.
  void Take();
  // Gives false, and does nothing, when this consumer has done all that it took.
  bool Done();
  // Whether a living consumer has tasks that are not done. Nobody may take one meanwhile.
  bool AnybodyWorks();
  size_t done() const;  // by all, ever

 private:
  struct Seat;

  Seat* Mine();
  Seat* SitDown();

  size_t consumers_;
  SharedRegion region_;
  Seat* seats_;
  Seat* mine_ = nullptr;
  pid_t owner_ = 0;  // the thread whose seat `mine_` is: a child inherits the number, not the seat
};

}  // namespace thresh::pool
