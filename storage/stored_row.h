// Rows as a record's table has them, and which of them are those that a page gives now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

struct StoredRow {
  int64_t id = 0;
  UrlId url = 0;
  PageId page = 0;
  RunId run = 0;
  int64_t ordinal = 0;
  std::string rule;
  std::string first_seen;
  std::string gone_at;  // empty: not gone
  Row values;           // of the record's own columns
};

// What ReadRow reads; the record's own columns follow. `_rowid_` is the row's number even where the
// user has a column `rowid`.
inline constexpr std::string_view kRowHead =
    "SELECT _rowid_, _url_id, _page_id, _run_id, _ordinal, _rule, _first_seen, _gone_at";
inline constexpr int kRowHeadColumns = 8;
inline constexpr int kRuleInHead = 5;

StoredRow ReadRow(const Statement::Rows& rows, const TableSchema& schema);

// A row and its place among those of its page. The values must outlive it.
struct PlacedRow {
  int64_t ordinal = 0;
  const Row* values = nullptr;
};

std::vector<PlacedRow> Placed(const std::vector<StoredRow>& rows);
std::vector<PlacedRow> Placed(const std::vector<Row>& rows);  // in their order

// What becomes of a page's rows without a key. Indexes are those of the arguments.
struct RowMatches {
  struct Match {
    std::optional<size_t> old;  // empty: the row is new
    bool same = false;          // with the same values; otherwise it is one that changed
  };
  std::vector<Match> fresh;     // one for each fresh row
  std::vector<size_t> removed;  // old ones that are no fresh row
};

// Rows that are there already stay, wherever on the page they now are, and of several with one
// content those at their places. Of the rest, an old and a fresh row at one place are one that
// changed. Both must be in the order of their ordinals, of which several may be equal. Costs what
// comparing takes, and hashing of what is not in its place.
RowMatches MatchRows(std::span<const PlacedRow> old, std::span<const PlacedRow> fresh);

}  // namespace thresh
