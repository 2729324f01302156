#include "storage/page_statistics.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "parser/url_host.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

// The `kMostNotable` with the greatest measure, the greatest first.
class Notables {
 public:
  explicit Notables(int64_t NotablePage::*measure) : measure_(measure) {}

  bool Wants(int64_t value) const {
    return value > 0 && (pages_.size() < kMostNotable || value > pages_.back().*measure_);
  }
  void Add(const NotablePage& page) {
    const auto at = std::find_if(pages_.begin(), pages_.end(), [&](const NotablePage& other) {
      return other.*measure_ < page.*measure_;
    });
    pages_.insert(at, page);
    if (pages_.size() > kMostNotable) pages_.pop_back();
  }
  std::vector<NotablePage> Take() { return std::move(pages_); }

 private:
  int64_t NotablePage::*measure_;
  std::vector<NotablePage> pages_;
};

// The entry of `key`, or that of kOthers where there are `most` already.
template <typename Map>
typename Map::mapped_type& BoundedEntry(Map* map, std::string key, size_t most) {
  const auto found = map->find(key);
  if (found != map->end()) return found->second;
  return (*map)[map->size() < most ? std::move(key) : std::string(kOthers)];
}

constexpr size_t kMostKindBytes = 60;

// So that sums do not overflow, whatever another program has written there.
constexpr int64_t kMostMeasured = int64_t{1} << 38;

class Counter {
 public:
  Counter(Timestamp begin, Timestamp end) {
    statistics_.begin = begin;
    statistics_.step = SliceFor(begin, end);
    const auto slices =
        static_cast<size_t>(std::max(end - begin, Timestamp::duration(0)) / statistics_.step) + 1;
    statistics_.pages_in.resize(slices);
    statistics_.bytes_in.resize(slices);
  }

  // Columns: fetched_at, status, final_url, bytes, elapsed_ms, error.
  void Add(const Statement::Rows& row) {
    NotablePage page{.url = {},
                     .status = static_cast<int>(row.Int(2)),
                     .error = std::string(Utf8Prefix(row.Text(6), kMostKindBytes)),
                     .bytes = std::clamp<int64_t>(row.Int(4), 0, kMostMeasured),
                     .elapsed_ms = std::clamp<int64_t>(row.Int(5), 0, kMostMeasured)};
    const size_t slice = SliceOf(row.Text(1));
    ++statistics_.pages;
    ++statistics_.pages_in[slice];
    statistics_.bytes_in[slice] += page.bytes;
    ++statistics_.statuses[std::clamp(page.status, 0, 999)];
    if (page.error.empty()) statistics_.latency.Add(page.elapsed_ms);
    const bool failed = !page.error.empty() || page.status >= 400;
    if (failed) CountError(page, slice);
    CountHost(OriginOf(row.Text(3)), page, failed);
    const bool slow = slowest_.Wants(page.elapsed_ms), large = largest_.Wants(page.bytes);
    if (!slow && !large) return;
    page.url = row.Text(3);
    if (slow) slowest_.Add(page);
    if (large) largest_.Add(page);
  }

  PageStatistics Take() {
    statistics_.slowest = slowest_.Take();
    statistics_.largest = largest_.Take();
    return std::move(statistics_);
  }

 private:
  size_t SliceOf(std::string_view fetched_at) const {
    const auto time = FromIso8601(fetched_at);
    if (!time || *time < statistics_.begin) return 0;
    return std::min(static_cast<size_t>((*time - statistics_.begin) / statistics_.step),
                    statistics_.pages_in.size() - 1);
  }

  void CountError(const NotablePage& page, size_t slice) {
    std::string kind = page.error.empty() ? "status " + std::to_string(page.status) : page.error;
    auto& counts = BoundedEntry(&statistics_.errors, std::move(kind), kMostErrorKinds);
    counts.resize(statistics_.pages_in.size());
    ++counts[slice];
  }

  void CountHost(std::string_view origin, const NotablePage& page, bool failed) {
    HostPages& host = BoundedEntry(&statistics_.hosts, std::string(origin), kMostHosts);
    ++host.pages;
    host.failed += failed ? 1 : 0;
    host.bytes += page.bytes;
    host.elapsed_ms += page.elapsed_ms;
  }

  PageStatistics statistics_;
  Notables slowest_{&NotablePage::elapsed_ms}, largest_{&NotablePage::bytes};
};

}  // namespace

std::chrono::seconds SliceFor(Timestamp begin, Timestamp end) {
  constexpr int64_t kWidths[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                                 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};
  const int64_t seconds = std::chrono::floor<std::chrono::seconds>(end - begin).count();
  for (const int64_t width : kWidths) {
    if (seconds / width < static_cast<int64_t>(kMostSlices)) return std::chrono::seconds(width);
  }
  const int64_t days = seconds / 86400 / static_cast<int64_t>(kMostSlices) + 1;
  return std::chrono::seconds(days * 86400);
}

PageStatistics ReadPageStatistics(Database& database, const std::set<RunId>& runs, int64_t expected,
                                  Timestamp begin, Timestamp end) {
  Counter counter(begin, end);
  int64_t read = 0, found = 0;
  bool is_partial = false;
  Statement select(database,
                   "SELECT run_id, fetched_at, status, final_url, bytes, elapsed_ms, error "
                   "FROM pages ORDER BY page_id DESC");
  // Only those of the runs are counted: other sites' runs may have written in between.
  for (auto rows = select.Start(); found < expected && rows.Next(); ++read) {
    if (read == kMostPages) {
      is_partial = true;
      break;
    }
    if (!runs.contains(rows.Int(0))) continue;
    counter.Add(rows);
    ++found;
  }
  PageStatistics statistics = counter.Take();
  statistics.is_partial = is_partial;
  return statistics;
}

}  // namespace thresh
