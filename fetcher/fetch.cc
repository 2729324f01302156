#include "fetcher/fetch.h"

#include <algorithm>
#include <array>

#include "parser/ascii.h"

namespace thresh {
namespace {

struct ErrorInfo {
  FetchError error;
  RetryClass retry;
  std::string_view name;
  std::string_view description;
};

using enum FetchError;
using enum RetryClass;

// In the order of the enum, which a test checks. kNever is for what the same request would meet
// again, kLong for what somebody has to repair, kSoon for what passes by itself.
constexpr std::array kErrors = std::to_array<ErrorInfo>({
    {kNone, kNever, "none", "no error"},
    {kBadUrl, kNever, "bad-url", "the request cannot be sent: its URL or a header is malformed"},
    {kNameNotFound, kLong, "name-not-found", "the resolver knows no such host"},
    {kNameTimeout, kSoon, "name-timeout", "the resolver gave no answer"},
    {kConnectionRefused, kSoon, "connection-refused", "the connection was refused"},
    {kUnreachable, kSoon, "unreachable", "the host is unreachable"},
    {kConnectTimeout, kSoon, "connect-timeout", "the connection took too long to be made"},
    {kAddressRefused, kNever, "address-refused",
     "the host has a private address and no seed names it"},
    {kTls, kLong, "tls", "the certificate or the TLS handshake failed"},
    {kConnectionReset, kSoon, "connection-reset", "the server closed the connection"},
    {kTimeout, kSoon, "timeout", "the fetch took too long"},
    {kTooSlow, kSoon, "too-slow", "the body came too slowly"},
    {kTruncated, kSoon, "truncated", "the body ended too early"},
    {kBadResponse, kNever, "bad-response", "the response is not valid HTTP"},
    {kHeadersTooLarge, kNever, "headers-too-large", "the response's headers are too large"},
    {kBadEncoding, kNever, "bad-encoding", "the body is not what its Content-Encoding says"},
    {kBodyTooLarge, kNever, "body-too-large", "the body is larger than max_body"},
    {kCancelled, kSoon, "cancelled", "the fetch was cancelled"},
    {kNotBegun, kSoon, "not-begun", "another fetch of its host failed before it began"},
    {kWorkerLost, kSoon, "worker-lost", "the fetcher process died with the fetch in it"},
    {kInternal, kLong, "internal", "the fetcher failed in an unexpected way"},
});

const ErrorInfo& Info(FetchError error) { return kErrors.at(static_cast<size_t>(error)); }

}  // namespace

std::string_view Name(FetchError error) { return Info(error).name; }
std::string_view Describe(FetchError error) { return Info(error).description; }
RetryClass RetryClassOf(FetchError error) { return Info(error).retry; }

bool TellsOfTrouble(FetchError error, int status) {
  if (error != kNone) return RetryClassOf(error) != kNever;
  return status == 429 || status >= 500;
}

std::string_view ValueOf(const HeaderList& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

// libcurl takes "Name;" for a header without a value.
bool FetchJob::NamesHeader(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [name](std::string_view line) {
    return ascii::EqualsIgnoringCase(line.substr(0, line.find_first_of(":;")), name);
  });
}

}  // namespace thresh
