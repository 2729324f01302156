#include "fetcher/pool/process_pool.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "fetcher/pool/crew.h"
#include "fetcher/pool/liveness.h"
#include "fetcher/pool/poller.h"
#include "fetcher/pool/worker.h"

namespace thresh::pool {
namespace {

using std::chrono::milliseconds;

// Replies of one worker before the others have their turn.
constexpr size_t kBatch = 64;

PoolOptions Checked(PoolOptions options) {
  if (options.tasks_per_worker == 0 || options.tasks_per_worker > kMaxSlots - 2) {
    throw std::invalid_argument("tasks_per_worker is out of range");
  }
  if (options.setup.size() > kMaxSetupBytes) throw std::invalid_argument("setup is too large");
  if (options.watchdog < milliseconds(0)) throw std::invalid_argument("watchdog is negative");
  if (options.exit_grace <= milliseconds(0)) throw std::invalid_argument("exit_grace is too short");
  if (options.workers == 0) options.workers = std::max(1u, std::thread::hardware_concurrency());
  return options;
}

// Eight steps to the shortest limit, so that one long step condemns nobody.
milliseconds WatchStep(const PoolOptions& options) {
  const milliseconds limit = options.watchdog > milliseconds(0)
                                 ? std::min(options.watchdog, options.exit_grace)
                                 : options.exit_grace;
  return std::max(milliseconds(1), limit / 8);
}

milliseconds Until(Clock::time_point deadline, Clock::time_point now) {
  if (deadline <= now) return milliseconds(0);
  return std::chrono::ceil<milliseconds>(
      std::min<Clock::duration>(deadline - now, std::chrono::hours(1)));
}

Clock::time_point After(Clock::time_point now, milliseconds timeout) {
  return now + std::min<milliseconds>(timeout, std::chrono::hours(24 * 365));
}

}  // namespace

class ProcessPool::Impl {
 public:
  Impl(ForkServer& server, PoolOptions options);
  ~Impl();

  bool TrySubmit(std::string_view payload, std::string_view bulk, Affinity affinity,
                 TaskCallback callback);
  bool HasRoom() const { return !closed_ && crew_.HasRoom(); }
  void Recall(uint64_t key);
  void Flush();
  size_t Poll(milliseconds timeout);
  void Wake() { poller_.Wake(); }
  void Close();
  void Join();
  void Terminate();

  size_t in_flight() const { return in_flight_; }
  pid_t last_worker() const { return last_worker_; }
  size_t workers() const { return crew_.alive(); }
  size_t workers_lost() const { return crew_.lost(); }
  const std::string& shortage() const { return crew_.shortage(); }

 private:
  // A task that will have no answer, and has not been called back yet.
  struct Unanswered {
    TaskCallback callback;
    TaskOutcome outcome;
    std::shared_ptr<const std::string> words;
    pid_t worker;
    ExitStatus exit;
  };

  void CheckOutsideCallback(const char* what) const;
  void Round(milliseconds timeout);
  void OnEvent(const Poller::Event& event);
  bool ReadUnread();
  bool ReadBatch(size_t seat);
  void OnChannelEnd(size_t seat);
  void OnExit(size_t seat);
  void Bury(size_t seat, TaskOutcome outcome);
  void WatchWorkers(Clock::time_point now);

  void Deliver(const TaskCallback& callback, const TaskResult& result);
  void DeliverUnanswered();
  void FinishTermination();
  Clock::time_point NextDuty();

  const PoolOptions options_;
  Poller poller_;
  Crew crew_;
  std::deque<Unanswered> unanswered_;
  StepClock steps_;
  size_t in_flight_ = 0;
  pid_t last_worker_ = 0;
  size_t delivered_ = 0;  // ever
  bool closed_ = false;
  bool terminating_ = false;
  bool in_callback_ = false;
};

ProcessPool::Impl::Impl(ForkServer& server, PoolOptions options)
    : options_(Checked(std::move(options))),
      crew_(server, options_, poller_),
      steps_(WatchStep(options_)) {
  crew_.Fill(Clock::now());
  if (crew_.alive() == 0) {
    throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                            "no worker process can be had: " + shortage());
  }
}

ProcessPool::Impl::~Impl() {
  do {
    try {
      Terminate();
    } catch (...) {  // of a callback: nobody is left to catch it
    }
  } while (in_flight_ > 0 && !in_callback_);
}

// --- Submitting

bool ProcessPool::Impl::TrySubmit(std::string_view payload, std::string_view bulk,
                                  Affinity affinity, TaskCallback callback) {
  if (payload.size() > kMaxMessageBytes) throw std::length_error("the payload is too large");
  if (bulk.size() > options_.slot_bytes) throw std::length_error("larger than a slot");
  if (closed_) return false;
  while (const auto seat = crew_.Choose(affinity)) {
    const auto sent = crew_.at(*seat)->Send(payload, bulk, affinity.key, callback);
    if (crew_.at(*seat)->busy()) crew_.WatchWritable(*seat, true);
    if (sent == Worker::Sent::kYes) {
      ++in_flight_;
      last_worker_ = crew_.at(*seat)->pid();
      return true;
    }
  }
  return false;
}

