// What servers do to a transfer, byte by byte.
#include "fetcher/transfer.h"

#include <gmock/gmock.h>

#include "tests/support/codecs.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string kOk = "HTTP/1.1 200 OK\r\n";

// Sends `response` and closes.
RawServer::Script Once(std::string response) {
  return [response = std::move(response)](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(response);
  };
}

FetchResult FetchFrom(const RawServer& server) { return FetchOne(LocalJob(server.Url("/"))); }

// FAULTS 4 to 7, 20, 21, 26 to 29, 31 to 35, 37 and kin: one answer, then the end.
TEST(TransferTest, AnswersAndWhatTheyMean) {
  using enum FetchError;
  const std::string page = "<html><p>hello</p></html>";
  const struct {
    const char* name;
    std::string answer;
    FetchError error;
    const char* text;
  } kCases[] = {
      {"a page", Response("", page), kNone, page.c_str()},
      {"no length, then the end", kOk + "\r\n" + page, kNone, page.c_str()},
      {"chunks", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n1\r\n>\r\n0\r\n\r\n", kNone,
       "<html>"},
      {"chunks with a trailer",
       kOk + "Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n0\r\nContent-Length: 9\r\n\r\n",
       kNone, "<html>"},
      {"chunks with extensions",
       kOk + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n<html\r\n1;c\r\n>\r\n0;d=\"e\"\r\n\r\n",
       kNone, "<html>"},
      {"short of its length", kOk + "Content-Length: 100\r\n\r\n" + page, kTruncated, ""},
      {"chunks cut off", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n", kTruncated, ""},
      {"a chunk cut off", kOk + "Transfer-Encoding: chunked\r\n\r\nff\r\n<html", kTruncated, ""},
      {"a bad chunk size", kOk + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n<html\r\n0\r\n\r\n",
       kBadResponse, ""},
      {"a huge chunk size",
       kOk + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n<html\r\n0\r\n\r\n",
       kBadResponse, ""},
      {"a chunk that says it is larger than any body",
       kOk + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n<html\r\n0\r\n\r\n",
       kBodyTooLarge, ""},
      {"a negative chunk size", kOk + "Transfer-Encoding: chunked\r\n\r\n-5\r\n<html\r\n0\r\n\r\n",
       kBadResponse, ""},
      {"nothing", "", kConnectionReset, ""},
      {"half a head", "HTTP/1.1 200 OK\r\nContent-", kConnectionReset, ""},
      {"HTTP/0.9", page, kBadResponse, ""},
      {"a status of two digits", "HTTP/1.1 99 x\r\nContent-Length: 0\r\n\r\n", kBadResponse, ""},
      {"status 999", "HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", kBadResponse, ""},
      {"101", "HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n", kBadResponse, ""},
      {"206", "HTTP/1.1 206 x\r\nContent-Length: 0\r\n\r\n", kBadResponse, ""},
      {"304", "HTTP/1.1 304 x\r\nETag: \"a\"\r\n\r\n", kBadResponse, ""},
      {"conflicting lengths", kOk + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       kBadResponse, ""},
      {"a negative length", kOk + "Content-Length: -1\r\n\r\nab", kBadResponse, ""},
      {"an overflowing length", kOk + "Content-Length: 18446744073709551617\r\n\r\na", kBadResponse,
       ""},
      {"length and chunks",
       kOk + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
       kBadResponse, ""},
      {"NUL in a header", Response("X: a\0b\r\n"s, page), kBadResponse, ""},
      {"CR in Location", Response("Location: /a\rX: y\r\n", ""), kBadResponse, ""},
      {"a flood of 1xx",
       [] {
         std::string flood;
         for (int i = 0; i < 10'000; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
         return flood;
       }(),
       kBadResponse, ""},
      {"some 1xx", "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 102 x\r\n\r\n" + Response("", page), kNone,
       page.c_str()},
      {"gzip that is none", Response("Content-Encoding: gzip\r\n", page), kBadEncoding, ""},
      {"an unknown encoding", Response("Content-Encoding: rot13\r\n", page), kBadEncoding, ""},
      {"six layers", Response("Content-Encoding: gzip,gzip,gzip,gzip,gzip,gzip\r\n", page),
       kBadEncoding, ""},
      {"gzip twice", Response("Content-Encoding: gzip, gzip\r\n", Gzip(Gzip(page))), kNone,
       page.c_str()},
      {"br", Response("Content-Encoding: br\r\n", Brotli(page)), kNone, page.c_str()},
      {"zstd", Response("Content-Encoding: zstd\r\n", Zstd(page)), kNone, page.c_str()},
      {"truncated gzip", Response("Content-Encoding: gzip\r\n", Gzip(page).substr(0, 20)),
       kTruncated, ""},
      {"truncated br", Response("Content-Encoding: br\r\n", Brotli(page).substr(0, 10)), kTruncated,
       ""},
      {"truncated zstd", Response("Content-Encoding: zstd\r\n", Zstd(page).substr(0, 15)),
       kTruncated, ""},
      {"a trailer without a colon",
       kOk + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n", kBadResponse, ""},
      {"a first header that is folded", kOk + " X: y\r\nContent-Length: 0\r\n\r\n", kBadResponse,
       ""},
      {"an unknown transfer encoding", kOk + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       kBadResponse, ""},
  };
  const auto fetcher = MakeFetcher();
  for (const auto& test : kCases) {
    const RawServer server(Once(test.answer));
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("/")));
    EXPECT_EQ(Name(result.error), Name(test.error)) << test.name << ": " << result.error_detail;
    EXPECT_EQ(result.text, test.text) << test.name;
    EXPECT_EQ(result.error_detail.empty(), test.error == kNone) << test.name;
  }
}

TEST(TransferTest, RefusedConnections) {  // FAULTS 1
  std::string url;
  {
    const RawServer server(Once(""));
    url = server.Url("/");
  }
  EXPECT_EQ(Name(FetchOne(LocalJob(url)).error), "connection-refused");
}

TEST(TransferTest, ResetsBeforeTheHeadAndInTheBody) {  // FAULTS 3, 4
  for (const std::string& sent : {""s, "HTTP/1.1 2"s, kOk + "Content-Length: 9\r\n\r\nabc"}) {
    const RawServer server([&](RawConnection& peer) {
      peer.ReadRequest();
      peer.Send(sent);
      peer.Reset();
    });
    EXPECT_EQ(Name(FetchFrom(server).error), "connection-reset") << sent;
  }
}

TEST(TransferTest, HeadersOneByteASecondMeetTheDeadline) {  // FAULTS 8
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Trickle(kOk, 100ms);
  });
  FetchJob job = LocalJob(server.Url("/"));
  job.timeout = 500ms;
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(Name(result.error), "timeout");
  EXPECT_GE(result.elapsed, 400ms);
  EXPECT_LT(result.elapsed, 5s);
}

