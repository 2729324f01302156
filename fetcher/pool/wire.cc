#include "fetcher/pool/wire.h"

#include <errno.h>
#include <string.h>

#include <system_error>

namespace thresh::pool {
namespace {

// The kernel cuts it down to net.core.wmem_max, which on any Linux holds three large messages.
constexpr int kSendBufferBytes = 512 * 1024;
constexpr size_t kMaxDescriptors = 2;

struct alignas(cmsghdr) ControlBuffer {
  std::array<char, CMSG_SPACE(sizeof(int) * kMaxDescriptors)> bytes{};
};

}  // namespace

std::pair<UniqueFd, UniqueFd> MakeSocketPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  for (int end : ends) {
    setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool SendParts(int fd, std::span<iovec> parts, int flags, std::span<const int> descriptors) {
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  ControlBuffer control;
  if (!descriptors.empty()) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  ssize_t sent;
  do {
    sent = sendmsg(fd, &message, flags | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

ssize_t ReceiveWithDescriptors(int fd, std::span<char> buffer, std::array<UniqueFd, 2>* received) {
  iovec part{buffer.data(), buffer.size()};
  ControlBuffer control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  ssize_t bytes;
  do {
    bytes = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
  } while (bytes < 0 && errno == EINTR);
  if (bytes <= 0) return bytes;

  std::array<int, kMaxDescriptors> fds{-1, -1};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    memcpy(fds.data(), CMSG_DATA(header), header->cmsg_len - CMSG_LEN(0));
  }
  for (size_t i = 0; i < kMaxDescriptors; ++i) (*received)[i].reset(fds[i]);
  const bool whole = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  if (whole && (*received)[kMaxDescriptors - 1]) return bytes;
  errno = EPROTO;
  return -1;
}

}  // namespace thresh::pool
