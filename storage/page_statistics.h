// What the fetches of some runs add up to: what the plots of a report are drawn from.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/latency_histogram.h"
#include "storage/store.h"

namespace thresh {

struct HostPages {
  int64_t pages = 0;
  int64_t failed = 0;  // without a response, or with a status of 400 and above
  int64_t bytes = 0;
  int64_t elapsed_ms = 0;  // of all
};

// A fetch that stands out.
struct NotablePage {
  std::string url;
  int status = 0;
  std::string error;  // Name(FetchError); empty when a response came
  int64_t bytes = 0;
  int64_t elapsed_ms = 0;
};

struct PageStatistics {
  int64_t pages = 0;
  // Time is cut into slices of `step`, the first from `begin` on.
  Timestamp begin{};
  std::chrono::seconds step{1};
  std::vector<int64_t> pages_in;  // slices
  std::vector<int64_t> bytes_in;
  std::map<int, int64_t> statuses;                     // 0: no response
  std::map<std::string, std::vector<int64_t>> errors;  // by kind: counts in slices
  LatencyHistogram latency;                            // of fetches that got a response
  std::map<std::string, HostPages> hosts;              // by origin: "https://x.test"
  std::vector<NotablePage> slowest, largest;           // at most kMostNotable each
  bool is_partial = false;  // there are more than kMostPages; these are the last
};

inline constexpr size_t kMostNotable = 10;
inline constexpr int64_t kMostPages = 10'000'000;
inline constexpr size_t kMostSlices = 120;
// More are counted under kOthers.
inline constexpr size_t kMostHosts = 5000;
inline constexpr size_t kMostErrorKinds = 40;
inline constexpr std::string_view kOthers = "others";

// A width of slices in which at most kMostSlices reach from `begin` to `end`: 1, 2, 5, 10, 15, 30
// seconds, the same in minutes, and so on.
std::chrono::seconds SliceFor(Timestamp begin, Timestamp end);

// Reads the pages of `runs`, of which there are `expected`, from the last page backwards. They are
// counted into slices from `begin` to `end`; what lies outside counts into the nearest. Memory is
// bounded; it costs about 2 s a million.
PageStatistics ReadPageStatistics(Database& database, const std::set<RunId>& runs, int64_t expected,
                                  Timestamp begin, Timestamp end);

}  // namespace thresh
