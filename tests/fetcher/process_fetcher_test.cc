// A fetcher over real processes: what comes back, what is refused, what a lost worker costs.
#include <gmock/gmock.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <set>

#include "tests/support/codecs.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;
using namespace std::string_literals;

// Gives no answer until the peer goes away.
void NeverAnswer(RawConnection& peer) {
  peer.ReadRequest();
  peer.WaitForClose();
}

// The processes of this test's fetchers: children by their name.
std::set<pid_t> Workers() {
  std::set<pid_t> workers;
  std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
  for (pid_t pid; children >> pid;) {
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(pid) + "/comm"), name);
    if (name == "pool-worker") workers.insert(pid);
  }
  return workers;
}

// VmHWM or RssShmem of a process, in bytes.
size_t StatusBytes(pid_t pid, std::string_view field) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return 1024 * std::stoul(line.substr(field.size() + 1));
  }
  return 0;
}

TEST(ProcessFetcherTest, GivesThePageAsUtf8) {
  const RawServer server(RawServer::Answering(Response(
      "Content-Type: text/html; charset=gb2312\r\nETag: \"1\"\r\n", "<p>\xd6\xd0\xce\xc4")));
  const FetchResult result = FetchOne(LocalJob(server.Url("/")));
  EXPECT_EQ(result.error, FetchError::kNone);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.text, "<p>中文");
  EXPECT_EQ(result.charset.name, "gbk");
  EXPECT_EQ(result.charset.source, CharsetSource::kHeader);
  EXPECT_EQ(result.Header("etag"), "\"1\"");
  EXPECT_EQ(result.body_bytes, 7u);
  EXPECT_EQ(result.wire_bytes, 7u);
  EXPECT_EQ(result.remote_address, "127.0.0.1");
  EXPECT_EQ(result.body_hash.size(), 32u);
  EXPECT_EQ(result.stored_body, "") << "nobody asked to keep it";
}

TEST(ProcessFetcherTest, ItsProcessesInterruptNobody) {
  const RawServer server(RawServer::Answering(Response("", "x")));
  const auto fetcher = MakeFetcher();
  FetchWith(*fetcher, LocalJob(server.Url("/")));
  ASSERT_EQ(Workers().size(), 1u);
  const pid_t worker = *Workers().begin();
  // Some containers forbid to set a policy; then it is as it was.
  const sched_param no_priority{};
  const bool may_set = sched_setscheduler(0, SCHED_OTHER, &no_priority) == 0;
  EXPECT_EQ(sched_getscheduler(worker), may_set ? SCHED_BATCH : sched_getscheduler(0));
}

