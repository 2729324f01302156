#include "fetcher/transfer_loop.h"

#include <curl/curl.h>

#include <algorithm>
#include <new>
#include <utility>

namespace thresh {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kIdleWait{1000};
// While something is awaited that has no descriptor: memory given back, a resolver's answer.
constexpr milliseconds kBriefWait{10};
// Requests that are sent before answers have their turn: who waits for either waits for few others.
constexpr size_t kMostTasks = 32;
// How old the address of a name may be, and how often libcurl looks for older ones.
constexpr long kNameSeconds = 60;
constexpr std::chrono::seconds kNamesLookedAtEvery{5};
constexpr size_t kMostLooks = 8;               // under way: some servers may never answer
constexpr std::chrono::seconds kProbeTime{6};  // one more than the resolver's own first try

std::string HostOf(std::string_view origin) {
  std::string_view host = origin.substr(origin.find("://") + 3);
  return std::string(host.substr(0, host.find(':')));
}

void* NewMulti() {
  CURLM* multi = curl_multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  return multi;
}

}  // namespace

TransferLoop::TransferLoop(pool::WorkerChannel& channel, const WorkerSettings& settings,
                           TlsTrust& trust)
    : channel_(channel),
      layout_(SlotLayout::For(settings.max_body_bytes)),
      trust_(trust),
      budget_(settings.memory_bytes, settings.counted_bytes),
      multi_(NewMulti()),
      share_(curl_share_init()),
      poller_(multi_, channel.fd(), settings.connections(),
              static_cast<int>(settings.descriptors())) {
  if (share_ == nullptr) throw std::bad_alloc();
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  // More than there ever are, see CurlPoller::crowded.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(settings.descriptors()));
}

TransferLoop::~TransferLoop() {
  for (const auto& [easy, transfer] : running_) curl_multi_remove_handle(multi_, easy);
  running_.clear();
  probing_.clear();
  curl_multi_cleanup(multi_);
  curl_share_cleanup(share_);
}

void TransferLoop::Run() {
  while (true) {
    channel_.Heartbeat();
    if (tasks_wait_) TakeTasks();
    if (closed_ && Idle()) return;
    RunTransfers();
    CollectEnded();
    CollectProbed();
    ResumePaused();
    StartWaiting();
    channel_.Flush();
    if (poller_.Wait(WaitTime())) tasks_wait_ = true;
  }
}

milliseconds TransferLoop::WaitTime() const {
  if (tasks_wait_) return milliseconds(0);
  return held_up_ || !probing_.empty() ? kBriefWait : kIdleWait;
}

void TransferLoop::RunTransfers() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_look_) {
    next_look_ = now + kIdleWait;
    poller_.LookAtAll();
    if (!held_up_) poller_.MakeRoom();  // what a paused transfer waits on looks idle
  }
  poller_.RunDue();
}

void TransferLoop::TakeTasks() {
  using Received = pool::WorkerChannel::Received;
  for (size_t taken = 0; taken < kMostTasks; ++taken) {
    pool::WorkerChannel::Task task;
    const Received received = channel_.Receive(&task, milliseconds(0));
    closed_ = received == Received::kClosed;
    if (closed_) poller_.ForgetOther();
    tasks_wait_ = received == Received::kTask || received == Received::kRecall;
    if (!tasks_wait_) return;
    received == Received::kTask ? Accept(std::move(task)) : GiveBackWaiting(task.id);
  }
}

void TransferLoop::Accept(pool::WorkerChannel::Task task) {
  const std::span<std::byte> slot = channel_.Slot(task.slot);
  std::optional<FetchJob> job =
      DecodeJob(task.payload, {reinterpret_cast<const char*>(slot.data()), slot.size()});
  if (!job) {
    channel_.Fail(task.id, "the job does not decode");
    return;
  }
  const auto queue = queues_.try_emplace(job->queue).first;
  queue->second.waiting.push_back(
      std::make_unique<Transfer>(std::move(task), std::move(*job), slot, layout_, budget_));
  StartWaiting(queue);
}

void TransferLoop::StartWaiting() {
  for (const uint64_t key : std::exchange(with_room_, {})) {
    const auto queue = queues_.find(key);
    if (queue != queues_.end()) StartWaiting(queue);
  }
}

// In their order.
void TransferLoop::StartWaiting(Queues::iterator entry) {
  Queue& queue = entry->second;
  while (!queue.waiting.empty()) {
    const size_t limit = queue.waiting.front()->job().max_connections_per_host;
    if (queue.running >= std::max<size_t>(limit, 1)) return;
    TransferPtr transfer = std::move(queue.waiting.front());
    queue.waiting.pop_front();
    if (StartTransfer(std::move(transfer))) ++queue.running;
  }
  if (queue.running == 0) queues_.erase(entry);
}

