// The Fetcher whose workers are processes: the parent's side.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "fetcher/fetch_worker.h"
#include "fetcher/fetcher.h"
#include "fetcher/messages.h"
#include "fetcher/pool/process_pool.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;

constexpr size_t kMostProcesses = 4;
// Of the memory that bodies may have, what a worker's free slots keep for the next ones.
constexpr size_t kKeptShare = 8;
constexpr size_t kMostKeptBytes = 8u << 20;
// A worker looks at its channel at least once a second.
constexpr milliseconds kWatchdog{20'000};
constexpr milliseconds kLoneTurn{10};
// So many connections of a queue are one process's work; of twice as many two have half each.
constexpr size_t kConnectionsPerProcess = 8;

size_t ProcessCount(const FetcherOptions& options) {
  if (options.processes > 0) return options.processes;
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostProcesses);
}

size_t WorkerMemory(const FetcherOptions& options) {
  return options.memory_bytes / ProcessCount(options);
}

size_t KeptBytes(const FetcherOptions& options) {
  return std::min(WorkerMemory(options) / kKeptShare, kMostKeptBytes);
}

WorkerSettings SettingsFor(const FetcherOptions& options) {
  return {.transfers = options.transfers_per_process,
          .memory_bytes = WorkerMemory(options),
          .max_body_bytes = options.max_body_bytes,
          .counted_bytes = KeptBytes(options) / options.transfers_per_process,
          .sandbox = options.sandbox,
          .ca_file = options.ca_file};
}

pool::PoolOptions PoolOptionsFor(const FetcherOptions& options, const SlotLayout& layout) {
  return {.workers = ProcessCount(options),
          .tasks_per_worker = options.transfers_per_process,
          .slot_bytes = layout.slot_bytes(),
          .kept_bytes = KeptBytes(options),
          .watchdog = kWatchdog,
          .gather_tasks = true,
          .setup = EncodeSettings(SettingsFor(options))};
}

// Only the parent knows whether the file can be read; a worker would die of it, again and again.
const FetcherOptions& CheckCaFile(const FetcherOptions& options) {
  if (!options.ca_file.empty() && access(options.ca_file.c_str(), R_OK) != 0) {
    throw std::system_error(errno, std::generic_category(), "CA file " + options.ca_file);
  }
  return options;
}

