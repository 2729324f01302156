#include "fetcher/runaway_guard.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "fetcher/pool/process/unique_fd.h"

namespace thresh {
namespace {

constexpr int kDescriptors = 256;

// Two ends of a TCP connection.
class Connection {
 public:
  Connection() {
    const pool::UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    bind(listener.get(), generic, size);
    listen(listener.get(), 1);
    getsockname(listener.get(), generic, &size);
    theirs_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(theirs_.get(), generic, size), 0);
    ours_.reset(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }

  int fd() const { return ours_.get(); }
  void Receive(size_t bytes) {
    const std::string some(bytes, 'x');
    EXPECT_EQ(send(theirs_.get(), some.data(), some.size(), 0), static_cast<ssize_t>(bytes));
    std::string all(bytes, '\0');
    EXPECT_EQ(recv(fd(), all.data(), bytes, MSG_PEEK | MSG_WAITALL), static_cast<ssize_t>(bytes));
  }
  bool IsShut() const {
    char byte;
    return recv(theirs_.get(), &byte, 1, MSG_DONTWAIT) == 0;
  }

 private:
  pool::UniqueFd theirs_;
  pool::UniqueFd ours_;
};

double ProcessorSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Three times what a call may take at most.
template <typename Done>
void BeBusyUntil(const Done& done) {
  const double end = ProcessorSeconds() + 1.5;
  while (!done() && ProcessorSeconds() < end) {
  }
}

TEST(RunawayGuardTest, EndsTheConnectionAtWhichACallStays) {
  RunawayGuard guard(kDescriptors);
  Connection stuck;
  Connection other;
  other.Receive(100);
  const RunawayGuard::Crossing call(guard, stuck.fd());
  BeBusyUntil([&] { return stuck.IsShut(); });
  EXPECT_TRUE(stuck.IsShut());
  EXPECT_FALSE(other.IsShut());
}

TEST(RunawayGuardTest, EndsTheFullestConnectionWhenNobodyKnows) {
  RunawayGuard guard(kDescriptors);
  Connection full;
  Connection fuller;
  Connection empty;
  full.Receive(10);
  fuller.Receive(1000);
  const RunawayGuard::Crossing call(guard, RunawayGuard::kAnyConnection);
  BeBusyUntil([&] { return fuller.IsShut(); });
  EXPECT_TRUE(fuller.IsShut());
  EXPECT_FALSE(full.IsShut());
  EXPECT_FALSE(empty.IsShut());
}

TEST(RunawayGuardTest, LeavesShortCallsAndLongCallbacksAlone) {
  RunawayGuard guard(kDescriptors);
  Connection connection;
  connection.Receive(100);
  BeBusyUntil([&] {
    const RunawayGuard::Crossing call(guard, connection.fd());
    return connection.IsShut();
  });
  EXPECT_FALSE(connection.IsShut());
  const RunawayGuard::Crossing call(guard, connection.fd());
  const RunawayGuard::Crossing back(guard);
  BeBusyUntil([&] { return connection.IsShut(); });
  EXPECT_FALSE(connection.IsShut());
}

TEST(RunawayGuardTest, LeavesABusyProcessAloneOutsideOfCalls) {
  RunawayGuard guard(kDescriptors);
  Connection connection;
  connection.Receive(100);
  { const RunawayGuard::Crossing call(guard, connection.fd()); }
  BeBusyUntil([&] { return connection.IsShut(); });
  EXPECT_FALSE(connection.IsShut());
}

}  // namespace
}  // namespace thresh