TEST(ProcessFetcherTest, ByteOrderMarksGoAndBrokenUtf8IsRepaired) {
  const RawServer server(RawServer::Answering(Response("Content-Type: text/html; charset=utf-8\r\n",
                                                       "\xef\xbb\xbf"
                                                       "a\xff"
                                                       "b\xe4\xb8")));
  EXPECT_EQ(FetchOne(LocalJob(server.Url("/"))).text,
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
}

TEST(ProcessFetcherTest, NulBytesDoNotTruncate) {  // FAULTS 48
  const std::string page = "<p>a\0b</p>"s;
  const RawServer server(RawServer::Answering(Response("Content-Type: text/html\r\n", page)));
  EXPECT_EQ(FetchOne(LocalJob(server.Url("/"))).text, page);
}

TEST(ProcessFetcherTest, KeepsTheDecodedBytesCompressed) {
  const std::string page = "<p>\xe4\xf6\xfc</p>" + std::string(10'000, ' ');
  const RawServer server(RawServer::Answering(Response(
      "Content-Type: text/html; charset=latin1\r\nContent-Encoding: gzip\r\n", Gzip(page))));
  FetchJob job = LocalJob(server.Url("/"));
  job.keep_body = true;
  const FetchResult kept = FetchOne(job);
  EXPECT_EQ(UnZstd(kept.stored_body), page) << "the bytes as they came, not the text";
  EXPECT_THAT(kept.text, StartsWith("<p>äöü</p>"));
  EXPECT_EQ(kept.body_bytes, page.size());
  EXPECT_LT(kept.wire_bytes, 200u);
  job.keep_body = false;
  EXPECT_EQ(FetchOne(job).body_hash, kept.body_hash);
}

TEST(ProcessFetcherTest, BinaryContentIsNoText) {  // FAULTS 47
  const std::string pdf = "%PDF-1.7\n\xe2\xe3 text";
  const RawServer server([&](RawConnection& peer) {
    for (std::string request; !(request = peer.ReadRequest()).empty();) {
      const bool pdf_asked = request.starts_with("GET /pdf");
      peer.Send(pdf_asked ? Response("Content-Type: text/html\r\n", pdf)
                          : Response("Content-Type: application/pdf\r\n", "<html><p>x"));
    }
  });
  FetchJob job = LocalJob(server.Url("/pdf"));
  job.keep_body = true;
  const FetchResult binary = FetchOne(job);
  EXPECT_EQ(binary.text, "");
  EXPECT_EQ(UnZstd(binary.stored_body), pdf);
  EXPECT_TRUE(binary.mislabelled);
  const FetchResult html = FetchOne(LocalJob(server.Url("/html")));
  EXPECT_EQ(html.text, "<html><p>x");
  EXPECT_TRUE(html.mislabelled);
}

TEST(ProcessFetcherTest, ErrorStatusesAreResponses) {
  const RawServer server(
      RawServer::Answering("HTTP/1.1 503 x\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy"));
  const FetchResult result = FetchOne(LocalJob(server.Url("/")));
  EXPECT_EQ(result.error, FetchError::kNone);
  EXPECT_EQ(result.status, 503);
  EXPECT_EQ(result.Header("retry-after"), "7");
  EXPECT_EQ(result.text, "busy");
}

TEST(ProcessFetcherTest, TheLargestBodyGoesThrough) {
  const std::string body(4 << 20, '\x80');  // € in windows-1252, three bytes in UTF-8
  const RawServer server(
      RawServer::Answering(Response("Content-Type: text/plain; charset=windows-1252\r\n", body)));
  const auto fetcher = MakeFetcher({.max_body_bytes = 4 << 20});
  FetchJob job = LocalJob(server.Url("/"));
  job.keep_body = true;
  const FetchResult result = FetchWith(*fetcher, job);
  EXPECT_EQ(result.text.size(), 3 * body.size());
  EXPECT_THAT(result.text, StartsWith("€€"));
  EXPECT_EQ(UnZstd(result.stored_body), body);
}

TEST(ProcessFetcherTest, ManyTransfersAreInFlightAtOnce) {
  std::mutex mutex;
  std::condition_variable changed;
  size_t waiting = 0;
  constexpr size_t kJobs = 16;
  const RawServer server([&](RawConnection& peer) {
    peer.ReadRequest();
    std::unique_lock lock(mutex);
    ++waiting;
    changed.notify_all();
    changed.wait_for(lock, 20s, [&] { return waiting >= kJobs; });
    peer.Send(Response("", "together"));
  });
  const auto fetcher = MakeFetcher();
  size_t together = 0;
  for (size_t i = 0; i < kJobs; ++i) {
    FetchJob job = LocalJob(server.Url("/"));
    job.max_connections_per_host = kJobs;
    ASSERT_TRUE(fetcher->TryFetch(
        job, i, [&](const FetchResult& result) { together += result.text == "together"; }));
  }
  EXPECT_FALSE(fetcher->HasRoom());
  EXPECT_FALSE(fetcher->TryFetch(LocalJob(server.Url("/")), 0, [](FetchResult) { FAIL(); }));
  Drain(*fetcher);
  EXPECT_EQ(together, kJobs);
  EXPECT_TRUE(fetcher->HasRoom());
}

TEST(ProcessFetcherTest, RequestsLongerThanAMessageGoThroughTheSlot) {
  std::string body;
  const RawServer server([&](RawConnection& peer) {
    const std::string request = peer.ReadRequest();
    body = request.substr(request.find("\r\n\r\n") + 4);
    peer.Send(Response("", "taken"));
  });
  FetchJob job = LocalJob(server.Url("/"));
  job.method = "POST";
  job.body.assign(300'000, 'x');
  EXPECT_EQ(FetchOne(job).text, "taken");
  EXPECT_EQ(body, job.body);
}

TEST(ProcessFetcherTest, RequestsLongerThanASlotAreRefusedInThePoll) {
  const auto fetcher = MakeFetcher({.max_body_bytes = 64 * 1024});
  FetchJob job = LocalJob("http://127.0.0.1:1/");
  job.body.assign(8 << 20, 'x');
  bool called = false;
  ASSERT_TRUE(fetcher->TryFetch(job, 0, [&](const FetchResult& result) {
    called = true;
    EXPECT_EQ(result.error, FetchError::kBadUrl);
  }));
  EXPECT_FALSE(called);
  EXPECT_EQ(fetcher->in_flight(), 1u);
  EXPECT_EQ(fetcher->Poll(1s), 1u);
  EXPECT_TRUE(called);
  EXPECT_EQ(fetcher->in_flight(), 0u);
}

TEST(ProcessFetcherTest, ALostWorkerFailsItsFetchesAndIsReplaced) {  // FAULTS 64
  const RawServer hanging(NeverAnswer);
  const RawServer answering(RawServer::Answering(Response("", "page")));
  const auto fetcher = MakeFetcher();
  std::vector<FetchError> errors;
  for (int i = 0; i < 3; ++i) {
    FetchJob job = LocalJob(hanging.Url("/"));
    job.max_connections_per_host = 3;
    fetcher->TryFetch(job, 0, [&](const FetchResult& result) { errors.push_back(result.error); });
  }
  while (hanging.connections() < 3) fetcher->Poll(5ms);
  const std::set<pid_t> before = Workers();
  ASSERT_EQ(before.size(), 1u);
  kill(*before.begin(), SIGKILL);
  Drain(*fetcher);
  EXPECT_EQ(errors, std::vector<FetchError>(3, FetchError::kWorkerLost));
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(answering.Url("/"))).text, "page");
  EXPECT_NE(Workers(), before);
}

// A process for lone fetches that dies between two of them is replaced like any other.
TEST(ProcessFetcherTest, AnIdleLoneWorkerThatDiesIsReplaced) {
  const RawServer server(RawServer::Answering(Response("", "page")));
  const auto fetcher = MakeFetcher();
  FetchJob job = LocalJob(server.Url("/"));
  ASSERT_EQ(FetchWith(*fetcher, job).text, "page");
  const std::set<pid_t> shared = Workers();
  job.alone = true;
  ASSERT_EQ(FetchWith(*fetcher, job).text, "page");
  for (const pid_t worker : Workers()) {
    if (!shared.contains(worker)) kill(worker, SIGKILL);
  }
  // What was sent before the death is noticed is lost with the process, and asked for again.
  bool under_way = false;
  std::string text;
  const auto end = std::chrono::steady_clock::now() + 20s;
  while (text.empty() && std::chrono::steady_clock::now() < end) {
    under_way = under_way || fetcher->TryFetch(job, 0, [&](FetchResult result) {
      text = result.text;
      under_way = false;
    });
    fetcher->Poll(20ms);
  }
  EXPECT_EQ(text, "page");
}

TEST(ProcessFetcherTest, WhatIsInFlightAtTheEndIsCancelled) {
  const RawServer server(NeverAnswer);
  int cancelled = 0;
  {
    const auto fetcher = MakeFetcher();
    for (int i = 0; i < 4; ++i) {
      fetcher->TryFetch(LocalJob(server.Url("/")), 0, [&](const FetchResult& result) {
        cancelled += result.error == FetchError::kCancelled;
      });
    }
    EXPECT_EQ(fetcher->in_flight(), 4u);
  }
  EXPECT_EQ(cancelled, 4);
  EXPECT_TRUE(Workers().empty());
}

TEST(ProcessFetcherTest, WakeEndsAPoll) {
  const RawServer server(NeverAnswer);
  const auto fetcher = MakeFetcher();
  fetcher->TryFetch(LocalJob(server.Url("/")), 0, [](FetchResult) {});
  const auto start = std::chrono::steady_clock::now();
  fetcher->Wake();
  EXPECT_EQ(fetcher->Poll(20s), 0u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(ProcessFetcherTest, ACallbackMayFetch) {
  const RawServer server(RawServer::Answering(Response("", "page")));
  const auto fetcher = MakeFetcher();
  int pages = 0;
  Fetcher::Callback again = [&](const FetchResult&) {
    if (++pages == 5) return;
    EXPECT_TRUE(fetcher->TryFetch(LocalJob(server.Url("/")), 0, again));
  };
  fetcher->TryFetch(LocalJob(server.Url("/")), 0, again);
  Drain(*fetcher);
  EXPECT_EQ(pages, 5);
}

// Fetches sixteen large bodies with memory for two, calling `delay` at each end. Returns the most
// memory that slots had, as seen then.
size_t MostBodyMemory(size_t body_bytes, const std::function<void()>& delay) {
  constexpr int kJobs = 16;
  const std::string body(body_bytes, 'x');
  const RawServer server([&](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(Response("Content-Type: image/png\r\n", body));
    peer.WaitForClose();
  });
  const auto fetcher = MakeFetcher({.memory_bytes = 2 * body_bytes, .max_body_bytes = body_bytes});
  int whole = 0;
  size_t most = 0;
  for (int i = 0; i < kJobs; ++i) {
    FetchJob job = LocalJob(server.Url("/"));
    job.max_connections_per_host = kJobs;
    fetcher->TryFetch(job, 0, [&](const FetchResult& result) {
      delay();
      whole += result.body_bytes == body_bytes;
      most = std::max(most, StatusBytes(*Workers().begin(), "RssShmem:"));
    });
  }
  Drain(*fetcher);
  EXPECT_EQ(whole, kJobs);
  return most;
}

// One and a half times the budget and a body, and room for the pool's own pages.
TEST(ProcessFetcherTest, BodiesInFlightAreBounded) {
  constexpr size_t kBody = 8 << 20;
  const size_t most = MostBodyMemory(kBody, [] {});
  EXPECT_GE(most, kBody);
  EXPECT_LE(most, 4 * kBody + kBody / 8);
}

TEST(ProcessFetcherTest, BodiesInFlightAreBoundedWhenTheParentIsSlow) {
  constexpr size_t kBody = 8 << 20;
  EXPECT_LE(MostBodyMemory(kBody, [] { usleep(100'000); }), 4 * kBody + kBody / 8);
}

TEST(ProcessFetcherTest, ACaFileThatIsNotThereIsSaidAtOnce) {
  EXPECT_THROW(MakeFetcher({.ca_file = "/nowhere/ca.pem"}), std::system_error);
}

TEST(ProcessFetcherTest, WorksWithoutTheSandbox) {
  const RawServer server(RawServer::Answering(Response("", "page")));
  const auto fetcher = MakeFetcher({.sandbox = false});
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/"))).text, "page");
}

}  // namespace
}  // namespace thresh
