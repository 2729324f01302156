#include "fetcher/messages.h"

#include <gmock/gmock.h>

#include <random>

#include "fetcher/response_head.h"
#include "fetcher/wire_format.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;
using namespace std::string_literals;

const SlotLayout kLayout = SlotLayout::For(1 << 20);

FetchJob FullJob() {
  return {.url = "https://x.test/a?b=c",
          .method = "POST",
          .headers = {"Accept: text/html", "X-Empty:", ""},
          .body = "a\0b"s,
          .user_agent = "thresh",
          .charset = "gbk",
          .proxy = "http://127.0.0.1:8080",
          .timeout = 12'345ms,
          .connect_timeout = 1ms,
          .stall_timeout = 7s,
          .max_body_bytes = 99,
          .max_connections_per_host = 3,
          .queue = 1'000'000'007,
          .allow_private_addresses = true,
          .cut_body = true,
          .unpack_gzip = true,
          .resolve_only = true,
          .addresses = {"192.0.2.1", "2001:db8::1"},
          .keep_body = true};
}

ResultMessage FullResult() {
  return {.error = FetchError::kTruncated,
          .error_detail = "transfer closed",
          .status = 404,
          .header_bytes = 17,
          .text_bytes = 1000,
          .stored_bytes = 500,
          .body_bytes = 999,
          .wire_bytes = 5'000'000'000,
          .mislabelled = true,
          .charset = {.name = "windows-1252", .source = CharsetSource::kMeta},
          .body_hash = "0123456789abcdef0123456789abcdef",
          .remote_address = "2001:db8::1",
          .addresses = {"2001:db8::1", "192.0.2.1"},
          .elapsed = 42ms,
          .since_request = 40ms};
}

void ExpectSameJob(const FetchJob& job, const FetchJob& expected) {
  EXPECT_EQ(job.url, expected.url);
  EXPECT_EQ(job.method, expected.method);
  EXPECT_EQ(job.headers, expected.headers);
  EXPECT_EQ(job.body, expected.body);
  EXPECT_EQ(job.user_agent, expected.user_agent);
  EXPECT_EQ(job.charset, expected.charset);
  EXPECT_EQ(job.resolve_only, expected.resolve_only);
  EXPECT_EQ(job.addresses, expected.addresses);
  EXPECT_EQ(job.proxy, expected.proxy);
  EXPECT_EQ(job.timeout, expected.timeout);
  EXPECT_EQ(job.connect_timeout, expected.connect_timeout);
  EXPECT_EQ(job.stall_timeout, expected.stall_timeout);
  EXPECT_EQ(job.max_body_bytes, expected.max_body_bytes);
  EXPECT_EQ(job.max_connections_per_host, expected.max_connections_per_host);
  EXPECT_EQ(job.queue, expected.queue);
  EXPECT_EQ(job.allow_private_addresses, expected.allow_private_addresses);
  EXPECT_EQ(job.cut_body, expected.cut_body);
  EXPECT_EQ(job.unpack_gzip, expected.unpack_gzip);
  EXPECT_EQ(job.keep_body, expected.keep_body);
}

TEST(WireFormatTest, NumbersUpToTheLargest) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{300},
                               uint64_t{1} << 63, ~uint64_t{0}}) {
    WireWriter writer;
    writer.Number(value);
    WireReader reader(writer.bytes());
    EXPECT_EQ(reader.Number(), value);
    EXPECT_TRUE(reader.Done());
  }
}

TEST(WireFormatTest, WhatDoesNotFitFails) {
  const std::string kHostile[] = {"", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
                                  "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"};
  for (const std::string& bytes : kHostile) {
    WireReader reader(bytes);
    EXPECT_EQ(reader.Number(), 0u);
    EXPECT_FALSE(reader.ok());
  }
  WireReader limited("\x05");
  limited.Number(4);
  EXPECT_FALSE(limited.ok());
  WireReader text(
      "\x05"
      "abc");
  EXPECT_EQ(text.Text(), "");
  EXPECT_FALSE(text.ok());
  EXPECT_EQ(text.Number(), 0u) << "stays failed";
}