void ProcessPool::Impl::Recall(uint64_t key) {
  crew_.ForEach([&](size_t seat, Worker& worker) {
    worker.Recall(key);
    if (worker.busy()) crew_.WatchWritable(seat, true);
  });
}

void ProcessPool::Impl::Flush() {
  crew_.ForEach([&](size_t seat, Worker& worker) {
    if (worker.busy()) return;
    if (worker.Flush() == Worker::Sent::kBusy) crew_.WatchWritable(seat, true);
  });
}

// --- Polling

void ProcessPool::Impl::CheckOutsideCallback(const char* what) const {
  if (in_callback_) throw std::logic_error(std::string(what) + " was called inside a callback");
}

size_t ProcessPool::Impl::Poll(milliseconds timeout) {
  CheckOutsideCallback("Poll");
  const size_t delivered_before = delivered_;
  const bool had_room = HasRoom();
  const Clock::time_point deadline = After(Clock::now(), timeout);
  for (;;) {
    const Clock::time_point now = Clock::now();
    const bool idle = closed_ && in_flight_ == 0 && crew_.alive() == 0;
    Round(idle ? milliseconds(0) : Until(std::min(deadline, NextDuty()), now));
    if (delivered_ != delivered_before || (!had_room && HasRoom())) break;
    if (!closed_ && crew_.hopeless()) {
      throw std::runtime_error("the workers cannot be kept alive: " + shortage());
    }
    if (poller_.TakeWoken() || idle || Clock::now() >= deadline) break;
  }
  poller_.TakeWoken();
  Flush();
  return delivered_ - delivered_before;
}

// Waits once, and does all that is due.
void ProcessPool::Impl::Round(milliseconds timeout) {
  FinishTermination();
  Flush();
  const bool busy = ReadUnread() || !unanswered_.empty();
  for (const Poller::Event& event : poller_.Wait(busy ? milliseconds(0) : timeout)) {
    OnEvent(event);
    FinishTermination();
  }
  const Clock::time_point now = Clock::now();
  WatchWorkers(now);
  if (!closed_) crew_.Fill(now);  // first, so that callbacks find room
  DeliverUnanswered();
  FinishTermination();
}

// When there will be something to do without an event.
Clock::time_point ProcessPool::Impl::NextDuty() {
  Clock::time_point next = closed_ ? Clock::time_point::max() : crew_.next_fill();
  crew_.ForEach([&](size_t, const Worker& worker) {
    const bool watched = options_.watchdog.count() > 0 && worker.held() > 0;
    if (watched || worker.asked_to_leave()) next = std::min(next, steps_.next());
  });
  return next;
}

void ProcessPool::Impl::OnEvent(const Poller::Event& event) {
  const auto [seat, exit] = Crew::SourceOf(event.key);
  if (crew_.at(seat) == nullptr) return;  // buried by an earlier event of the same wait
  if (exit) return OnExit(seat);
  if (event.writable) {
    crew_.at(seat)->SetWritable();
    const bool still = crew_.at(seat)->Flush() == Worker::Sent::kBusy;
    crew_.WatchWritable(seat, still);
  }
  if (event.readable) ReadBatch(seat);
}

// Delivers what was received and not yet read, when a callback threw or it was others' turn. The
// channel need not tell of it again.
bool ProcessPool::Impl::ReadUnread() {
  bool any = false;
  crew_.ForEach([&](size_t seat, Worker& worker) {
    if (!worker.has_unread()) return;
    any = true;
    ReadBatch(seat);
    FinishTermination();
  });
  return any;
}

// Delivers what a worker has said; false when it has nothing more to say.
bool ProcessPool::Impl::ReadBatch(size_t seat) {
  Worker& worker = *crew_.at(seat);
  for (size_t i = 0; i < kBatch && !terminating_; ++i) {
    Worker::Reply reply;
    switch (worker.ReadNext(&reply)) {
      case Worker::Read::kReply: {
        crew_.HasAnswered(seat);
        struct SlotGuard {
          Worker& owner;
          uint32_t slot;
          ~SlotGuard() { owner.Free(slot); }
        } guard{worker, reply.slot};
        Deliver(reply.callback, reply.result);
        break;
      }
      case Worker::Read::kOther:
        break;
      case Worker::Read::kNothing:
        return false;
      case Worker::Read::kEnd:
        OnChannelEnd(seat);
        return false;
      case Worker::Read::kMalformed:
        crew_.IgnoreChannel(seat);
        worker.Kill("sent a malformed message");
        return false;
    }
  }
  return !terminating_;
}

