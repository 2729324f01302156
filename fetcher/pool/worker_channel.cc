#include "fetcher/pool/worker_channel.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <stdexcept>
#include <vector>

#include "fetcher/pool/fork_server_process.h"
#include "fetcher/pool/shared_memory.h"
#include "fetcher/pool/wire.h"

namespace thresh::pool {
namespace {

constexpr int kPoolGone = 1;

// The channel over a socket and a mapping.
class SocketChannel : public WorkerChannel {
 public:
  SocketChannel(UniqueFd socket, UniqueFd memory, size_t memory_bytes, size_t slot_bytes)
      : socket_(std::move(socket)),
        memory_(std::move(memory), memory_bytes, slot_bytes),
        buffer_(kMaxTasksBytes) {
    memory_.CloseFd();
    replies_.reserve(kMaxRepliesBytes);
  }

  int fd() const override { return socket_.get(); }

  Received Receive(Task* task, std::chrono::milliseconds timeout) override {
    Flush();
    memory_.Beat();
    if (auto received = TryReceive(task); received || timeout.count() <= 0) {
      return received.value_or(Received::kNothing);
    }
    const auto wait = std::min<std::chrono::milliseconds>(timeout, std::chrono::hours(24));
    pollfd entry{socket_.get(), POLLIN, 0};
    poll(&entry, 1, static_cast<int>(wait.count()));
    memory_.Beat();
    return TryReceive(task).value_or(Received::kNothing);
  }

  std::span<std::byte> Slot(uint32_t slot) override { return memory_.Slot(slot); }

  void Complete(uint64_t id, std::string_view message) override {
    if (message.size() > kMaxMessageBytes) throw std::length_error("the message is too large");
    Reply(ReplyKind::kDone, id, message);
  }

  void Fail(uint64_t id, std::string_view error) override {
    Reply(ReplyKind::kFailed, id, error.substr(0, kMaxMessageBytes));
  }

  void Flush() override {
    if (replies_.empty()) return;
    memory_.Beat();
    std::array<iovec, 1> parts{{{replies_.data(), replies_.size()}}};
    while (!SendParts(socket_.get(), parts, 0, {})) {
      if (errno != ENOBUFS && errno != ENOMEM) _exit(kPoolGone);
      usleep(1000);  // the kernel is short of memory, and nothing tells when it has some again
    }
    replies_.clear();
    memory_.Beat();
  }

  void Heartbeat() override { memory_.Beat(); }

  void SayLastWords(std::string_view words) {
    Reply(ReplyKind::kLastWords, 0, words.substr(0, kMaxMessageBytes));
  }

 private:
  std::optional<Received> TryReceive(Task* task) {
    if (unread_.empty()) {
      const ssize_t bytes = recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (bytes < 0) {
        if (errno == EAGAIN || errno == EINTR) return std::nullopt;
        _exit(kPoolGone);
      }
      if (bytes == 0) {
        ExitIfPoolIsGone();
        return Received::kClosed;
      }
      unread_ = {buffer_.data(), static_cast<size_t>(bytes)};
    }
    return TakeTask(task);
  }

  Received TakeTask(Task* task) {
    TaskHeader header;
    memcpy(&header, unread_.data(), sizeof header);
    unread_.remove_prefix(sizeof header);
    if (header.id == kRecall) {
      memcpy(&task->id, unread_.data(), sizeof task->id);
      unread_.remove_prefix(sizeof task->id);
      return Received::kRecall;
    }
    task->id = header.id;
    task->slot = static_cast<uint32_t>(header.id % kMaxSlots);
    task->payload = unread_.substr(0, header.bytes);
    unread_.remove_prefix(header.bytes);
    return Received::kTask;
  }

  // The pool says that it wants no more by closing one direction; when it is gone both are closed.
  void ExitIfPoolIsGone() {
    pollfd entry{socket_.get(), 0, 0};
    if (poll(&entry, 1, 0) > 0 && (entry.revents & POLLHUP) != 0) _exit(kPoolGone);
  }

  void Reply(ReplyKind kind, uint64_t id, std::string_view message) {
    const ReplyHeader header{id, static_cast<uint32_t>(kind),
                             static_cast<uint32_t>(message.size())};
    memory_.Beat();
    if (replies_.size() + sizeof header + message.size() > kMaxRepliesBytes) Flush();
    replies_.append(reinterpret_cast<const char*>(&header), sizeof header);
    replies_.append(message);
  }

  UniqueFd socket_;
  SharedMemory memory_;
  std::vector<char> buffer_;  // the last message of tasks
  std::string_view unread_;   // what is left of it
  std::string replies_;       // to be sent
};

// Ends without the destructors and exit handlers of the program that this is a copy of.
[[noreturn]] void Leave(int status) {
  fflush(nullptr);
  _exit(status);
}

}  // namespace

void RunWorker(int channel_fd, int memory_fd, size_t memory_bytes, size_t slot_bytes,
               std::string_view setup, const WorkerLoop& loop) {
  try {
    SocketChannel channel(UniqueFd(channel_fd), UniqueFd(memory_fd), memory_bytes, slot_bytes);
    try {
      loop(channel, setup);
    } catch (const std::exception& error) {
      channel.SayLastWords(error.what());
      channel.Flush();
      Leave(1);
    }
    channel.Flush();
    Leave(0);
  } catch (...) {
    Leave(1);
  }
}

}  // namespace thresh::pool
