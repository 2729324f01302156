#include "fetcher/pool/worker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <array>
#include <utility>

namespace thresh::pool {
namespace {

// A callback may hand in a new task while its own slot is still being read: one slot to spare.
size_t SlotCount(const PoolOptions& options) { return options.tasks_per_worker + 1; }

constexpr size_t kMaxLastWords = 500;
// So many tasks wait for others at most.
constexpr size_t kMostGathered = 16;

}  // namespace

Worker::Worker(ForkServer& server, const PoolOptions& options)
    : Worker(server, options, MakeSocketPair()) {}

Worker::Worker(ForkServer& server, const PoolOptions& options, std::pair<UniqueFd, UniqueFd> ends)
    : options_(options),
      memory_(SlotCount(options), options.slot_bytes),
      channel_(std::move(ends.first)),
      process_(server.Spawn(ends.second.get(), memory_.fd(), memory_.bytes(), options.slot_bytes,
                            options.setup)),
      tasks_(SlotCount(options)),
      replies_(std::make_unique_for_overwrite<char[]>(kMaxRepliesBytes)) {
  for (size_t slot = SlotCount(options); slot-- > 0;) {
    free_slots_.push_back(static_cast<uint32_t>(slot));
  }
}

size_t Worker::HeldOf(uint64_t key) const {
  const auto found = held_of_.find(key);
  return found == held_of_.end() ? 0 : found->second;
}

Worker::Sent Worker::Send(std::string_view payload, std::string_view bulk, uint64_t key,
                          TaskCallback& callback) {
  const uint32_t slot = free_slots_.back();
  if (!bulk.empty()) memcpy(memory_.Slot(slot).data(), bulk.data(), bulk.size());
  const uint64_t id = ++sequence_ << kSlotBits | slot;
  const Sent sent = Dispatch(id, payload);
  if (sent != Sent::kYes) return sent;
  free_slots_.pop_back();
  tasks_[slot] = {id, key, std::move(callback)};
  ++held_;
  if (key != kAnyWorker) ++held_of_[key];
  if (++accepted_ == options_.max_tasks_per_child) Leave();
  return Sent::kYes;
}

void Worker::Recall(uint64_t key) {
  if (HeldOf(key) == 0 || busy_ || doomed_ || asked_to_leave_) return;
  Dispatch(kRecall, {reinterpret_cast<const char*>(&key), sizeof key});
}

// What cannot be sent now is taken back, unless it waits together with others.
Worker::Sent Worker::Dispatch(uint64_t id, std::string_view payload) {
  if (unsent_.size() + sizeof(TaskHeader) + payload.size() > kMaxTasksBytes) {
    if (const Sent sent = Flush(); sent != Sent::kYes) return sent;
  }
  const size_t before = unsent_.size();
  const TaskHeader header{id, payload.size()};
  unsent_.append(reinterpret_cast<const char*>(&header), sizeof header).append(payload);
  if (options_.gather_tasks && held_ > 0 && ++gathered_ < kMostGathered) return Sent::kYes;
  const Sent sent = Flush();
  if (sent != Sent::kBusy) return sent;
  if (before > 0) return Sent::kYes;
  unsent_.clear();
  return Sent::kBusy;
}

Worker::Sent Worker::Flush() {
  if (doomed_) unsent_.clear();
  if (unsent_.empty()) return Sent::kYes;
  std::array<iovec, 1> parts{{{unsent_.data(), unsent_.size()}}};
  const bool sent = SendParts(channel_.get(), parts, MSG_DONTWAIT, {});
  busy_ = !sent && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM);
  if (busy_) return Sent::kBusy;
  unsent_.clear();
  gathered_ = 0;
  doomed_ = !sent;  // the pool will be told by exit_fd
  if (asked_to_leave_) shutdown(channel_.get(), SHUT_WR);
  return sent ? Sent::kYes : Sent::kBroken;
}

Worker::Read Worker::ReadNext(Reply* reply) {
  if (mute_) return Read::kEnd;
  Read read = has_unread() ? Read::kReply : Receive();
  if (read == Read::kReply) read = TakeReply(reply);
  mute_ = read == Read::kEnd || read == Read::kMalformed;
  if (mute_) unread_ = {};
  return read;
}