TEST(TransferTest, ABodyThatTricklesIsAborted) {  // FAULTS 9
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(kOk + "\r\n");
    peer.Trickle(std::string(1000, 'x'), 100ms);
  });
  FetchJob job = LocalJob(server.Url("/"));
  job.stall_timeout = 1s;
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(Name(result.error), "too-slow");
  EXPECT_LT(result.elapsed, 10s);
}

TEST(TransferTest, AServerMayThinkLongerThanABodyMayStall) {
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.WaitForClose(2500ms);
    peer.Send(Response("", "thought"));
  });
  FetchJob job = LocalJob(server.Url("/"));
  job.stall_timeout = 1s;
  EXPECT_EQ(FetchOne(job).text, "thought");
}

TEST(TransferTest, EndlessBodiesStopAtTheCap) {  // FAULTS 10, 42
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(kOk + "Content-Type: text/html\r\n\r\n");
    peer.SendForever(std::string(64 * 1024, 'x'));
  });
  const FetchResult result = FetchFrom(server);
  EXPECT_EQ(Name(result.error), "body-too-large");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.Header("content-type"), "text/html");
  EXPECT_EQ(result.text, "");
}

// Each goes on until the client has had enough, which must not need its deadline.
TEST(TransferTest, EndlessFramingOfChunksEnds) {  // FAULTS 7, 11
  const std::string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";
  const struct {
    const char* name;
    std::string first;
    std::string then;
    const char* error;
  } kCases[] = {
      {"an extension", chunked + "5;", std::string(64 * 1024, 'x'), "bad-response"},
      {"chunks that are extensions", chunked, "1;" + std::string(8000, 'x') + "\r\na\r\n",
       "bad-response"},
      {"trailers", chunked + "1\r\na\r\n0\r\n", "X: " + std::string(1000, 'x') + "\r\n",
       "headers-too-large"},
      {"one trailer", chunked + "1\r\na\r\n0\r\nX: ", std::string(64 * 1024, 'x'), "bad-response"},
  };
  const auto fetcher = MakeFetcher();
  for (const auto& test : kCases) {
    const RawServer server([&](RawConnection& peer) {
      peer.ReadRequest();
      peer.Send(test.first);
      peer.SendForever(test.then);
    });
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("/")));
    EXPECT_EQ(Name(result.error), test.error) << test.name << ": " << result.error_detail;
    EXPECT_LT(result.wire_bytes, 4u << 20) << test.name;
  }
}

