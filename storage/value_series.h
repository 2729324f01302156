// How a number in a table moved over time: what `report --plot` draws.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "storage/timestamp.h"

namespace thresh {

struct SeriesRequest {
  std::string table;
  std::string field;
  std::string by;  // a column: a line for each of its values; empty: one line for all rows
};

// The mean of the rows that held at a time, and their range; until the next point.
struct SeriesPoint {
  Timestamp at{};
  int64_t rows = 0;  // 0: none held, the line breaks
  double mean = 0, low = 0, high = 0;
};

struct Series {
  std::string name;  // the value of `by`; empty for all rows
  std::vector<SeriesPoint> points;
};

// So many lines are told from each other, and so many points are drawn.
inline constexpr size_t kMostSeries = 8;
inline constexpr size_t kSeriesSlices = 300;

struct ValueSeries {
  std::vector<Series> series;
  Timestamp begin{}, end{};
  int64_t series_in_all = 0;    // those that are left out changed more rarely
  int64_t values_left_out = 0;  // that are no numbers
  bool has_history = false;     // without it only today's values are known
};

// Reads the table and its history twice; memory is bounded. `now` ends what holds today. Throws
// std::invalid_argument, with the names there are, for a table or column that is not there;
// StorageError; ReadingStopped.
ValueSeries ReadValueSeries(const std::filesystem::path& db, const SeriesRequest& request,
                            Timestamp now, const std::function<bool()>& is_over = {});

}  // namespace thresh
