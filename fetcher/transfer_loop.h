// A worker's loop: one libcurl multi handle, many transfers.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fetcher/curl_poller.h"
#include "fetcher/memory_budget.h"
#include "fetcher/name_probe.h"
#include "fetcher/pool/worker_channel.h"
#include "fetcher/transfer.h"

namespace thresh {

// Owned by the worker, used by its one thread; the channel and `trust` must outlive it.
class TransferLoop {
 public:
  TransferLoop(pool::WorkerChannel& channel, const WorkerSettings& settings, TlsTrust& trust);
  TransferLoop(const TransferLoop&) = delete;
  TransferLoop& operator=(const TransferLoop&) = delete;
  ~TransferLoop();

  // Until the channel is closed and all that was taken is answered.
  void Run();

 private:
  using TransferPtr = std::unique_ptr<Transfer>;

  // A transfer that ended because its name was not resolved, while the reason is being asked for.
  struct Probing {
    TransferPtr transfer;
    NameProbe probe;
  };

  // The transfers of one FetchJob::queue.
  struct Queue {
    size_t running = 0;
    std::deque<TransferPtr> waiting;  // for others to end
  };
  using Queues = std::unordered_map<uint64_t, Queue>;

  bool Idle() const { return queues_.empty() && probing_.empty(); }
  std::chrono::milliseconds WaitTime() const;
  void RunTransfers();
  void TakeTasks();
  void Accept(pool::WorkerChannel::Task task);
  void StartWaiting();
  void StartWaiting(Queues::iterator queue);
  bool StartTransfer(TransferPtr transfer);
  void GiveBackWaiting(uint64_t key);
  void LimitNames(void* easy);
  void NoteNamesLook(void* easy, int code);
  void CollectEnded();
  void End(Transfer* transfer, int code);
  void Deliver(TransferPtr transfer, FetchError error);
  void ResumePaused();
  void CollectProbed();

  pool::WorkerChannel& channel_;
  const SlotLayout layout_;
  TlsTrust& trust_;
  MemoryBudget budget_;
  void* multi_;
  void* share_;  // the transfers' TLS sessions
  KeptConnections kept_;
  CurlPoller poller_;
  std::map<void*, TransferPtr> running_;  // by easy handle
  Queues queues_;                         // those that have transfers
  std::vector<uint64_t> with_room_;       // of which some ended since others last began
  std::vector<Probing> probing_;
  std::chrono::steady_clock::time_point next_look_{};  // at all transfers
  std::unordered_set<void*> looks_at_names_;           // running, by easy handle
  std::chrono::steady_clock::time_point next_names_look_{};
  bool held_up_ = false;    // some transfer is paused by the budget
  bool tasks_wait_ = true;  // in the channel, maybe
  bool closed_ = false;
};

}  // namespace thresh
