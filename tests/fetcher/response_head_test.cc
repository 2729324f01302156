#include "fetcher/response_head.h"

#include <gmock/gmock.h>

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using namespace std::string_literals;

// Feeds `text` line by line, up to the first error.
FetchError FeedAll(ResponseHead& head, std::string_view text) {
  while (!text.empty()) {
    const size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    const FetchError error = head.Feed(text.substr(0, size));
    if (error != FetchError::kNone) return error;
    text.remove_prefix(size);
  }
  return FetchError::kNone;
}

TEST(ResponseHeadTest, GivesStatusAndHeaders) {
  ResponseHead head({});
  EXPECT_EQ(FeedAll(head, "HTTP/1.1 200 OK\r\nContent-Type:  text/html \r\nX-A:\r\n\r\n"),
            FetchError::kNone);
  EXPECT_TRUE(head.complete());
  EXPECT_EQ(head.status(), 200);
  EXPECT_THAT(head.headers(), ElementsAre(Pair("content-type", "text/html"), Pair("x-a", "")));
}

TEST(ResponseHeadTest, JudgesFramingAndCharacters) {
  using enum FetchError;
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const struct {
    std::string head;
    FetchError error;
    const char* reason;
  } kCases[] = {
      {"HTTP/2 200 \r\n\r\n", kNone, "libcurl's line for HTTP/2"},
      {"HTTP/1.1 200\r\n\r\n", kNone, "no reason phrase"},
      {"HTTP/1.1 599 x\r\n\r\n", kNone, "the last status"},
      {"HTTP/1.1 600 x\r\n\r\n", kBadResponse, "RFC 9110 §15: 100 to 599"},
      {"HTTP/1.1 999 x\r\n\r\n", kBadResponse, "RFC 9110 §15"},
      {"HTTP/1.1 099 x\r\n\r\n", kBadResponse, "RFC 9110 §15"},
      {"HTTP/1.1 99 x\r\n\r\n", kBadResponse, "two digits"},
      {"HTTP/1.1 2000 x\r\n\r\n", kBadResponse, "four digits"},
      {"HTTP/1.1 OK\r\n\r\n", kBadResponse, "no digits"},
      {"HTTP/1.1 101 x\r\n\r\n", kBadResponse, "no upgrade was asked for"},
      {"HTTP/1.1 206 x\r\n\r\n", kBadResponse, "no range was asked for"},
      {"HTTP/1.1 304 x\r\n\r\n", kBadResponse, "no changes were asked for"},
      {ok + "Content-Length: 5\r\n\r\n", kNone, ""},
      {ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", kNone, "RFC 9110 §8.6"},
      {ok + "Content-Length: 5, 5\r\n\r\n", kNone, "RFC 9110 §8.6"},
      {ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", kBadResponse, "RFC 9110 §8.6"},
      {ok + "Content-Length: 5, 6\r\n\r\n", kBadResponse, "RFC 9110 §8.6"},
      {ok + "Content-Length: 5,\r\n\r\n", kBadResponse, "an empty list member"},
      {ok + "Content-Length: -1\r\n\r\n", kBadResponse, "negative"},
      {ok + "Content-Length: +1\r\n\r\n", kBadResponse, "a sign"},
      {ok + "Content-Length: 0x10\r\n\r\n", kBadResponse, "not decimal"},
      {ok + "Content-Length: 5 5\r\n\r\n", kBadResponse, "not a number"},
      {ok + "Content-Length:\r\n\r\n", kBadResponse, "empty"},
      {ok + "Content-Length: 9223372036854775807\r\n\r\n", kNone, "the largest"},
      {ok + "Content-Length: 9223372036854775808\r\n\r\n", kBadResponse, "overflows"},
      {ok + "Content-Length: 99999999999999999999999\r\n\r\n", kBadResponse, "overflows"},
      {ok + "Content-Length : 5\r\n\r\n", kBadResponse, "RFC 9112 §5.1"},
      {ok + "Content-Length: 5\r\n 6\r\n\r\n", kBadResponse, "folded"},
      {ok + "Transfer-Encoding: chunked\r\n\r\n", kNone, ""},
      {ok + "Transfer-Encoding: Chunked\r\n\r\n", kNone, "RFC 9112 §7: case does not matter"},
      {ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", kBadResponse, "no TE was sent"},
      {ok + "Transfer-Encoding: xchunked\r\n\r\n", kBadResponse, "unknown"},
      {ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", kBadResponse,
       "RFC 9112 §6.1: not twice"},
      {ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", kBadResponse,
       "RFC 9112 §6.3"},
      {ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", kBadResponse,
       "RFC 9112 §6.3"},
      {ok + "Transfer-Encoding: identity\r\n\r\n", kNone, "RFC 7230 has dropped it: nothing"},
      {ok + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n", kBadResponse,
       "RFC 9112 §6.3"},
      {ok + "Transfer-Encoding:\r\nContent-Length: 5\r\n\r\n", kBadResponse, "empty"},
      {ok + "X: a\0b\r\n\r\n"s, kBadResponse, "NUL"},
      {"HTTP/1.1 200 O\0K\r\n\r\n"s, kBadResponse, "NUL"},
      {ok + "Location: /a\rSet-Cookie: b\r\n\r\n", kBadResponse, "RFC 9112 §2.2: bare CR"},
      {ok + "Location: /a\r\n\tb\r\n\r\n", kBadResponse, "LF inside"},
      {ok + "Location: /a%0d%0ab\r\n\r\n", kNone, "escaped, it is only a URL"},
      {ok + "no colon\r\n: no name\r\nbad name: x\r\n\r\n", kNone, "skipped, as browsers do"},
      {"HTTP/1.1 200 OK\nX: a\n\n", kNone, "RFC 9112 §2.2: bare LF"},
  };
  for (const auto& test : kCases) {
    ResponseHead head({});
    const FetchError error = FeedAll(head, test.head);
    EXPECT_EQ(Name(error), Name(test.error)) << test.head << test.reason;
    EXPECT_EQ(head.complete() && error == kNone, test.error == kNone) << test.head;
    EXPECT_EQ(head.detail().empty(), test.error == kNone) << test.head;
  }
}

TEST(ResponseHeadTest, ARangeMayBeAnsweredWhenItWasAskedFor) {
  ResponseHead head({.range = true});
  EXPECT_EQ(FeedAll(head, "HTTP/1.1 206 Partial Content\r\n\r\n"), FetchError::kNone);
}

TEST(ResponseHeadTest, ChangesMayBeNoneWhenTheyWereAskedFor) {
  ResponseHead head({.changes = true});
  EXPECT_EQ(FeedAll(head, "HTTP/1.1 304 Not Modified\r\n\r\n"), FetchError::kNone);
}

TEST(ResponseHeadTest, SkippedLinesLeaveNoHeader) {
  ResponseHead head({});
  FeedAll(head, "HTTP/1.1 200 OK\r\nno colon\r\n folded\r\nbad name: x\r\nA: b\r\n\r\n");
  EXPECT_THAT(head.headers(), ElementsAre(Pair("a", "b")));
}

TEST(ResponseHeadTest, FoldedLinesAreJoined) {
  ResponseHead head({});
  FeedAll(head, "HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td\r\n\r\n");
  EXPECT_THAT(head.headers(), ElementsAre(Pair("a", "b c d")));
}

TEST(ResponseHeadTest, InterimHeadsAreForgotten) {
  ResponseHead head({});
  const FetchError error =
      FeedAll(head,
              "HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n"
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(error, FetchError::kNone);
  EXPECT_EQ(head.status(), 200);
  EXPECT_THAT(head.headers(), ElementsAre(Pair("content-length", "2")));
}

TEST(ResponseHeadTest, AFloodOfInterimHeadsEnds) {
  ResponseHead head({});
  std::string flood;
  for (int i = 0; i < kMaxInterimHeads; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(FeedAll(head, flood), FetchError::kNone);
  EXPECT_EQ(FeedAll(head, "HTTP/1.1 100 Continue\r\n\r\n"), FetchError::kBadResponse);
}

TEST(ResponseHeadTest, HeadersHaveACapInBytesAndLines) {
  ResponseHead bytes({});
  FeedAll(bytes, "HTTP/1.1 200 OK\r\n");
  const std::string line = "X: " + std::string(995, 'a') + "\r\n";
  size_t lines = 0;
  while (bytes.Feed(line) == FetchError::kNone) ++lines;
  EXPECT_EQ(lines, (kMaxHeadBytes - 17) / 1000);

  ResponseHead count({});
  FeedAll(count, "HTTP/1.1 200 OK\r\n");
  lines = 0;
  while (count.Feed("a:b\n") == FetchError::kNone) ++lines;
  EXPECT_EQ(lines, kMaxHeaderLines - 1);
}

TEST(ResponseHeadTest, SurplusCookiesAreDropped) {
  ResponseHead head({});
  FeedAll(head, "HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 200; ++i) head.Feed("Set-Cookie: a=b\r\n");
  EXPECT_EQ(head.Feed("\r\n"), FetchError::kNone);
  EXPECT_EQ(head.headers().size(), kMaxSetCookies);
}

TEST(ResponseHeadTest, TrailersAreNotHeaders) {
  ResponseHead head({});
  FeedAll(head, "HTTP/1.1 200 OK\r\n\r\nX-Trailer: a\r\nContent-Length: 5\r\n\r\n");
  EXPECT_THAT(head.headers(), ElementsAre());
  const std::string line(1000, 'a');
  size_t lines = 0;
  while (head.Feed(line) == FetchError::kNone && lines < 1000) ++lines;
  EXPECT_LT(lines, 308u) << "an endless trailer counts, too";
}

}  // namespace
}  // namespace thresh