TEST(MessagesTest, JobsComeBackAsTheyWent) {
  for (const FetchJob& job : {FullJob(), FetchJob{}}) {
    const JobMessage message = EncodeJob(job);
    EXPECT_EQ(message.bulk, "");
    const auto decoded = DecodeJob(message.payload, "");
    ASSERT_TRUE(decoded);
    ExpectSameJob(*decoded, job);
  }
}

TEST(MessagesTest, LongJobsGoThroughTheSlot) {
  FetchJob job = FullJob();
  job.body.assign(100'000, 'x');
  const JobMessage message = EncodeJob(job);
  EXPECT_LT(message.payload.size(), 100u);
  const auto decoded = DecodeJob(message.payload, message.bulk + "what was there before");
  ASSERT_TRUE(decoded);
  ExpectSameJob(*decoded, job);
  EXPECT_FALSE(DecodeJob(message.payload, "a slot that is too small"));
}

TEST(MessagesTest, ResultsComeBackAsTheyWent) {
  const ResultMessage result = FullResult();
  const auto decoded = DecodeResult(EncodeResult(result), kLayout);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->error, result.error);
  EXPECT_EQ(decoded->error_detail, result.error_detail);
  EXPECT_EQ(decoded->status, result.status);
  EXPECT_EQ(decoded->header_bytes, result.header_bytes);
  EXPECT_EQ(decoded->text_bytes, result.text_bytes);
  EXPECT_EQ(decoded->stored_bytes, result.stored_bytes);
  EXPECT_EQ(decoded->body_bytes, result.body_bytes);
  EXPECT_EQ(decoded->wire_bytes, result.wire_bytes);
  EXPECT_TRUE(decoded->mislabelled);
  EXPECT_EQ(decoded->charset.name, result.charset.name);
  EXPECT_EQ(decoded->charset.source, result.charset.source);
  EXPECT_EQ(decoded->body_hash, result.body_hash);
  EXPECT_EQ(decoded->remote_address, result.remote_address);
  EXPECT_EQ(decoded->addresses, result.addresses);
  EXPECT_EQ(decoded->elapsed, result.elapsed);
  EXPECT_EQ(decoded->since_request, result.since_request);
}

// What a worker that has been taken over could say.
TEST(MessagesTest, LiesAreNoResults) {
  using Lie = void (*)(ResultMessage&);
  const struct {
    const char* name;
    Lie tell;
  } kLies[] = {
      {"an error that is none", [](ResultMessage& r) { r.error = static_cast<FetchError>(77); }},
      {"a status above 599", [](ResultMessage& r) { r.status = 600; }},
      {"a negative status", [](ResultMessage& r) { r.status = -1; }},
      {"headers beyond their area",
       [](ResultMessage& r) { r.header_bytes = kSlotHeaderBytes + 1; }},
      {"text beyond its area", [](ResultMessage& r) { r.text_bytes = kLayout.text_bytes() + 1; }},
      {"a size that wraps", [](ResultMessage& r) { r.text_bytes = ~size_t{0}; }},
      {"a body beyond its area",
       [](ResultMessage& r) { r.stored_bytes = kLayout.stored_bytes() + 1; }},
      {"a body above the limit", [](ResultMessage& r) { r.body_bytes = (1 << 20) + 1; }},
      {"a source that is none",
       [](ResultMessage& r) { r.charset.source = static_cast<CharsetSource>(9); }},
      {"a charset that is SQL", [](ResultMessage& r) { r.charset.name = "'; drop"; }},
      {"a long charset", [](ResultMessage& r) { r.charset.name.assign(41, 'a'); }},
      {"half a hash", [](ResultMessage& r) { r.body_hash = "0123"; }},
      {"a hash that is none", [](ResultMessage& r) { r.body_hash.assign(32, 'g'); }},
      {"an address that is none", [](ResultMessage& r) { r.remote_address = "\x1b[2J"; }},
      {"a name for an address", [](ResultMessage& r) { r.addresses = {"x.test"}; }},
      {"two addresses in one", [](ResultMessage& r) { r.addresses = {"fe80::1%a,10.0.0.1"}; }},
      {"more addresses than there may be",
       [](ResultMessage& r) { r.addresses.assign(kMaxAddresses + 1, "192.0.2.1"); }},
  };
  for (const auto& lie : kLies) {
    ResultMessage result = FullResult();
    lie.tell(result);
    EXPECT_FALSE(DecodeResult(EncodeResult(result), kLayout)) << lie.name;
  }
}

