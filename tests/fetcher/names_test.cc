// Name servers that lie, hang or name dead machines; networks without a way. FAULTS 2, 16, 17, 87.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "tests/support/dns_server.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/private_network.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

using namespace std::chrono_literals;
using Addresses = std::optional<std::vector<std::string>>;

Addresses Are(std::vector<std::string> addresses) { return addresses; }

const std::string kPage = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage";
// Belongs to this machine in the private network only.
constexpr char kPublicAddress[] = "8.8.8.8";

// One fetch by a process of its own, so that it remembers no name.
FetchResult Fetch(pool::ForkServer& server, const FetchJob& job) {
  FetcherOptions options;
  options.processes = 1;
  const auto fetcher = MakeProcessFetcher(server, options);
  return FetchWith(*fetcher, job);
}

FetchJob JobFor(const std::string& host, int port) {
  return LocalJob("http://" + host + ":" + std::to_string(port) + "/");
}

class NamesTest : public ::testing::Test {
 protected:
  // Runs `act` in a private network with a fork server that was started in it.
  void InPrivateNetwork(const std::function<void(pool::ForkServer&)>& act) {
    const auto outcome = PrivateNetwork::Run([&] {
      const auto server = StartFetcherServer();
      act(*server);
    });
    if (outcome == PrivateNetwork::Outcome::kNotPossibleHere) {
      GTEST_SKIP() << "this user may not have a network namespace";
    }
    EXPECT_EQ(outcome, PrivateNetwork::Outcome::kPassed);
  }
};

TEST_F(NamesTest, AMachineThatCannotBeReachedIsUnreachable) {
  InPrivateNetwork([](pool::ForkServer& server) {
    const FetchResult result = Fetch(server, LocalJob("http://203.0.113.1/"));
    EXPECT_EQ(Name(result.error), "unreachable") << result.error_detail;
  });
}

TEST_F(NamesTest, AResolverThatHangsIsATimeout) {
  InPrivateNetwork([](pool::ForkServer& server) {
    const DnsServer names([](const std::string&) { return Addresses(); });
    FetchJob job = JobFor("hangs.test", 80);
    job.connect_timeout = 1s;
    const auto start = std::chrono::steady_clock::now();
    const FetchResult result = Fetch(server, job);
    EXPECT_EQ(Name(result.error), "name-timeout") << result.error_detail;
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  });
}

// While one name hangs, the same process goes on with others.
TEST_F(NamesTest, AResolverThatHangsKeepsNobodyElseWaiting) {
  InPrivateNetwork([](pool::ForkServer& server) {
    const DnsServer names([](const std::string& name) {
      return name == "hangs.test" ? Addresses() : Are({"127.0.0.1"});
    });
    const RawServer site(RawServer::Answering(kPage));
    FetcherOptions options;
    options.processes = 1;
    const auto fetcher = MakeProcessFetcher(server, options);
    bool hanging = true;
    FetchJob slow = JobFor("hangs.test", 80);
    slow.connect_timeout = 8s;
    fetcher->TryFetch(slow, 1, [&](const FetchResult&) { hanging = false; });
    std::string text;
    fetcher->TryFetch(JobFor("quick.test", site.port()), 2, [&](const FetchResult& result) {
      text = result.text;
      EXPECT_TRUE(hanging);
    });
    while (fetcher->in_flight() > 1) fetcher->Poll(100ms);
    EXPECT_EQ(text, "page");
  });
}

TEST_F(NamesTest, ANameThatIsNoneIsNotFound) {
  InPrivateNetwork([](pool::ForkServer& server) {
    const DnsServer names([](const std::string&) { return Are({}); });
    EXPECT_EQ(Name(Fetch(server, JobFor("none.test", 80)).error), "name-not-found");
  });
}

