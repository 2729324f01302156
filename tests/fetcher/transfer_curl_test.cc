// What a transfer tells libcurl: requests, connections, addresses, proxies.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/fetcher_process.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(TransferCurlTest, AConnectionIsUsedAgain) {
  const RawServer server(RawServer::Answering(Response("", "page")));
  const auto fetcher = MakeFetcher();
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/"))).text, "page");
  }
  EXPECT_EQ(server.connections(), 1u);
}

// Of 100 hosts in a moment the first stay connected: not the last ones in turn, since libcurl
// remembers a host for each connection that it closes to make room. A second later there is room
// for new ones, in the places of those that were idle longest.
TEST(TransferCurlTest, ConnectionsOfManyHostsAreKeptAsLongAsThereIsRoom) {
  std::atomic<int> open = 0;
  const RawServer server([&](RawConnection& peer) {
    ++open;
    while (!peer.ReadRequest().empty()) peer.Send(Response("", "page"));
    --open;
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto fetcher = MakeFetcher({.transfers_per_process = 16});
  const auto fetch = [&](int host) {
    FetchJob job = LocalJob("http://h" + std::to_string(host) +
                            ".test:" + std::to_string(server.port()) + "/");
    job.addresses = {"127.0.0.1"};
    return FetchWith(*fetcher, job).text;
  };
  for (int host = 0; host < 100; ++host) ASSERT_EQ(fetch(host), "page") << host;
  ASSERT_EQ(server.connections(), 100u);
  EXPECT_EQ(fetch(0), "page");
  const size_t after_first = server.connections();
  EXPECT_EQ(fetch(99), "page");
  const size_t after_last = server.connections();
  const bool in_a_moment = std::chrono::steady_clock::now() - begin < 1s;
  for (int i = 0; i < 1000 && open > 49; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LE(open, 49);
  if (in_a_moment) {
    EXPECT_GE(open, 48);
    EXPECT_EQ(after_first, 100u) << "the first host's is used again";
    EXPECT_EQ(after_last, 101u);
  }
  for (int i = 0; i < 20 && open > 40; ++i) {
    std::this_thread::sleep_for(500ms);
    EXPECT_EQ(fetch(0), "page");  // libcurl looks for closed ones when a transfer begins
  }
  EXPECT_LE(open, 40);
  EXPECT_GE(open, 35);
  EXPECT_EQ(fetch(0), "page");
  const size_t before = server.connections();
  if (in_a_moment) {
    EXPECT_EQ(before, 101u);
  }
  EXPECT_EQ(fetch(0), "page");
  EXPECT_EQ(server.connections(), before);
  EXPECT_EQ(fetch(200), "page");
  EXPECT_EQ(fetch(200), "page");
  EXPECT_EQ(server.connections(), before + 1) << "a new host's is kept";
  EXPECT_EQ(fetch(1), "page");
  EXPECT_EQ(server.connections(), before + 2) << "the one that was idle longest is not";
}

TEST(TransferCurlTest, AKeptConnectionThatClosedIsReplacedOnce) {  // FAULTS 19
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(Response("", "page"));
    // The first connection takes a second request and closes without a word.
    if (peer.number() == 1) peer.ReadRequest();
  });
  const auto fetcher = MakeFetcher();
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/a"))).text, "page");
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/b"))).text, "page");
  EXPECT_EQ(server.connections(), 2u);
}

// What a server says before it is asked is not the next request's response.
TEST(TransferCurlTest, WhatComesUnaskedOnAKeptConnectionIsNoResponse) {
  for (const std::string& unasked : {Response("", "unasked"), "HTTP/1.1 20"s, "\r\n"s}) {
    std::promise<void> first_is_read;
    std::promise<void> is_sent;
    std::atomic<int> requests = 0;
    const RawServer server([&](RawConnection& peer) {
      for (std::string request; !(request = peer.ReadRequest()).empty();) {
        const bool first = requests++ == 0;
        peer.Send(Response("", request.substr(0, request.find(" HTTP"))));
        if (!first) continue;
        first_is_read.get_future().wait();
        peer.Send(unasked);
        is_sent.set_value();
      }
    });
    const auto fetcher = MakeFetcher();
    EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/a"))).text, "GET /a");
    first_is_read.set_value();
    is_sent.get_future().wait();
    FetchJob post = LocalJob(server.Url("/b"));
    post.method = "POST";
    post.body = "c=d";
    const FetchResult second = FetchWith(*fetcher, post);
    EXPECT_EQ(second.text, "POST /b") << unasked << ": " << second.error_detail;
    EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/e"))).text, "GET /e");
    EXPECT_EQ(server.connections(), 2u);
    EXPECT_EQ(requests, 3) << "the connection with the unasked words is asked nothing more";
  }
}

// In the same segment as what ends the response before it.
TEST(TransferCurlTest, WhatComesBehindAResponseIsNotTheNext) {
  const std::string unasked = Response("", "unasked");
  const struct {
    const char* method;
    std::string answer;
  } kCases[] = {
      {"GET", Response("", "page") + unasked},
      {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n" + unasked},
      {"GET", "HTTP/1.1 304 Not Modified\r\n\r\n" + unasked},
      {"GET", "HTTP/1.1 204 No Content\r\n\r\n" + unasked},
      {"GET", Response("", "") + unasked},
      {"HEAD", Response("", "page") + unasked},
  };
  for (const auto& test : kCases) {
    const RawServer server([&](RawConnection& peer) {
      for (std::string request; !(request = peer.ReadRequest()).empty();) {
        const bool next = request.find("/next") != request.npos;
        peer.Send(next ? Response("", "next") : test.answer);
      }
    });
    const auto fetcher = MakeFetcher();
    FetchJob job = LocalJob(server.Url("/"));
    job.method = test.method;
    job.headers = {"If-None-Match: \"v1\""};
    EXPECT_EQ(Name(FetchWith(*fetcher, job).error), "none") << test.answer;
    EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/next"))).text, "next") << test.answer;
  }
}

TEST(TransferCurlTest, AResolveConnectsToNothing) {
  const RawServer server(RawServer::Answering(Response("", "page")));
  const auto fetcher = MakeFetcher();
  ASSERT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/"))).text, "page");  // a connection to reuse
  FetchJob job = LocalJob(server.Url("/"));
  job.resolve_only = true;
  const FetchResult result = FetchWith(*fetcher, job);
  EXPECT_EQ(Name(result.error), "none");
  EXPECT_THAT(result.addresses, testing::ElementsAre("127.0.0.1"));
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(server.connections(), 1u);
}

TEST(TransferCurlTest, AResolveGivesNoAddressThatIsRefused) {
  FetchJob job = LocalJob("http://127.0.0.1:9/");
  job.allow_private_addresses = false;
  job.resolve_only = true;
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(Name(result.error), "address-refused");
  EXPECT_THAT(result.addresses, testing::IsEmpty());
}

// FAULTS 17: nobody listens at the first address.
TEST(TransferCurlTest, GivenAddressesAreTriedInTurn) {
  const RawServer server(RawServer::Answering(Response("", "page")));
  FetchJob job = LocalJob("http://two-addresses.test:" + std::to_string(server.port()) + "/");
  job.addresses = {"127.0.0.2", "127.0.0.1"};
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(result.text, "page") << result.error_detail;
  EXPECT_EQ(result.remote_address, "127.0.0.1");
}

// How many requests a server has before it at a time; each takes a while.
class Crowd {
 public:
  int most() const { return most_; }
  RawServer::Script Script() {
    return [this](RawConnection& peer) {
      while (!peer.ReadRequest().empty()) {
        const int now = ++now_;
        for (int most = most_; now > most && !most_.compare_exchange_weak(most, now);) {
        }
        peer.WaitForClose(20ms);
        --now_;
        peer.Send(Response("", "page"));
      }
    };
  }

 private:
  std::atomic<int> now_ = 0;
  std::atomic<int> most_ = 0;
};

TEST(TransferCurlTest, AHostHasNoMoreConnectionsThanTheJobAllows) {
  for (const size_t limit : {size_t{1}, size_t{3}}) {
    Crowd crowd;
    const RawServer server(crowd.Script());
    const auto fetcher = MakeFetcher();
    int pages = 0;
    for (int i = 0; i < 12; ++i) {
      FetchJob job = LocalJob(server.Url("/"));
      job.max_connections_per_host = limit;
      ASSERT_TRUE(fetcher->TryFetch(
          job, 1, [&](const FetchResult& result) { pages += result.text == "page"; }));
    }
    Drain(*fetcher);
    EXPECT_EQ(pages, 12);
    EXPECT_EQ(crowd.most(), static_cast<int>(limit));
  }
}

TEST(TransferCurlTest, AQueueOfManyConnectionsIsSharedByProcesses) {
  Crowd crowd;
  const RawServer server(crowd.Script());
  const auto fetcher = MakeFetcher({.processes = 3, .transfers_per_process = 64});
  std::set<int> workers;
  int pages = 0;
  for (int i = 0; i < 100; ++i) {
    FetchJob job = LocalJob(server.Url("/"));
    job.max_connections_per_host = 17;
    ASSERT_TRUE(fetcher->TryFetch(
        job, 1, [&](const FetchResult& result) { pages += result.text == "page"; }));
    workers.insert(fetcher->last_worker());
  }
  Drain(*fetcher);
  EXPECT_EQ(pages, 100);
  EXPECT_EQ(workers.size(), 2u) << "eight for one process, and the rest is too few for a third";
  EXPECT_LE(crowd.most(), 17);
}

// A host's ports, or the hosts of one address.
TEST(TransferCurlTest, AQueueMayHaveSeveralOrigins) {
  Crowd crowd;
  const RawServer one(crowd.Script());
  const RawServer other(crowd.Script());
  const auto fetcher = MakeFetcher();
  for (int i = 0; i < 14; ++i) {
    FetchJob job = LocalJob((i % 2 == 0 ? one : other).Url("/"));
    job.max_connections_per_host = 3;
    ASSERT_TRUE(fetcher->TryFetch(job, 1, [](const FetchResult&) {}));
  }
  Drain(*fetcher);
  EXPECT_LE(crowd.most(), 3);
}

TEST(TransferCurlTest, WhatWaitsComesBackWhenOneTellsOfTrouble) {
  const std::string busy = "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n";
  for (const std::string& answer : {busy, ""s}) {
    std::promise<void> all_are_there;
    const auto wait = all_are_there.get_future().share();
    const RawServer server([&](RawConnection& peer) {
      for (std::string request; !(request = peer.ReadRequest()).empty();) {
        if (request.starts_with("GET /other ")) {
          peer.Send(Response("", "other"));
          continue;
        }
        wait.wait();
        if (answer.empty()) return;
        peer.Send(answer);
      }
    });
    const auto fetcher = MakeFetcher();
    std::vector<std::pair<int, FetchError>> ended;
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(fetcher->TryFetch(
          LocalJob(server.Url("/")), 1,
          [&, i](const FetchResult& result) { ended.emplace_back(i, result.error); }));
    }
    // Of another queue, and behind them: when it has ended, the process has them all.
    ASSERT_TRUE(
        fetcher->TryFetch(LocalJob(server.Url("/other")), 2, [&](const FetchResult& result) {
          EXPECT_EQ(result.text, "other");
          all_are_there.set_value();
        }));
    Drain(*fetcher);
    const FetchError first = answer.empty() ? FetchError::kConnectionReset : FetchError::kNone;
    EXPECT_THAT(
        ended, ElementsAre(std::pair(0, first), std::pair(4, FetchError::kNotBegun),
                           std::pair(3, FetchError::kNotBegun), std::pair(2, FetchError::kNotBegun),
                           std::pair(1, FetchError::kNotBegun)));
  }
}

TEST(TransferCurlTest, WhatWaitsMayBeRecalled) {
  std::promise<void> recalled;
  const auto wait = recalled.get_future().share();
  const RawServer server([&](RawConnection& peer) {
    for (; !peer.ReadRequest().empty(); peer.Send(Response("", "page"))) wait.wait();
  });
  const auto fetcher = MakeFetcher({.processes = 2, .transfers_per_process = 64});
  std::map<FetchError, int> ended;
  for (int i = 0; i < 40; ++i) {
    FetchJob job = LocalJob(server.Url("/"));
    job.max_connections_per_host = 16;
    ASSERT_TRUE(fetcher->TryFetch(job, 1, [&](const FetchResult& r) { ++ended[r.error]; }));
  }
  fetcher->Recall(2);
  fetcher->Recall(1);
  while (fetcher->in_flight() > 16) ASSERT_GT(fetcher->Poll(20s), 0u);
  recalled.set_value();
  Drain(*fetcher);
  EXPECT_EQ(ended[FetchError::kNone], 16);
  EXPECT_EQ(ended[FetchError::kNotBegun], 24);
}

TEST(TransferCurlTest, SendsWhatTheJobSays) {
  std::string request;
  const RawServer server([&](RawConnection& peer) {
    request = peer.ReadRequest();
    peer.Send(Response("", ""));
  });
  FetchJob job = LocalJob(server.Url("/a/../b?c=%7e"));
  job.method = "PUT";
  job.headers = {"Accept: text/html", "Content-Type: application/json"};
  job.body = "{\"a\":1}";
  EXPECT_EQ(FetchOne(job).error, FetchError::kNone);
  EXPECT_THAT(request, StartsWith("PUT /a/../b?c=%7e HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nAccept: text/html\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nUser-Agent: thresh-test/1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\n\r\n{\"a\":1}"));
  EXPECT_THAT(request, Not(HasSubstr("Expect")));
}

TEST(TransferCurlTest, HeadHasAHeadOnly) {
  const RawServer server(RawServer::Answering(
      "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\nContent-Encoding: gzip\r\n\r\n"));
  FetchJob job = LocalJob(server.Url("/"));
  job.method = "HEAD";
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(Name(result.error), "none") << result.error_detail;
  EXPECT_EQ(result.Header("content-length"), "999999999");
}

TEST(TransferCurlTest, RequestsThatWouldBeTwoAreNotSent) {
  const RawServer server(RawServer::Answering(Response("", "")));
  const auto fetcher = MakeFetcher();
  const auto expect_refused = [&](const FetchJob& job) {
    EXPECT_EQ(Name(FetchWith(*fetcher, job).error), "bad-url");
  };
  FetchJob job = LocalJob(server.Url("/"));
  job.headers = {"X: a\r\nY: b"};
  expect_refused(job);
  job.headers = {"no header"};
  expect_refused(job);
  job = LocalJob(server.Url("/"));
  job.method = "GET / HTTP/1.1\r\nX:";
  expect_refused(job);
  job = LocalJob(server.Url("/"));
  job.user_agent = "a\nb";
  expect_refused(job);
  for (const char* url :
       {"", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "/a",
        "http://user:secret@127.0.0.1/", "http://127.0.0.1/a b", "gopher://127.0.0.1/x"}) {
    expect_refused(LocalJob(url));
  }
  EXPECT_EQ(server.connections(), 0u);
}

TEST(TransferCurlTest, PrivateAddressesAreRefusedAtConnect) {  // FAULTS 86
  const RawServer server(RawServer::Answering(Response("", "secret")));
  const std::string port = ":" + std::to_string(server.port()) + "/";
  const auto fetcher = MakeFetcher();
  for (const char* host :
       {"127.0.0.1", "127.1", "0x7f000001", "2130706433", "0", "localhost", "[::ffff:127.0.0.1]",
        "[::1]", "169.254.169.254", "10.0.0.1", "[fd00::1]", "100.64.0.1", "[64:ff9b::7f00:1]"}) {
    FetchJob job = LocalJob("http://" + std::string(host) + port);
    job.allow_private_addresses = false;
    EXPECT_EQ(Name(FetchWith(*fetcher, job).error), "address-refused") << host;
  }
  EXPECT_EQ(server.connections(), 0u);
}

TEST(TransferCurlTest, PermissionIsNotInheritedThroughAConnection) {
  std::atomic<int> requests = 0;
  const RawServer server([&](RawConnection& peer) {
    while (!peer.ReadRequest().empty()) {
      ++requests;
      peer.Send(Response("", "secret"));
    }
  });
  const auto fetcher = MakeFetcher();
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/"))).text, "secret");
  FetchJob job = LocalJob(server.Url("/"));
  job.allow_private_addresses = false;
  EXPECT_EQ(Name(FetchWith(*fetcher, job).error), "address-refused");
  EXPECT_EQ(requests, 1) << "the connection is there, and the request must not go";
}

TEST(TransferCurlTest, AProxyIsTheJobsAndItsAddressIsExempt) {
  std::string request;
  const RawServer proxy([&](RawConnection& peer) {
    request = peer.ReadRequest();
    peer.Send(Response("", "by proxy"));
  });
  FetchJob job = LocalJob("http://x.test/page");
  job.proxy = proxy.Url("");
  job.allow_private_addresses = false;
  EXPECT_EQ(FetchOne(job).text, "by proxy");
  EXPECT_THAT(request, StartsWith("GET http://x.test/page HTTP/1.1\r\n"));
}

TEST(TransferCurlTest, AProxyThatMakesNoConnectionRefusesIt) {
  const RawServer proxy(RawServer::Answering(
      "HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"));
  FetchJob job = LocalJob("https://x.test/");
  job.proxy = proxy.Url("");
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(Name(result.error), "connection-refused");
  EXPECT_THAT(result.error_detail, HasSubstr("407"));
}

TEST(TransferCurlTest, AProxyIsNotAskedForPrivateAddresses) {  // FAULTS 86
  const RawServer proxy(RawServer::Answering(Response("", "secret")));
  const auto fetcher = MakeFetcher();
  FetchJob job = LocalJob("");
  job.proxy = proxy.Url("");
  job.allow_private_addresses = false;
  for (const char* host : {"127.0.0.1", "127.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]",
                           "[64:ff9b::7f00:1]", "localhost", "a.localhost."}) {
    for (const char* scheme : {"http://", "https://"}) {
      job.url = scheme + std::string(host) + "/";
      EXPECT_EQ(Name(FetchWith(*fetcher, job).error), "address-refused") << job.url;
    }
  }
  EXPECT_EQ(proxy.connections(), 0u);
  job.url = "http://127.0.0.1/";
  job.allow_private_addresses = true;
  EXPECT_EQ(FetchWith(*fetcher, job).text, "secret") << "as a seed names it";
}

TEST(TransferCurlTest, NamesThatDoNotResolve) {  // FAULTS 15
  // A label of 64 characters is refused before anything is asked of the network.
  const FetchResult result = FetchOne(LocalJob("http://" + std::string(64, 'a') + ".test/"));
  EXPECT_EQ(Name(result.error), "name-not-found") << result.error_detail;
}

}  // namespace
}  // namespace thresh
