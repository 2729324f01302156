#include "storage/value_series.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "parser/ascii.h"
#include "storage/database.h"
#include "storage/read_access.h"
#include "storage/read_limit.h"
#include "storage/report_data.h"
#include "storage/stored_schema.h"

namespace thresh {
namespace {

// Names as the database has them, whatever their case in the request.
struct Source {
  std::string table, field, by;
  std::vector<std::string> key;
  bool has_history = false;
};

std::string Known(const std::vector<std::string>& names, const std::string& wanted,
                  const std::string& what) {
  const auto same = [&](const std::string& name) {
    return ascii::EqualsIgnoringCase(name, wanted);
  };
  const auto found = std::find_if(names.begin(), names.end(), same);
  if (found != names.end()) return *found;
  throw std::invalid_argument("there is no " + what + " " + QuoteName(wanted) +
                              "; there are: " + JoinNames(names));
}

Source Resolve(Database& database, const SeriesRequest& request) {
  Source source;
  source.table = Known(RecordTableNames(database), request.table, "table of a record");
  std::vector<std::string> columns;
  for (DeclaredColumn& column : UserColumns(database, source.table)) {
    columns.push_back(std::move(column.name));
  }
  source.field = Known(columns, request.field, "field of " + source.table);
  columns.push_back("_site");
  if (!request.by.empty()) source.by = Known(columns, request.by, "column of " + source.table);
  source.key = ReadSchema(database, source.table).key;
  source.has_history = HasHistory(database, source.table);
  return source;
}

// Since when a row has held: the end of its last version before, or since it is there, the later.
std::string CurrentStart(const Source& source) {
  if (!source.has_history || source.key.empty()) return "t._first_seen";
  std::string where = "h._site = t._site";
  for (const std::string& name : source.key) {
    where += " AND h." + QuoteName(name) + " IS t." + QuoteName(name);
  }
  return "max(t._first_seen, coalesce((SELECT max(h._valid_to) FROM " +
         QuoteName(source.table + "_history") + " AS h WHERE " + where + "), ''))";
}

// SQL that gives each version: `name`, `value`, `start` and `finish` (NULL: it holds today).
std::string VersionsSql(const Source& source) {
  const std::string field = QuoteName(source.field);
  const std::string name =
      source.by.empty() ? "''" : "coalesce(CAST(" + QuoteName(source.by) + " AS TEXT), '')";
  std::string sql = "SELECT " + name + " AS name, " + field + " AS value, " + CurrentStart(source) +
                    " AS start, t._gone_at AS finish FROM " + QuoteName(source.table) +
                    " AS t WHERE " + field + " IS NOT NULL";
  if (source.has_history) {
    sql += " UNION ALL SELECT " + name + ", " + field + ", _valid_from, _valid_to FROM " +
           QuoteName(source.table + "_history") + " WHERE " + field + " IS NOT NULL";
  }
  return sql;
}

struct Slice {
  int64_t rows = 0;
  double sum = 0, low = 0, high = 0;

  void Add(double value) {
    low = rows == 0 ? value : std::min(low, value);
    high = rows == 0 ? value : std::max(high, value);
    sum += value;
    ++rows;
  }
};

class SeriesReader {
 public:
  SeriesReader(Database& database, Source source, Timestamp now)
      : database_(database), source_(std::move(source)), now_(now) {}

  ValueSeries Read() {
    result_.has_history = source_.has_history;
    Choose();
    if (result_.series_in_all == 0) return std::move(result_);
    result_.end = std::max(now_, result_.begin + std::chrono::seconds(1));
    slices_.assign(names_.size(), std::vector<Slice>(kSeriesSlices + 1));
    ReadVersions();
    for (size_t i = 0; i < names_.size(); ++i) result_.series.push_back(ToSeries(i));
    return std::move(result_);
  }