// The resolver puts 127.0.0.1 first, since that is the source address, too.
TEST_F(NamesTest, OfSeveralAddressesTheNextIsTriedWhenOneRefuses) {
  InPrivateNetwork([](pool::ForkServer& server) {
    const DnsServer names([](const std::string&) {
      return Are({"127.0.0.9", "127.0.0.1", "127.0.0.2"});
    });
    const RawServer site(RawServer::Answering(kPage), "127.0.0.9");
    const FetchResult result = Fetch(server, JobFor("several.test", site.port()));
    EXPECT_EQ(result.text, "page") << Name(result.error) << result.error_detail;
    EXPECT_EQ(result.remote_address, "127.0.0.9");
  });
}

// A listener whose queue is full: to connect gets no answer at all.
class SilentAddress {
 public:
  SilentAddress(const char* address, int port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, address, &where.sin_addr);
    const auto* generic = reinterpret_cast<sockaddr*>(&where);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ok_ = bind(listener_, generic, sizeof where) == 0 && listen(listener_, 0) == 0;
    for (int& peer : peers_) {
      peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      static_cast<void>(connect(peer, generic, sizeof where));
    }
  }
  ~SilentAddress() {
    for (const int peer : peers_) close(peer);
    close(listener_);
  }
  SilentAddress(const SilentAddress&) = delete;
  SilentAddress& operator=(const SilentAddress&) = delete;

  bool ok() const { return ok_; }

 private:
  int listener_ = -1;
  int peers_[4] = {};
  bool ok_ = false;
};

TEST_F(NamesTest, OfSeveralAddressesTheNextIsTriedWhenOneIsSilent) {
  InPrivateNetwork([](pool::ForkServer& server) {
    const DnsServer names([](const std::string&) { return Are({"127.0.0.1", "127.0.0.9"}); });
    const RawServer site(RawServer::Answering(kPage), "127.0.0.9");
    const SilentAddress silent("127.0.0.1", site.port());
    ASSERT_TRUE(silent.ok());
    FetchJob job = JobFor("several.test", site.port());
    // Half of it for the first address; libcurl 7.88 sees the second one's answer up to 1 s late.
    job.connect_timeout = 5s;
    const FetchResult result = Fetch(server, job);
    EXPECT_EQ(result.text, "page") << Name(result.error) << result.error_detail;
    EXPECT_GE(result.elapsed, 500ms) << "the silent one was not tried";
  });
}

TEST_F(NamesTest, AnAddressThatBecomesPrivateIsRefusedAtConnect) {
  InPrivateNetwork([](pool::ForkServer& server) {
    ASSERT_TRUE(PrivateNetwork::AddAddress(kPublicAddress));
    std::atomic<bool> rebound = false;
    const DnsServer names(
        [&](const std::string&) { return Are({rebound ? "127.0.0.1" : kPublicAddress}); });
    std::atomic<int> inside = 0;
    const RawServer public_site(RawServer::Answering(kPage), kPublicAddress);
    const RawServer private_site([&](RawConnection&) { ++inside; });
    FetchJob job = JobFor("rebinds.test", public_site.port());
    job.allow_private_addresses = false;
    EXPECT_EQ(Fetch(server, job).text, "page");
    rebound = true;
    job.url = JobFor("rebinds.test", private_site.port()).url;
    EXPECT_EQ(Name(Fetch(server, job).error), "address-refused");
    EXPECT_EQ(inside, 0);
  });
}

TEST_F(NamesTest, APrivateAddressBehindADeadPublicOneIsRefusedToo) {
  InPrivateNetwork([](pool::ForkServer& server) {
    ASSERT_TRUE(PrivateNetwork::AddAddress(kPublicAddress));
    const DnsServer names([](const std::string&) { return Are({kPublicAddress, "127.0.0.1"}); });
    const RawServer inside(RawServer::Answering(kPage));
    FetchJob job = JobFor("both.test", inside.port());
    job.allow_private_addresses = false;
    EXPECT_EQ(Fetch(server, job).text, "");
    EXPECT_EQ(inside.connections(), 0u);
  });
}

}  // namespace
}  // namespace thresh
