// A response's status line and headers, checked line by line as they come.
//
// libcurl lets through what the standard forbids (conflicting lengths, odd statuses, NUL bytes), so
// its raw lines are judged here (RFC 9110, RFC 9112). Browsers' leniency is followed where it does
// no harm: a line without a colon is skipped, folded lines are joined, surplus cookies dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fetcher/fetch.h"

namespace thresh {

inline constexpr size_t kMaxHeadBytes = 300 * 1024;  // all heads of a response and its trailers
inline constexpr size_t kMaxHeaderLines = 5000;
inline constexpr size_t kMaxSetCookies = 100;  // more are dropped
inline constexpr size_t kUsualHeaders = 16;    // what most responses do not exceed
inline constexpr int kMaxInterimHeads = 20;    // 1xx before the answer
inline constexpr size_t kMaxEncodingLayers = 5;

// What a request's headers asked for: else some statuses are no answer to it.
struct AskedFor {
  bool range = false;    // Range: 206 is an answer
  bool changes = false;  // If-None-Match or If-Modified-Since: 304 is an answer
};

// One response's, from its first line to its trailers. No I/O.
class ResponseHead {
 public:
  explicit ResponseHead(AskedFor asked_for) : asked_for_(asked_for) {}

  // Takes the next line with its line end. Any other value than kNone ends the response;
  // detail() then says what was wrong.
  FetchError Feed(std::string_view line);
  // The final head's empty line has come; what is fed after it are trailers, which are not kept.
  bool complete() const { return complete_; }

  int status() const { return status_; }
  const HeaderList& headers() const { return headers_; }
  std::optional<uint64_t> content_length() const { return content_length_; }
  bool chunked() const { return chunked_; }
  // Whether the status allows no body (RFC 9110 §6.4.1): what comes is not one.
  bool forbids_body() const { return status_ == 204 || status_ == 304; }
  std::string_view detail() const { return detail_; }

 private:
  FetchError Fail(FetchError error, std::string_view detail);
  FetchError StatusLine(std::string_view line);
  FetchError HeaderLine(std::string_view line);
  FetchError Continuation(std::string_view line);
  FetchError EndOfHead();
  FetchError CheckFraming();
  FetchError AddContentLength(std::string_view value);
  FetchError AddTransferEncoding(std::string_view value);

  const AskedFor asked_for_;
  bool in_head_ = false;
  bool complete_ = false;
  bool chunked_ = false;
  bool transfer_encoding_ = false;  // the header was there, whatever it said
  int status_ = 0;
  int interim_heads_ = 0;
  size_t bytes_ = 0;
  size_t lines_ = 0;
  size_t cookies_ = 0;
  bool dropped_last_ = false;
  std::optional<uint64_t> content_length_;
  HeaderList headers_;
  std::string_view detail_;  // of a literal
};

}  // namespace thresh