// A worker that says what cannot be is not ours any more. Only while it is our living child: its
// number could belong to somebody else after that.
void KillLiar(pid_t worker) {
  siginfo_t info{};
  const bool ours =
      waitid(P_PID, static_cast<id_t>(worker), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      info.si_pid == 0;
  if (ours) kill(worker, SIGKILL);
}

FetchResult Failed(FetchError error, std::string_view detail) {
  FetchResult result;
  result.error = error;
  result.error_detail = detail;
  return result;
}

class ProcessFetcher : public Fetcher {
 public:
  ProcessFetcher(pool::ForkServer& server, const FetcherOptions& options)
      : server_(server),
        options_(CheckCaFile(options)),
        layout_(SlotLayout::For(options.max_body_bytes)),
        processes_(ProcessCount(options)),
        pool_(server, PoolOptionsFor(options, layout_)) {}

  // The pool calls back what is in flight; refused jobs are ours.
  ~ProcessFetcher() override {
    pool_.Terminate();
    lone_pool_.reset();
    for (auto& [callback, result] : std::exchange(refused_, {})) {
      callback(Failed(FetchError::kCancelled, result.error_detail));
    }
  }

  bool TryFetch(FetchJob job, uint64_t queue, Callback callback) override {
    const size_t processes =
        std::clamp<size_t>(job.max_connections_per_host / kConnectionsPerProcess, 1, processes_);
    job.max_connections_per_host /= processes;
    job.queue = queue;
    const JobMessage message = EncodeJob(job);
    if (message.bulk.size() > layout_.slot_bytes()) {
      refused_.emplace_back(std::move(callback),
                            Failed(FetchError::kBadUrl, "the request is larger than a slot"));
      return true;
    }
    pool::ProcessPool& pool = job.alone ? LonePool() : pool_;
    const bool accepted =
        pool.TrySubmit(message.payload, message.bulk, pool::Affinity(queue, processes),
                       [this, callback = std::move(callback)](const pool::TaskResult& task) {
                         callback(MakeResult(task));
                       });
    if (accepted) last_worker_ = pool.last_worker();
    return accepted;
  }
  int last_worker() const override { return last_worker_; }
  size_t workers() const override {
    return pool_.workers() + (lone_pool_ ? lone_pool_->workers() : 0);
  }

  bool HasRoom() const override { return pool_.HasRoom(); }
  void Recall(uint64_t queue) override { pool_.Recall(queue); }
  void Flush() override {
    pool_.Flush();
    if (lone_pool_) lone_pool_->Flush();
  }
  size_t in_flight() const override {
    return pool_.in_flight() + refused_.size() + (lone_pool_ ? lone_pool_->in_flight() : 0);
  }
  std::string Shortage() const override { return Presentable(pool_.shortage()); }
  void Wake() override { pool_.Wake(); }
  void Close() override {
    pool_.Close();
    if (lone_pool_) lone_pool_->Close();
  }

  size_t Poll(milliseconds timeout) override {
    auto refused = std::exchange(refused_, {});
    const size_t count = refused.size();
    for (auto& [callback, result] : refused) callback(std::move(result));
    if (count > 0) timeout = milliseconds(0);
    return count + (lone_pool_ ? PollBoth(timeout) : pool_.Poll(timeout));
  }

 private:
  // One worker with one task at a time, made when it is first needed.
  pool::ProcessPool& LonePool() {
    if (!lone_pool_) {
      FetcherOptions options = options_;
      options.processes = 1;
      options.transfers_per_process = 1;
      lone_pool_ = std::make_unique<pool::ProcessPool>(server_, PoolOptionsFor(options, layout_));
    }
    return *lone_pool_;
  }

  // Looks at both pools in turn; lone tasks are rare, and may be seen some milliseconds late. A
  // lone worker may die while it has nothing to do, too, and has to be replaced.
  size_t PollBoth(milliseconds timeout) {
    const size_t count = lone_pool_->Poll(milliseconds(0)) + pool_.Poll(milliseconds(0));
    if (count > 0) return count;
    if (lone_pool_->in_flight() > 0) timeout = std::min(timeout, kLoneTurn);
    return pool_.Poll(timeout) + lone_pool_->Poll(milliseconds(0));
  }

  // What a worker says is believed as far as it can be checked, and no further.
  FetchResult MakeResult(const pool::TaskResult& task) {
    switch (task.outcome) {
      case pool::TaskOutcome::kCancelled:
        return Failed(FetchError::kCancelled, {});
      case pool::TaskOutcome::kWorkerLost:
        return Failed(FetchError::kWorkerLost, Presentable(task.message));
      case pool::TaskOutcome::kFailed:
        return Failed(FetchError::kInternal, Presentable(task.message));
      case pool::TaskOutcome::kDone:
        break;
    }
    const auto message = DecodeResult(task.message, layout_);
    FetchResult result;
    if (message && Fill(*message, task.slot, &result)) return result;
    KillLiar(task.worker);
    return Failed(FetchError::kWorkerLost, "the worker's answer is malformed: it was killed");
  }

  // The headers are copied before they are decoded, the text while it is checked: the worker could
  // still write to the slot.
  bool Fill(const ResultMessage& message, std::span<const std::byte> slot, FetchResult* result) {
    const std::string_view bytes(reinterpret_cast<const char*>(slot.data()), slot.size());
    auto headers = DecodeHeaders(std::string(bytes.substr(0, message.header_bytes)));
    if (!headers) return false;
    result->error = message.error;
    result->error_detail = message.error_detail;
    result->status = message.status;
    result->headers = std::move(*headers);
    result->text = CopyAsValidUtf8(bytes.substr(layout_.text_offset(), message.text_bytes));
    result->mislabelled = message.mislabelled;
    result->charset = message.charset;
    result->body_bytes = message.body_bytes;
    result->wire_bytes = message.wire_bytes;
    result->stored_body = bytes.substr(layout_.stored_offset(), message.stored_bytes);
    result->body_hash = message.body_hash;
    result->remote_address = message.remote_address;
    result->addresses = message.addresses;
    result->elapsed = message.elapsed;
    result->since_request = message.since_request;
    return true;
  }

  pool::ForkServer& server_;
  const FetcherOptions options_;
  const SlotLayout layout_;
  const size_t processes_;
  std::deque<std::pair<Callback, FetchResult>> refused_;  // to be called back in the next Poll
  pid_t last_worker_ = 0;
  pool::ProcessPool pool_;
  std::unique_ptr<pool::ProcessPool> lone_pool_;
};

}  // namespace

std::unique_ptr<pool::ForkServer> StartFetcherServer() {
  return pool::ForkServer::Start(RunFetchWorker);
}

std::unique_ptr<Fetcher> MakeProcessFetcher(pool::ForkServer& server,
                                            const FetcherOptions& options) {
  return std::make_unique<ProcessFetcher>(server, options);
}

}  // namespace thresh
