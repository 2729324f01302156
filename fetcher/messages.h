// What crosses between a fetcher and its workers: jobs, results, headers, the workers' settings.
//
// Encoding trusts its caller, decoding trusts nobody: what does not decode, or has a value that no
// honest worker sends, is nullopt. Pure functions.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetcher/fetch.h"
#include "fetcher/slot.h"

namespace thresh {

// A job goes in a pool message or, when it is too long for one, at the beginning of its slot.
struct JobMessage {
  std::string payload;
  std::string bulk;
};
JobMessage EncodeJob(const FetchJob& job);
// `slot` is where the bulk would be.
std::optional<FetchJob> DecodeJob(std::string_view payload, std::string_view slot);

// The message about a result. What it is about lies in the slot: the headers, encoded, the text
// and the compressed body, each of so many bytes.
struct ResultMessage {
  FetchError error = FetchError::kNone;
  std::string error_detail{};
  int status = 0;
  size_t header_bytes = 0;
  size_t text_bytes = 0;
  size_t stored_bytes = 0;
  size_t body_bytes = 0;
  size_t wire_bytes = 0;
  bool mislabelled = false;
  Charset charset{};
  std::string body_hash{};  // 32 hex digits or empty
  std::string remote_address{};
  std::vector<std::string> addresses{};  // at most kMaxAddresses
  std::chrono::milliseconds elapsed{0};
  std::chrono::milliseconds since_request{0};
};

// More addresses of a host are left out.
inline constexpr size_t kMaxAddresses = 16;

std::string EncodeResult(const ResultMessage& result);
// Every size in a decoded result fits its area of `layout`; words for people are UTF-8 without
// control characters, names have the characters that such names have.
std::optional<ResultMessage> DecodeResult(std::string_view message, const SlotLayout& layout);

// Words that may hold a server's bytes, made fit for people: UTF-8 without control characters.
std::string Presentable(std::string_view words);

// Less than twice the headers' bytes on the wire.
std::string EncodeHeaders(const HeaderList& headers);
// Names are lower-case without spaces, values without CR, LF and NUL.
std::optional<HeaderList> DecodeHeaders(std::string_view bytes);

// What a worker is told at its birth.
struct WorkerSettings {
  size_t transfers = 16;
  size_t memory_bytes = 0;  // body bytes in flight, this worker's share
  size_t max_body_bytes = 0;
  size_t counted_bytes = 0;  // a delivered body above this counts until its slot was freed
  bool sandbox = true;
  std::string ca_file;

  // How many connections a worker keeps open: for reuse, some more than it has transfers.
  size_t connections() const { return 2 * transfers + 16; }
  // How many files it may have open: for each connection a second address may be tried.
  size_t descriptors() const { return 2 * connections() + transfers + 64; }
};

std::string EncodeSettings(const WorkerSettings& settings);
std::optional<WorkerSettings> DecodeSettings(std::string_view message);

}  // namespace thresh
