#include "storage/stored_row.h"

#include <functional>
#include <map>
#include <unordered_map>

namespace thresh {
namespace {

size_t HashRow(const Row& row) {
  size_t hash = row.size();
  for (const Value& value : row) hash = hash * 1'000'003 + std::hash<Value>()(value);
  return hash;
}

class RowMatcher {
 public:
  RowMatcher(std::span<const PlacedRow> old, std::span<const PlacedRow> fresh)
      : old_(old), fresh_(fresh), taken_(old.size()) {
    matches_.fresh.resize(fresh.size());
  }

  RowMatches Match() {
    MatchInPlace();
    if (taken_count_ < old_.size() && taken_count_ < fresh_.size()) {
      MatchByContent();
      MatchByPlace();
    }
    for (size_t i = 0; i < old_.size(); ++i) {
      if (!taken_[i]) matches_.removed.push_back(i);
    }
    return std::move(matches_);
  }

 private:
  void Take(size_t old, size_t fresh, bool same) {
    matches_.fresh[fresh] = {old, same};
    taken_[old] = true;
    ++taken_count_;
  }

  void MatchInPlace() {
    size_t at = 0;
    for (size_t i = 0; i < fresh_.size(); ++i) {
      while (at < old_.size() && old_[at].ordinal < fresh_[i].ordinal) ++at;
      if (at < old_.size() && old_[at].ordinal == fresh_[i].ordinal &&
          *old_[at].values == *fresh_[i].values) {
        Take(at++, i, true);
      }
    }
  }

  void MatchByContent() {
    std::unordered_multimap<size_t, size_t> by_content;
    for (size_t i = 0; i < old_.size(); ++i) {
      if (!taken_[i]) by_content.emplace(HashRow(*old_[i].values), i);
    }
    for (size_t i = 0; i < fresh_.size(); ++i) {
      if (matches_.fresh[i].old) continue;
      auto [at, end] = by_content.equal_range(HashRow(*fresh_[i].values));
      while (at != end && *old_[at->second].values != *fresh_[i].values) ++at;
      if (at == end) continue;
      Take(at->second, i, true);
      by_content.erase(at);
    }
  }

  void MatchByPlace() {
    std::multimap<int64_t, size_t> by_place;
    for (size_t i = 0; i < old_.size(); ++i) {
      if (!taken_[i]) by_place.emplace(old_[i].ordinal, i);
    }
    for (size_t i = 0; i < fresh_.size(); ++i) {
      if (matches_.fresh[i].old) continue;
      const auto place = by_place.find(fresh_[i].ordinal);
      if (place == by_place.end()) continue;
      Take(place->second, i, false);
      by_place.erase(place);
    }
  }

  const std::span<const PlacedRow> old_;
  const std::span<const PlacedRow> fresh_;
  std::vector<bool> taken_;
  size_t taken_count_ = 0;
  RowMatches matches_;
};

}  // namespace

StoredRow ReadRow(const Statement::Rows& rows, const TableSchema& schema) {
  StoredRow row;
  row.id = rows.Int(0);
  row.url = rows.Int(1);
  row.page = rows.Int(2);
  row.run = rows.Int(3);
  row.ordinal = rows.Int(4);
  row.rule = rows.Text(kRuleInHead);
  row.first_seen = rows.Text(6);
  row.gone_at = rows.Text(7);
  row.values.reserve(schema.columns.size());
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    row.values.push_back(rows.Get(kRowHeadColumns + static_cast<int>(i)));
  }
  return row;
}

std::vector<PlacedRow> Placed(const std::vector<StoredRow>& rows) {
  std::vector<PlacedRow> placed;
  placed.reserve(rows.size());
  for (const StoredRow& row : rows) placed.push_back({row.ordinal, &row.values});
  return placed;
}

std::vector<PlacedRow> Placed(const std::vector<Row>& rows) {
  std::vector<PlacedRow> placed;
  placed.reserve(rows.size());
  for (const Row& row : rows) placed.push_back({std::ssize(placed), &row});
  return placed;
}

RowMatches MatchRows(std::span<const PlacedRow> old, std::span<const PlacedRow> fresh) {
  return RowMatcher(old, fresh).Match();
}

}  // namespace thresh