TEST(MessagesTest, WordsForPeopleHaveNoControlCharacters) {
  ResultMessage result = FullResult();
  result.error_detail = "a\x1b[2J\nb\xff";
  const auto decoded = DecodeResult(EncodeResult(result), kLayout);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->error_detail, "a [2J b\xef\xbf\xbd");
}

TEST(MessagesTest, EveryCutOfAMessageIsRefused) {
  const std::string result = EncodeResult(FullResult());
  for (size_t size = 0; size < result.size(); ++size) {
    EXPECT_FALSE(DecodeResult(result.substr(0, size), kLayout)) << size;
  }
  EXPECT_FALSE(DecodeResult(result + "x", kLayout));
  const std::string job = EncodeJob(FullJob()).payload;
  for (size_t size = 0; size < job.size(); ++size) {
    EXPECT_FALSE(DecodeJob(job.substr(0, size), "")) << size;
  }
  EXPECT_FALSE(DecodeJob(job + "x", ""));
}

TEST(MessagesTest, RandomBytesNeverCrash) {
  std::mt19937 random(RandomSeed());
  const std::string good = EncodeResult(FullResult());
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int flips = 0; flips < 3; ++flips)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    if (const auto result = DecodeResult(bytes, kLayout)) {
      EXPECT_LE(result->text_bytes, kLayout.text_bytes());
      EXPECT_LE(result->stored_bytes, kLayout.stored_bytes());
      EXPECT_LE(result->error, FetchError::kInternal);
    }
    DecodeHeaders(bytes);
    DecodeJob(bytes, bytes);
    DecodeSettings(bytes);
  }
}

TEST(MessagesTest, HeadersComeBackAsTheyWent) {
  const HeaderList headers = {{"content-type", "text/html"}, {"x-a", ""}, {"x-b", "caf\xe9"}};
  EXPECT_EQ(DecodeHeaders(EncodeHeaders(headers)), headers);
  EXPECT_EQ(DecodeHeaders(""), HeaderList());
}

TEST(MessagesTest, HeadersThatNoResponseHasAreRefused) {
  const HeaderList kLies[] = {{{"X-Upper", "a"}}, {{"", "a"}},    {{"a b", "a"}}, {{"a", "b\r\nc"}},
                              {{"a", "b\0c"s}},   {{"a\n", "b"}}, {{"a:b", "c"}}};
  for (const HeaderList& headers : kLies) EXPECT_FALSE(DecodeHeaders(EncodeHeaders(headers)));
  EXPECT_FALSE(DecodeHeaders(EncodeHeaders(HeaderList(kMaxHeaderLines + 1, {"a", "b"}))));
}

TEST(MessagesTest, TheLargestHeadFitsItsArea) {
  // The shortest line, "a:" and its end, and the longest one.
  EXPECT_LE(EncodeHeaders(HeaderList(kMaxHeaderLines, {"a", ""})).size(), kSlotHeaderBytes);
  EXPECT_LE(EncodeHeaders({{"a", std::string(kMaxHeadBytes, 'b')}}).size(), kSlotHeaderBytes);
}

TEST(MessagesTest, SettingsComeBackAsTheyWent) {
  const WorkerSettings settings{.transfers = 3,
                                .memory_bytes = 1000,
                                .max_body_bytes = 100,
                                .counted_bytes = 10,
                                .sandbox = false,
                                .ca_file = "/a/b.pem"};
  const auto decoded = DecodeSettings(EncodeSettings(settings));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->transfers, 3u);
  EXPECT_EQ(decoded->memory_bytes, 1000u);
  EXPECT_EQ(decoded->max_body_bytes, 100u);
  EXPECT_EQ(decoded->counted_bytes, 10u);
  EXPECT_FALSE(decoded->sandbox);
  EXPECT_EQ(decoded->ca_file, "/a/b.pem");
}

}  // namespace
}  // namespace thresh