// False: it has ended.
bool TransferLoop::StartTransfer(TransferPtr transfer) {
  if (!transfer->Start(share_, trust_, poller_, kept_)) {
    const FetchError error = transfer->error();
    Deliver(std::move(transfer), error);
    return false;
  }
  void* easy = transfer->easy();
  LimitNames(easy);
  curl_multi_add_handle(multi_, easy);
  running_[easy] = std::move(transfer);
  return true;
}

// libcurl looks through all names that it knows when a transfer ends that minds their age: with
// thousands of hosts that would cost more than all else. So only those do that begin when the last
// such look is some seconds ago, a few at a time, until one of them has ended well.
void TransferLoop::LimitNames(void* easy) {
  const bool look =
      looks_at_names_.size() < kMostLooks && std::chrono::steady_clock::now() >= next_names_look_;
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, look ? kNameSeconds : -1L);
  if (look) looks_at_names_.insert(easy);
}

void TransferLoop::NoteNamesLook(void* easy, int code) {
  if (looks_at_names_.erase(easy) == 0 || code != CURLE_OK) return;
  next_names_look_ = std::chrono::steady_clock::now() + kNamesLookedAtEvery;
}

void TransferLoop::CollectEnded() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    // The message dies with the next call to libcurl.
    const int code = message->data.result;
    Transfer* ended = running_.at(message->easy_handle).get();
    if (ended->MustConnectAfresh()) {
      curl_multi_remove_handle(multi_, ended->easy());
      curl_multi_add_handle(multi_, ended->easy());
    } else {
      End(ended, code);
    }
  }
}

void TransferLoop::End(Transfer* ended, int code) {
  const auto running = running_.find(ended->easy());
  TransferPtr transfer = std::move(running->second);
  running_.erase(running);
  curl_socket_t connection = CURL_SOCKET_BAD;
  curl_easy_getinfo(transfer->easy(), CURLINFO_ACTIVESOCKET, &connection);
  if (connection != CURL_SOCKET_BAD) poller_.NoteIdle(connection);
  curl_multi_remove_handle(multi_, transfer->easy());
  NoteNamesLook(transfer->easy(), code);
  const FetchError error = transfer->Judge(code);
  const bool in_trouble = TellsOfTrouble(error, transfer->status());
  const uint64_t queue = transfer->job().queue;
  --queues_.at(queue).running;
  with_room_.push_back(queue);
  if (code == CURLE_COULDNT_RESOLVE_HOST && error == FetchError::kNameNotFound) {
    NameProbe probe(HostOf(transfer->origin()), NameProbe::Clock::now() + kProbeTime);
    probing_.push_back({std::move(transfer), std::move(probe)});
    return;
  }
  Deliver(std::move(transfer), error);
  if (in_trouble) GiveBackWaiting(queue);
}

void TransferLoop::Deliver(TransferPtr transfer, FetchError error) {
  const ResultMessage result = transfer->Finish(error);
  budget_.Delivered(transfer->slot_number(), transfer->body_memory());
  channel_.Complete(transfer->task_id(), EncodeResult(result));
}

// The last one first: so who puts them back, each before those that he has, has them in order.
void TransferLoop::GiveBackWaiting(uint64_t key) {
  const auto queue = queues_.find(key);
  if (queue == queues_.end()) return;
  auto& waiting = queue->second.waiting;
  for (; !waiting.empty(); waiting.pop_back()) {
    Deliver(std::move(waiting.back()), FetchError::kNotBegun);
  }
}

void TransferLoop::CollectProbed() {
  const auto now = NameProbe::Clock::now();
  for (size_t i = 0; i < probing_.size();) {
    const FetchError error = probing_[i].probe.Poll(now);
    if (error == FetchError::kNone) {
      ++i;
      continue;
    }
    TransferPtr transfer = std::move(probing_[i].transfer);
    probing_.erase(probing_.begin() + static_cast<std::ptrdiff_t>(i));
    Deliver(std::move(transfer), error);
  }
}

// Collects first what would otherwise change the map under the loop.
void TransferLoop::ResumePaused() {
  if (!held_up_ && !budget_.exhausted()) return;
  std::vector<Transfer*> paused;
  for (const auto& [easy, transfer] : running_) {
    if (transfer->paused()) paused.push_back(transfer.get());
  }
  held_up_ = !paused.empty();
  if (!held_up_) return;
  budget_.CollectFreed();
  for (Transfer* transfer : paused) {
    if (!transfer->ResumeIfPaused()) End(transfer, CURLE_WRITE_ERROR);
  }
}

}  // namespace thresh
