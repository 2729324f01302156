// What a worker says to the parent, and the parent to a worker.
#include "fetcher/messages.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  ResultMessage result;
  result.status = 200;
  result.header_bytes = 100;
  result.text_bytes = 5000;
  result.charset = {"utf-8", CharsetSource::kMeta};
  result.body_hash = "0123456789abcdef0123456789abcdef";
  result.remote_address = "192.0.2.1";
  FetchJob job;
  job.url = "http://x.test/";
  job.headers = {"Accept: text/html"};
  const JobMessage message = EncodeJob(job);
  return {"r" + EncodeResult(result),
          "r" + EncodeResult({.error = FetchError::kTruncated, .error_detail = "short"}),
          "h" + EncodeHeaders({{"content-type", "text/html"}, {"a", "b"}}), "j" + message.payload,
          "s" + EncodeSettings({.transfers = 16, .ca_file = "/etc/ssl/ca.pem"})};
}

namespace {

void CheckResult(std::string_view bytes) {
  const SlotLayout layout = SlotLayout::For(1 << 20);
  const auto result = DecodeResult(bytes, layout);
  if (!result) return;
  Require(result->error <= FetchError::kInternal, "an error is one of ours");
  Require(result->status >= 0 && result->status <= 599, "a status is one of HTTP");
  Require(result->header_bytes <= kSlotHeaderBytes, "headers are within their area");
  Require(result->text_bytes <= layout.text_bytes(), "text is within its area");
  Require(result->stored_bytes <= layout.stored_bytes(), "the body is within its area");
  Require(result->charset.source <= CharsetSource::kDefault, "a source is one of ours");
  Require(result->body_hash.find_first_not_of("0123456789abcdef") == std::string::npos,
          "a hash is hexadecimal");
  Require(Presentable(result->error_detail) == result->error_detail, "words are for people");
}

void CheckHeaders(std::string_view bytes) {
  const auto headers = DecodeHeaders(bytes);
  if (!headers) return;
  for (const auto& [name, value] : *headers) {
    Require(!name.empty() && name.find_first_of(" :\r\n") == name.npos, "a name is a token");
    Require(value.find_first_of(std::string_view("\0\r\n", 3)) == value.npos, "a value is a line");
  }
}

}  // namespace
}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  FuzzInput input(data, size);
  switch (input.Byte()) {
    case 'h':
      CheckHeaders(input.Rest());
      break;
    case 'j':
      DecodeJob(input.Rest(), input.Rest());
      break;
    case 's':
      DecodeSettings(input.Rest());
      break;
    default:
      CheckResult(input.Rest());
  }
  return 0;
}