TEST(TransferTest, AChunkAboveTheCapEndsItAtOnce) {
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(kOk + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n");
    peer.WaitForClose();
  });
  const FetchResult result = FetchFrom(server);
  EXPECT_EQ(Name(result.error), "body-too-large");
  EXPECT_EQ(result.error_detail, "the chunks' size is above the limit");
}

TEST(TransferTest, ALengthAboveTheCapEndsItAtOnce) {
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(kOk + "Content-Length: 999999999\r\n\r\n");
    peer.WaitForClose();
  });
  EXPECT_EQ(Name(FetchFrom(server).error), "body-too-large");
}

TEST(TransferTest, TheCapIsExact) {
  FetchJob job;
  for (const size_t size : {size_t{100'000}, size_t{100'001}}) {
    const RawServer server(Once(Response("", std::string(size, 'x'))));
    job = LocalJob(server.Url("/"));
    job.max_body_bytes = 100'000;
    EXPECT_EQ(FetchOne(job).error == FetchError::kNone, size == 100'000) << size;
  }
}

TEST(TransferTest, ABodyThatMayBeCutIsCutAtTheCap) {
  const std::string body(300'000, 'x');
  const std::pair<const char*, std::string> kResponses[] = {
      {"with a length", Response("", body)},
      {"without one", kOk + "Connection: close\r\n\r\n" + body},
      {"in a chunk", kOk + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n" + body},
      {"encoded", Response("Content-Encoding: gzip\r\n", Gzip(body))}};
  const auto fetcher = MakeFetcher();
  for (const auto& [how, response] : kResponses) {
    const RawServer server(Once(response));
    FetchJob job = LocalJob(server.Url("/"));
    job.max_body_bytes = 100'000;
    job.cut_body = true;
    const FetchResult result = FetchWith(*fetcher, job);
    EXPECT_EQ(Name(result.error), Name(FetchError::kNone)) << how << ": " << result.error_detail;
    EXPECT_EQ(result.text.size(), 100'000u) << how;
    EXPECT_EQ(result.status, 200) << how;
    job.max_body_bytes = 300'000;
    const RawServer whole(Once(response));
    job.url = whole.Url("/");
    EXPECT_EQ(FetchWith(*fetcher, job).text.size(), how == "in a chunk"s ? 0u : 300'000u) << how;
  }
}

TEST(TransferTest, BombsStopAtTheCap) {  // FAULTS 30
  const std::string zeros(32 << 20, '\0');
  const std::pair<const char*, std::string> kBombs[] = {
      {"gzip", Gzip(zeros)}, {"br", Brotli(zeros)}, {"zstd", Zstd(zeros)}};
  const auto fetcher = MakeFetcher();
  for (const auto& [coding, body] : kBombs) {
    const RawServer server(Once(Response("Content-Encoding: "s + coding + "\r\n", body)));
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("/")));
    EXPECT_EQ(Name(result.error), "body-too-large") << coding;
  }
}

TEST(TransferTest, EndlessHeadersStopAtTheCap) {  // FAULTS 11, 12
  const std::pair<std::string, std::string> floods[] = {
      {kOk, "X-Header: " + std::string(1000, 'x') + "\r\n"},
      {kOk + "X-Header: ", "xxxxxxxxxxxxxxxx"},
      {"HTTP/1.1 200 ", "xxxxxxxxxxxxxxxx"}};
  const auto fetcher = MakeFetcher();
  for (const auto& [start, flood] : floods) {
    const RawServer server([&](RawConnection& peer) {
      peer.ReadRequest();
      peer.Send(start);
      peer.SendForever(flood);
    });
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("/")));
    EXPECT_EQ(Name(result.error), "headers-too-large") << start << result.error_detail;
    EXPECT_EQ(result.error_detail.find("memory"), std::string::npos) << result.error_detail;
  }
}

TEST(TransferTest, EndlessTrailersStopAtTheCap) {
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(kOk + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n");
    peer.SendForever("X-Trailer: " + std::string(1000, 'x') + "\r\n");
  });
  EXPECT_EQ(Name(FetchFrom(server).error), "headers-too-large");
}

