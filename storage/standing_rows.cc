#include "storage/standing_rows.h"

#include <algorithm>

#include "storage/row_sql.h"

namespace thresh {
namespace {

// What IsFrom and IsOneOf read; the record's own columns follow, and then the others.
constexpr std::string_view kHead = "SELECT _page_id, _run_id, _rule, _ordinal, _gone_at";
constexpr int kOrdinal = 3, kGoneAt = 4, kHeadColumns = 5;

TableSchema Others(const TableSchema& schema, TableSchema whole) {
  std::erase_if(whole.columns, [&](const Column& column) {
    return std::find(schema.columns.begin(), schema.columns.end(), column) != schema.columns.end();
  });
  return whole;
}

std::string SelectSql(const TableSchema& schema, const TableSchema& whole) {
  return std::string(kHead) + ColumnList(schema) + ColumnList(Others(schema, whole)) +
         " FROM main." + QuoteName(schema.table) + " WHERE _url_id = ?1";
}

bool Holds(const Statement::Rows& rows, int column, const Value& value, ValueType type) {
  if (ComesBackOtherwise(value, type)) return rows.Holds(column, AsItComesBack(value));
  return rows.Holds(column, value);
}

}  // namespace

StandingRows::StandingRows(Database& database, const TableSchema& schema, const TableSchema& whole)
    : schema_(schema),
      others_(static_cast<int>(Others(schema, whole).columns.size())),
      select_(database, SelectSql(schema, whole)),
      set_origin_(database, "UPDATE main." + QuoteName(schema.table) +
                                " SET _page_id = ?2, _run_id = ?3, _rule = ?4 "
                                "WHERE _url_id = ?1") {}

bool StandingRows::Keep(const RowOrigin& page, const std::vector<Row>& rows) {
  if (!Are(page, rows)) return false;
  if (of_another_page_) set_origin_.Run(page.url, page.page, page.run, schema_.rule);
  return true;
}

bool StandingRows::Are(const RowOrigin& page, const std::vector<Row>& rows) {
  found_.assign(rows.size(), false);
  of_another_page_ = false;
  size_t count = 0;
  for (auto standing = select_.Start(page.url); standing.Next(); ++count) {
    if (!IsOneOf(standing, rows)) return false;
    of_another_page_ |= !IsFrom(standing, page);
  }
  return count == rows.size();
}

// Each of `rows` is found once at most.
bool StandingRows::IsOneOf(const Statement::Rows& standing, const std::vector<Row>& rows) {
  const auto place = static_cast<size_t>(standing.Int(kOrdinal));
  if (place >= rows.size() || found_[place] || !standing.IsNull(kGoneAt)) return false;
  found_[place] = true;
  const Row& row = rows[place];
  int column = kHeadColumns;
  for (size_t i = 0; i < row.size(); ++i, ++column) {
    if (!Holds(standing, column, row[i], schema_.columns[i].type)) return false;
  }
  for (int i = 0; i < others_; ++i, ++column) {
    if (!standing.IsNull(column)) return false;
  }
  return true;
}

bool StandingRows::IsFrom(const Statement::Rows& standing, const RowOrigin& page) const {
  return standing.Int(0) == page.page && standing.Int(1) == page.run &&
         standing.Text(2) == schema_.rule;
}

}  // namespace thresh
