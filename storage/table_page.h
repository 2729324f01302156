// A part of a table, sorted and filtered, as `serve` shows it; and what tables there are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/row_collector.h"

namespace thresh {

struct TableColumn {
  std::string name;
  std::string type;
};

struct TableInfo {
  std::string name;
  bool is_view = false;
  bool is_record = false;  // of a record of a config: what users came for
  std::vector<TableColumn> columns;
};

// The tables and views, those of records first.
std::vector<TableInfo> ListTables(Reader& reader);
// SQL that gives their names and types, in the same order.
std::string ListTablesSql();

struct TableRequest {
  std::string table;
  std::string sort;  // a column; empty: as they are stored
  bool descending = false;
  int64_t page = 1;  // from 1
  int64_t page_size = 50;
  // A column and what its value is to be: a text that it contains (in any case of ASCII letters),
  // "=x", "!x" (not x), "<x", "<=x", ">x", ">=x" (numbers as numbers), "null", "!null".
  std::vector<std::pair<std::string, std::string>> filters;
};

// Rows are counted up to so many.
inline constexpr int64_t kMostCounted = 100'000;

struct TablePage {
  TableInfo table;
  ShownRows rows;
  int64_t total = 0;  // rows that the filters let through, at most kMostCounted + 1
};

// Throws SqlError where there is no such table or column. Costs what SQLite needs to sort and
// filter: bounded by Reader::Limit.
TablePage ReadTablePage(Reader& reader, const TableRequest& request);

}  // namespace thresh