void ProcessPool::Impl::OnChannelEnd(size_t seat) {
  Worker& worker = *crew_.at(seat);
  crew_.IgnoreChannel(seat);
  // Most often it has ended, and this does nothing.
  if (!worker.asked_to_leave() || worker.held() > 0) worker.Kill();
}

void ProcessPool::Impl::OnExit(size_t seat) {
  if (!crew_.at(seat)->TryReap()) return;
  while (ReadBatch(seat)) {
  }
  if (!terminating_) Bury(seat, TaskOutcome::kWorkerLost);
}

// Takes leave of a worker that has ended: what it held is unanswered, and its seat is free.
void ProcessPool::Impl::Bury(size_t seat, TaskOutcome outcome) {
  const std::unique_ptr<Worker> worker = crew_.Remove(seat);
  if (outcome == TaskOutcome::kWorkerLost) crew_.CountLoss(seat, *worker, Clock::now());
  const auto words = std::make_shared<const std::string>(worker->Obituary());
  for (TaskCallback& callback : worker->TakeTasks()) {
    unanswered_.push_back({std::move(callback), outcome, words, worker->pid(), worker->Reap()});
  }
}

void ProcessPool::Impl::WatchWorkers(Clock::time_point now) {
  const auto step = steps_.Advance(now);
  if (!step) return;
  crew_.ForEach([&](size_t, Worker& worker) {
    if (worker.IsStuck(*step)) worker.Kill("gave no sign of life for too long");
  });
}

// --- Calling back

void ProcessPool::Impl::Deliver(const TaskCallback& callback, const TaskResult& result) {
  --in_flight_;
  ++delivered_;
  if (!callback) return;
  struct InCallback {
    bool& flag;
    explicit InCallback(bool& in_callback) : flag(in_callback) { flag = true; }
    ~InCallback() { flag = false; }
  } guard(in_callback_);
  callback(result);
}

void ProcessPool::Impl::DeliverUnanswered() {
  while (!unanswered_.empty()) {
    const Unanswered next = std::move(unanswered_.front());
    unanswered_.pop_front();
    Deliver(next.callback, {.outcome = next.outcome,
                            .message = *next.words,
                            .slot = {},
                            .worker = next.worker,
                            .exit = next.exit});
  }
}

// --- Ending

void ProcessPool::Impl::Close() {
  closed_ = true;
  crew_.ForEach([&](size_t seat, Worker& worker) {
    worker.Leave();
    if (worker.busy()) crew_.WatchWritable(seat, true);
  });
}

void ProcessPool::Impl::Join() {
  CheckOutsideCallback("Join");
  if (!closed_) throw std::logic_error("Join was called before Close");
  while (in_flight_ > 0 || crew_.alive() > 0) Round(Until(NextDuty(), Clock::now()));
}

void ProcessPool::Impl::Terminate() {
  closed_ = true;
  terminating_ = true;
  crew_.ForEach([](size_t, Worker& worker) { worker.Kill(); });
  FinishTermination();
}

void ProcessPool::Impl::FinishTermination() {
  if (!terminating_ || in_callback_) return;
  crew_.ForEach([&](size_t seat, Worker& worker) {
    worker.Reap();
    Bury(seat, TaskOutcome::kCancelled);
  });
  terminating_ = false;
  DeliverUnanswered();
}

// --- The public face

ProcessPool::ProcessPool(ForkServer& server, PoolOptions options)
    : impl_(std::make_unique<Impl>(server, std::move(options))) {}
ProcessPool::~ProcessPool() = default;

bool ProcessPool::TrySubmit(std::string_view payload, Affinity affinity, TaskCallback callback) {
  return impl_->TrySubmit(payload, {}, affinity, std::move(callback));
}
bool ProcessPool::TrySubmit(std::string_view payload, std::string_view bulk, Affinity affinity,
                            TaskCallback callback) {
  return impl_->TrySubmit(payload, bulk, affinity, std::move(callback));
}
bool ProcessPool::HasRoom() const { return impl_->HasRoom(); }
void ProcessPool::Recall(uint64_t key) { impl_->Recall(key); }
void ProcessPool::Flush() { impl_->Flush(); }
size_t ProcessPool::Poll(milliseconds timeout) { return impl_->Poll(timeout); }
void ProcessPool::Wake() { impl_->Wake(); }
size_t ProcessPool::in_flight() const { return impl_->in_flight(); }
pid_t ProcessPool::last_worker() const { return impl_->last_worker(); }
size_t ProcessPool::workers() const { return impl_->workers(); }
size_t ProcessPool::workers_lost() const { return impl_->workers_lost(); }
const std::string& ProcessPool::shortage() const { return impl_->shortage(); }
void ProcessPool::Close() { impl_->Close(); }
void ProcessPool::Join() { impl_->Join(); }
void ProcessPool::Terminate() { impl_->Terminate(); }

}  // namespace thresh::pool