// kReply: there is a message now.
Worker::Read Worker::Receive() {
  ssize_t bytes;
  do {
    bytes = recv(channel_.get(), replies_.get(), kMaxRepliesBytes, MSG_DONTWAIT | MSG_TRUNC);
  } while (bytes < 0 && errno == EINTR);
  if (bytes < 0) return errno == EAGAIN ? Read::kNothing : Read::kEnd;
  if (bytes == 0) return Read::kEnd;
  if (static_cast<size_t>(bytes) > kMaxRepliesBytes) return Read::kMalformed;
  unread_ = {replies_.get(), static_cast<size_t>(bytes)};
  return Read::kReply;
}

Worker::Read Worker::TakeReply(Reply* reply) {
  ReplyHeader header;
  if (unread_.size() < sizeof header) return Read::kMalformed;
  memcpy(&header, unread_.data(), sizeof header);
  unread_.remove_prefix(sizeof header);
  if (header.bytes > unread_.size()) return Read::kMalformed;
  const std::string_view message = unread_.substr(0, header.bytes);
  unread_.remove_prefix(header.bytes);
  return Accept(header, message, reply);
}

Worker::Read Worker::Accept(const ReplyHeader& header, std::string_view message, Reply* reply) {
  if (header.kind == static_cast<uint32_t>(ReplyKind::kLastWords)) {
    if (last_words_) return Read::kMalformed;
    last_words_ = message.substr(0, kMaxLastWords);
    return Read::kOther;
  }
  const bool done = header.kind == static_cast<uint32_t>(ReplyKind::kDone);
  if (!done && header.kind != static_cast<uint32_t>(ReplyKind::kFailed)) return Read::kMalformed;
  const uint32_t slot = static_cast<uint32_t>(header.id % kMaxSlots);
  if (header.id == 0 || slot >= tasks_.size() || tasks_[slot].id != header.id) {
    return Read::kMalformed;
  }
  tasks_[slot].id = 0;
  --held_;
  if (const auto of_key = held_of_.find(tasks_[slot].key);
      of_key != held_of_.end() && --of_key->second == 0) {
    held_of_.erase(of_key);
  }
  reply->slot = slot;
  reply->callback = std::exchange(tasks_[slot].callback, nullptr);
  reply->result = {.outcome = done ? TaskOutcome::kDone : TaskOutcome::kFailed,
                   .message = message,
                   .slot = memory_.Slot(slot),
                   .worker = pid(),
                   .exit = {}};
  return Read::kReply;
}

void Worker::Free(uint32_t slot) {
  memory_.Release(slot, options_.kept_bytes);
  free_slots_.push_back(slot);
}

void Worker::Leave() {
  if (asked_to_leave_) return;
  asked_to_leave_ = true;
  if (unsent_.empty()) shutdown(channel_.get(), SHUT_WR);
  Flush();
}

void Worker::Kill(std::string_view reason) {
  doomed_ = true;
  if (killed_for_.empty()) killed_for_ = reason;
  process_.Kill();
}

bool Worker::IsStuck(Clock::duration step) {
  Clock::duration limit{};
  if (held_ > 0) {
    limit = options_.watchdog;
  } else if (asked_to_leave_) {
    limit = options_.exit_grace;
  }
  return silence_.Observe(memory_.heartbeat(), step, limit);
}

std::string Worker::Obituary() {
  std::string text = "worker " + std::to_string(pid()) + " " + process_.Join().Describe();
  if (!killed_for_.empty()) text += ": it " + killed_for_;
  if (last_words_) text += ": " + *last_words_;
  return text;
}

std::vector<TaskCallback> Worker::TakeTasks() {
  std::vector<TaskCallback> callbacks;
  for (Task& task : tasks_) {
    if (task.id != 0) callbacks.push_back(std::move(task.callback));
    task = {};
  }
  held_ = 0;
  held_of_.clear();
  return callbacks;
}

}  // namespace thresh::pool
