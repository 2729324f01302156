// What is asked of a fetcher process and what it answers: plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/charset.h"
#include "parser/header_list.h"

namespace thresh {

// How a fetch ended when it gave no usable response. An HTTP status, 404 or 503, is a response:
// its error is kNone.
enum class FetchError : uint8_t {
  kNone,
  kBadUrl,
  kNameNotFound,  // the resolver says that there is no such host
  kNameTimeout,   // the resolver does not answer
  kConnectionRefused,
  kUnreachable,
  kConnectTimeout,
  kAddressRefused,   // the host's address is private and no seed names the host
  kTls,              // certificate or handshake
  kConnectionReset,  // also an empty answer
  kTimeout,          // the whole fetch took too long
  kTooSlow,          // less than a trickle for too long
  kTruncated,        // the body ended before its length, its last chunk or its stream's end
  kBadResponse,      // not HTTP as the standard has it: status, headers, chunks, lengths
  kHeadersTooLarge,  // more than 300 KB, or more than the slot has room for
  kBadEncoding,      // Content-Encoding unknown, more than five layers, or its data corrupt
  kBodyTooLarge,     // more than max_body, counted after decoding
  kCancelled,        // the fetcher is shutting down
  kNotBegun,         // it waited for others of its queue, and one of them was in trouble
  kWorkerLost,       // the process died, crashed or was killed with the fetch in it
  kInternal,         // a libcurl error that has no name here: see detail
};
std::string_view Name(FetchError error);      // "connection-refused": what `pages.error` holds
std::string_view Describe(FetchError error);  // "the connection was refused"

// Whether and how a failed fetch is tried again.
enum class RetryClass : uint8_t { kNever, kSoon, kLong };
RetryClass RetryClassOf(FetchError error);

// Whether such an end says that its host had better be left alone: it failed and may do better
// another time, or said 429 or 5xx.
bool TellsOfTrouble(FetchError error, int status);

// The first header of that name (lower case), or empty.
std::string_view ValueOf(const HeaderList& headers, std::string_view name);

struct FetchJob {
  std::string url;  // normalised, http or https
  std::string method = "GET";
  std::vector<std::string> headers;  // whole lines: "Accept: text/html"
  std::string body;                  // sent when not empty
  std::string user_agent;
  std::string charset;  // the configured label; empty: detect
  std::string proxy;    // empty: none; the environment's is never used
  std::chrono::milliseconds timeout{60'000};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds stall_timeout{20'000};  // a body below 64 bytes/s for so long ends
  size_t max_body_bytes = 16u << 20;                // decoded
  // Of the jobs of its queue so many are under way at a time; the others wait, in their order.
  size_t max_connections_per_host = 1;
  uint64_t queue = 0;
  bool allow_private_addresses = false;
  bool cut_body = false;      // a larger body is cut to max_body_bytes; else it is an error
  bool unpack_gzip = false;   // a body that is a gzip file, such as sitemap.xml.gz, is unpacked
  bool resolve_only = false;  // ask for the host's addresses, and connect to none of them
  std::vector<std::string> addresses;  // of the host, instead of asking the resolver
  bool alone = false;      // in a process that does nothing else meanwhile: it may die of it
  bool keep_body = false;  // also give the decoded bytes, compressed with zstd

  // Whether one of `headers` is of that name, in any case.
  bool NamesHeader(std::string_view name) const;
};

struct FetchResult {
  FetchError error = FetchError::kNone;
  std::string error_detail;  // libcurl's words, for people; may be empty
  int status = 0;            // 0 when no response came
  HeaderList headers;
  // UTF-8, checked: the one private copy. Empty for binary content and without a usable response;
  // content_kind.h says what is text.
  std::string text;
  bool mislabelled = false;  // the body's first bytes contradict its Content-Type
  Charset charset;
  size_t body_bytes = 0;    // decoded, before the conversion to UTF-8
  size_t wire_bytes = 0;    // as transferred
  std::string stored_body;  // zstd frame of the decoded bytes, when keep_body was set
  std::string body_hash;    // 32 hex digits (XXH3-128 of the decoded bytes); empty: no body
  std::string remote_address;
  std::vector<std::string> addresses;  // of a resolve_only job: those that may be connected to
  std::chrono::milliseconds elapsed{0};
  std::chrono::milliseconds since_request{0};  // since the request was sent, or a little less

  std::string_view Header(std::string_view name) const { return ValueOf(headers, name); }
};

}  // namespace thresh
