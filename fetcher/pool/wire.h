// What goes over the pool's sockets. All are SOCK_SEQPACKET pairs: a message arrives whole or not
// at all. Both ends are the same program, so structs go as they are; but what a worker sends is
// never believed without a check.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "fetcher/pool/process/unique_fd.h"
#include "fetcher/pool/worker_channel.h"

namespace thresh::pool {

// Pool to worker: one task or several, of which each is this and then its payload. With kRecall for
// its id it is none, and the payload is the eight bytes of a key.
struct TaskHeader {
  uint64_t id;     // the slot in the low kSlotBits, above it a number that no other task has
  uint64_t bytes;  // of the payload
};
inline constexpr uint64_t kRecall = 0;
inline constexpr size_t kMaxTasksBytes = sizeof(TaskHeader) + kMaxMessageBytes;
inline constexpr unsigned kSlotBits = 16;
inline constexpr size_t kMaxSlots = size_t{1} << kSlotBits;

// Worker to pool: one reply or several, of which each is this and then its message.
enum class ReplyKind : uint32_t { kDone, kFailed, kLastWords };
struct ReplyHeader {
  uint64_t id;
  uint32_t kind;
  uint32_t bytes;  // of the message
};
inline constexpr size_t kMaxRepliesBytes = sizeof(ReplyHeader) + kMaxMessageBytes;

// Pool to fork server: this, then the setup; the channel and the memory as descriptors.
struct SpawnRequest {
  uint64_t sequence;
  uint64_t memory_bytes;
  uint64_t slot_bytes;
};
struct SpawnReply {
  uint64_t sequence;
  int64_t pid;  // or, below zero, an errno
};

// A connected pair, close-on-exec, with room for some large messages. Throws std::system_error.
std::pair<UniqueFd, UniqueFd> MakeSocketPair();

// One message of a header and a body, in one system call; `flags` as of send(2). Gives false with
// errno set.
template <class Header>
bool SendMessage(int fd, const Header& header, std::string_view body, int flags = 0,
                 std::span<const int> descriptors = {});
bool SendParts(int fd, std::span<iovec> parts, int flags, std::span<const int> descriptors);

template <class Header>
bool SendMessage(int fd, const Header& header, std::string_view body, int flags,
                 std::span<const int> descriptors) {
  std::array<iovec, 2> parts{{{const_cast<Header*>(&header), sizeof header},
                              {const_cast<char*>(body.data()), body.size()}}};
  return SendParts(fd, parts, flags, descriptors);
}

// Waits for a message and the two descriptors that came with it. Gives its size, 0 when the other
// end is gone, -1 with errno set (EPROTO: it does not fit, or other descriptors came).
ssize_t ReceiveWithDescriptors(int fd, std::span<char> buffer, std::array<UniqueFd, 2>* received);

}  // namespace thresh::pool