TEST(TransferTest, TwoHundredCookiesAreCapped) {  // FAULTS 36
  std::string cookies;
  for (int i = 0; i < 200; ++i) cookies += "Set-Cookie: a" + std::to_string(i) + "=b\r\n";
  const RawServer server(Once(Response(cookies, "page")));
  const FetchResult result = FetchFrom(server);
  EXPECT_EQ(result.text, "page");
  EXPECT_EQ(result.headers.size(), kMaxSetCookies + 1);
}

TEST(TransferTest, ABodyThatMayNotBeIsIgnored) {  // FAULTS 21
  const auto fetcher = MakeFetcher();
  for (const std::string status : {"204 No Content", "304 Not Modified"}) {
    for (const std::string& rest : {"Content-Length: 6\r\n\r\n<html>"s, "\r\n<html>"s,
                                    "Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n0\r\n\r\n"s,
                                    "Content-Encoding: gzip\r\n\r\n"s}) {
      const RawServer server(Once("HTTP/1.1 " + status + "\r\n" + rest));
      FetchJob job = LocalJob(server.Url("/"));
      job.headers = {"if-modified-since: Sun, 01 Mar 2026 00:00:00 GMT"};
      const FetchResult result = FetchWith(*fetcher, job);
      EXPECT_EQ(Name(result.error), "none") << status << rest;
      EXPECT_EQ(result.status, std::stoi(status));
      EXPECT_EQ(result.text, "");
      EXPECT_EQ(result.body_bytes, 0u);
    }
  }
}

TEST(TransferTest, AForbiddenBodyIsNotTheNextResponse) {
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    if (peer.number() > 1) {
      peer.Send(Response("", "real"));
      return;
    }
    peer.Send("HTTP/1.1 204 No Content\r\nContent-Length: 50\r\n\r\n");
    peer.WaitForClose(200ms);
    peer.Send(Response("", "smuggled"));
    peer.ReadRequest();
  });
  const auto fetcher = MakeFetcher();
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/a"))).status, 204);
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/b"))).text, "real");
}

// libcurl 7.88 would join the folded line to the last header of the response before, which is
// freed.
TEST(TransferTest, AFoldedFirstHeaderMeetsNothingOfTheLastResponse) {
  const RawServer server([](RawConnection& peer) {
    peer.ReadRequest();
    peer.Send(Response("X-Long: " + std::string(4000, 'x') + "\r\n", "page"));
    peer.ReadRequest();
    peer.Send(kOk + " y: " + std::string(9000, 'y') + "\r\nContent-Length: 0\r\n\r\n");
  });
  const auto fetcher = MakeFetcher();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/"))).text, "page");
    EXPECT_EQ(Name(FetchWith(*fetcher, LocalJob(server.Url("/"))).error), "bad-response");
  }
}

TEST(TransferTest, RedirectsComeBackAsTheyAre) {  // FAULTS 22, 23, 26
  const RawServer server([](RawConnection& peer) {
    while (true) {
      const std::string request = peer.ReadRequest();
      if (request.empty()) return;
      const bool bare = request.starts_with("GET /bare ");
      peer.Send("HTTP/1.1 302 Found\r\n"s + (bare ? "" : "Location: file:///etc/passwd\r\n") +
                "Content-Length: 0\r\n\r\n");
    }
  });
  const auto fetcher = MakeFetcher();
  const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("/")));
  EXPECT_EQ(result.error, FetchError::kNone);
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(result.Header("location"), "file:///etc/passwd");
  EXPECT_EQ(FetchWith(*fetcher, LocalJob(server.Url("/bare"))).status, 302);
  EXPECT_EQ(server.connections(), 1u);
}

}  // namespace
}  // namespace thresh