 private:
  // The series with the most versions; with them, when the first of all begins.
  void Choose() {
    Statement select(database_,
                     "SELECT name, count(*), min(start), sum(typeof(value) = 'text') FROM (" +
                         VersionsSql(source_) + ") GROUP BY name");
    std::vector<std::pair<int64_t, std::string>> chosen;  // minus the number of versions
    std::optional<Timestamp> begin;
    for (auto rows = select.Start(); rows.Next();) {
      const int64_t texts = rows.Int(3), numbers = rows.Int(1) - texts;
      result_.values_left_out += texts;
      if (numbers == 0) continue;
      ++result_.series_in_all;
      const auto start = FromIso8601(rows.Text(2));
      if (start) begin = begin ? std::min(*begin, *start) : *start;
      chosen.emplace_back(-numbers, rows.Text(0));
      std::sort(chosen.begin(), chosen.end());
      if (chosen.size() > kMostSeries) chosen.pop_back();
    }
    result_.begin = std::min(begin.value_or(now_), now_);
    for (auto& [count, name] : chosen) names_.push_back(std::move(name));
    std::sort(names_.begin(), names_.end());
  }

  void ReadVersions() {
    std::string list;
    for (size_t i = 0; i < names_.size(); ++i) {
      list += (i == 0 ? "?" : ", ?") + std::to_string(i + 1);
    }
    Statement select(database_, "SELECT name, value, start, finish FROM (" + VersionsSql(source_) +
                                    ") WHERE name IN (" + list +
                                    ") AND typeof(value) IN ('integer', 'real')");
    for (size_t i = 0; i < names_.size(); ++i) select.Bind(static_cast<int>(i) + 1, names_[i]);
    for (auto rows = select.Start(); rows.Next();) {
      const auto name = std::find(names_.begin(), names_.end(), rows.Text(0));
      const Value value = rows.Get(1);
      const auto* integer = std::get_if<int64_t>(&value);
      const double number =
          integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value);
      AddVersion(&slices_[static_cast<size_t>(name - names_.begin())], number, rows.Text(2),
                 rows.IsNull(3) ? std::nullopt : FromIso8601(rows.Text(3)));
    }
  }

  // The last slice is an instant: what holds today.
  void AddVersion(std::vector<Slice>* slices, double value, std::string_view start_text,
                  std::optional<Timestamp> finish) const {
    const auto start = FromIso8601(start_text);
    if (!start || *start > result_.end) return;
    const size_t first = SliceOf(*start);
    const size_t last = finish && *finish <= result_.end ? SliceOf(*finish) : kSeriesSlices;
    for (size_t i = first; i <= last && i < kSeriesSlices; ++i) (*slices)[i].Add(value);
    if (!finish || *finish > result_.end) slices->back().Add(value);
  }

  size_t SliceOf(Timestamp time) const {
    if (time <= result_.begin) return 0;
    const double share = static_cast<double>((time - result_.begin).count()) /
                         static_cast<double>((result_.end - result_.begin).count());
    return std::min(static_cast<size_t>(share * static_cast<double>(kSeriesSlices)),
                    kSeriesSlices - 1);
  }

  Series ToSeries(size_t index) const {
    Series series;
    series.name = names_[index];
    const auto span = result_.end - result_.begin;
    for (size_t i = 0; i <= kSeriesSlices; ++i) {
      const Slice& slice = slices_[index][i];
      SeriesPoint point;
      point.at =
          result_.begin + span * static_cast<int64_t>(i) / static_cast<int64_t>(kSeriesSlices);
      point.rows = slice.rows;
      point.low = slice.low;
      point.high = slice.high;
      if (slice.rows > 0) point.mean = slice.sum / static_cast<double>(slice.rows);
      series.points.push_back(point);
    }
    return series;
  }

  Database& database_;
  const Source source_;
  const Timestamp now_;
  ValueSeries result_;
  std::vector<std::string> names_;
  std::vector<std::vector<Slice>> slices_;
};

}  // namespace

ValueSeries ReadValueSeries(const std::filesystem::path& db, const SeriesRequest& request,
                            Timestamp now, const std::function<bool()>& is_over) {
  return ReadWithin(db, is_over, [&](Database& database) {
    return SeriesReader(database, Resolve(database, request), now).Read();
  });
}

}  // namespace thresh
