#include "fetcher/kept_connections.h"

#include <gtest/gtest.h>

#include "tests/support/raw_server.h"

namespace thresh {
namespace {

// A client's socket that is connected to a server of the machine.
class Client {
 public:
  explicit Client(const RawServer& server)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), remote_port_(server.port()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(remote_port_));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    local_port_ = ntohs(address.sin_port);
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int fd() const { return fd_; }
  ConnectionEnds ends() const { return {"127.0.0.1", remote_port_, local_port_}; }
  void AwaitInput() const {
    pollfd descriptor{.fd = fd_, .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&descriptor, 1, 30'000), 1);
  }

 private:
  const int fd_;
  const int remote_port_;
  int local_port_ = 0;
};

RawServer::Script Silent() {
  return [](RawConnection& peer) { peer.WaitForClose(); };
}

TEST(KeptConnectionsTest, KnowsOfSeveralSocketsTheConnection) {
  const RawServer silent(Silent());
  const RawServer speaking([](RawConnection& peer) {
    peer.Send("x");
    peer.WaitForClose();
  });
  const Client quiet(silent);
  const Client told(speaking);
  told.AwaitInput();
  const int opened[] = {-1, quiet.fd(), told.fd()};
  KeptConnections kept;
  kept.Note(quiet.ends(), opened);
  EXPECT_FALSE(kept.HasInput(quiet.ends()));
  EXPECT_FALSE(kept.HasInput(told.ends())) << "nobody noted it";
  kept.Note(told.ends(), opened);
  EXPECT_TRUE(kept.HasInput(told.ends()));
  EXPECT_FALSE(kept.HasInput(quiet.ends()));
  char byte = 0;
  EXPECT_EQ(recv(told.fd(), &byte, 1, MSG_DONTWAIT), 1) << "what waits is left there";
}

TEST(KeptConnectionsTest, TheEndAndAResetAreInputToo) {
  for (const bool reset : {false, true}) {
    const RawServer server([&](RawConnection& peer) {
      if (reset) peer.Reset();
    });
    const Client client(server);
    KeptConnections kept;
    const int opened[] = {client.fd()};
    kept.Note(client.ends(), opened);
    client.AwaitInput();
    EXPECT_TRUE(kept.HasInput(client.ends())) << reset;
  }
}

TEST(KeptConnectionsTest, OriginsOfHttp1AreNotKeptWithoutEnd) {
  KeptConnections kept;
  const auto origin = [](size_t number) { return "https://x" + std::to_string(number) + ".test"; };
  for (size_t i = 0; i <= KeptConnections::kMostHttp1; ++i) kept.NoteHttp1(origin(i));
  EXPECT_TRUE(kept.HasHttp1(origin(KeptConnections::kMostHttp1)));
  EXPECT_FALSE(kept.HasHttp1(origin(0)));
}

TEST(KeptConnectionsTest, ADescriptorThatIsUsedAgainIsAnotherConnection) {
  const RawServer server(Silent());
  const RawServer speaking([](RawConnection& peer) {
    peer.Send("x");
    peer.WaitForClose();
  });
  KeptConnections kept;
  int number = -1;
  ConnectionEnds closed;
  {
    const Client first(server);
    number = first.fd();
    closed = first.ends();
    kept.Note(closed, {&number, 1});
  }
  const Client second(speaking);
  ASSERT_EQ(second.fd(), number);
  second.AwaitInput();
  kept.Note(second.ends(), {&number, 1});
  EXPECT_TRUE(kept.HasInput(second.ends()));
  EXPECT_FALSE(kept.HasInput(closed));
}

}  // namespace
}  // namespace thresh
