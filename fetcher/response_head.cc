#include "fetcher/response_head.h"

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"

namespace thresh {
namespace {

using ascii::EqualsIgnoringCase;
using ascii::IsDigit;

// The line without its end; a CR that stays in it is one that does not belong there.
std::string_view WithoutLineEnd(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "HTTP/1.1 200 OK" or libcurl's "HTTP/2 200": gives 0 when it is not one (RFC 9112 §4).
int ParseStatus(std::string_view line) {
  const size_t space = line.find(' ');
  if (!line.starts_with("HTTP/") || space == line.npos) return 0;
  std::string_view rest = line.substr(space);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.size() < 3 || !IsDigit(rest[0]) || !IsDigit(rest[1]) || !IsDigit(rest[2])) return 0;
  if (rest.size() > 3 && rest[3] != ' ' && rest[3] != '\t') return 0;
  return (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
}

}  // namespace

FetchError ResponseHead::Fail(FetchError error, std::string_view detail) {
  detail_ = detail;
  return error;
}

FetchError ResponseHead::Feed(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > kMaxHeadBytes || ++lines_ > kMaxHeaderLines) {
    return Fail(FetchError::kHeadersTooLarge, "too many headers");
  }
  if (complete_) return FetchError::kNone;  // a trailer
  line = WithoutLineEnd(line);
  if (line.find('\0') != line.npos) return Fail(FetchError::kBadResponse, "NUL in a header");
  if (line.find('\r') != line.npos) return Fail(FetchError::kBadResponse, "CR in a header");
  if (!in_head_) return StatusLine(line);
  if (line.empty()) return EndOfHead();
  return line[0] == ' ' || line[0] == '\t' ? Continuation(line) : HeaderLine(line);
}

FetchError ResponseHead::StatusLine(std::string_view line) {
  status_ = ParseStatus(line);
  if (status_ < 100 || status_ > 599) {
    return Fail(FetchError::kBadResponse, "a status outside 100 to 599");
  }
  if (status_ == 101) return Fail(FetchError::kBadResponse, "101, which nobody asked for");
  if (status_ == 206 && !asked_for_.range) {
    return Fail(FetchError::kBadResponse, "206, which nobody asked for");
  }
  if (status_ == 304 && !asked_for_.changes) {
    return Fail(FetchError::kBadResponse, "304, which nobody asked for");
  }
  in_head_ = true;
  headers_.reserve(kUsualHeaders);
  return FetchError::kNone;
}

FetchError ResponseHead::HeaderLine(std::string_view line) {
  dropped_last_ = true;
  const size_t colon = line.find(':');
  if (colon == line.npos || colon == 0) return FetchError::kNone;
  std::string lower = ascii::Lowered(ascii::WithoutBlanks(line.substr(0, colon)));
  const std::string_view name = lower;
  const std::string_view value = ascii::WithoutBlanks(line.substr(colon + 1));
  const bool spaced = name.size() != colon;
  if (name == "content-length" || name == "transfer-encoding") {
    // RFC 9112 §5.1: two recipients could see two different messages.
    if (spaced) return Fail(FetchError::kBadResponse, "space before a colon");
    const FetchError error = name[0] == 'c' ? AddContentLength(value) : AddTransferEncoding(value);
    if (error != FetchError::kNone) return error;
  }
  if (name.empty() || std::any_of(name.begin(), name.end(), ascii::IsBlank)) {
    return FetchError::kNone;
  }
  if (name == "set-cookie" && ++cookies_ > kMaxSetCookies) return FetchError::kNone;
  headers_.emplace_back(std::move(lower), value);
  dropped_last_ = false;
  return FetchError::kNone;
}

// RFC 9112 §5.2: a folded line is joined by a space. Where lengths are at stake it is refused.
FetchError ResponseHead::Continuation(std::string_view line) {
  if (dropped_last_ || headers_.empty()) return FetchError::kNone;
  auto& [name, value] = headers_.back();
  if (name == "content-length" || name == "transfer-encoding") {
    return Fail(FetchError::kBadResponse, "a folded length");
  }
  if (name == "location") return Fail(FetchError::kBadResponse, "a folded Location");
  value += ' ';
  value += ascii::WithoutBlanks(line);
  return FetchError::kNone;
}

FetchError ResponseHead::EndOfHead() {
  in_head_ = false;
  if (status_ >= 200) {
    complete_ = true;
    return CheckFraming();
  }
  if (++interim_heads_ > kMaxInterimHeads) {
    return Fail(FetchError::kBadResponse, "a flood of interim responses");
  }
  headers_.clear();
  content_length_.reset();
  chunked_ = false;
  transfer_encoding_ = false;
  cookies_ = 0;
  return FetchError::kNone;
}

FetchError ResponseHead::CheckFraming() {
  if (transfer_encoding_ && content_length_) {
    return Fail(FetchError::kBadResponse, "both Content-Length and Transfer-Encoding");
  }
  return FetchError::kNone;
}

// RFC 9110 §8.6: equal values, also as a list, are one; others are an attack or a broken server.
FetchError ResponseHead::AddContentLength(std::string_view list) {
  while (true) {
    const size_t comma = std::min(list.find(','), list.size());
    const std::string_view value = ascii::WithoutBlanks(list.substr(0, comma));
    int64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (value.empty() || !IsDigit(value[0]) || error != std::errc() ||
        end != value.data() + value.size()) {
      return Fail(FetchError::kBadResponse, "a Content-Length that is not a length");
    }
    const auto bytes = static_cast<uint64_t>(length);
    if (content_length_ && *content_length_ != bytes) {
      return Fail(FetchError::kBadResponse, "conflicting Content-Length");
    }
    content_length_ = bytes;
    if (comma == list.size()) return FetchError::kNone;
    list.remove_prefix(comma + 1);
  }
}

// We send no TE, so that only "chunked", once, can be meant for us (RFC 9112 §7).
FetchError ResponseHead::AddTransferEncoding(std::string_view value) {
  transfer_encoding_ = true;
  if (EqualsIgnoringCase(value, "identity")) return FetchError::kNone;
  if (chunked_ || !EqualsIgnoringCase(value, "chunked")) {
    return Fail(FetchError::kBadResponse, "an unknown Transfer-Encoding");
  }
  chunked_ = true;
  return FetchError::kNone;
}

}  // namespace thresh
