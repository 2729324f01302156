// The records' tables of one database, and what writes them for which site.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"
#include "storage/rows.h"

namespace thresh {

// Dies before the database. Calls run inside the caller's transaction.
class RecordTables {
 public:
  explicit RecordTables(Database& database) : database_(database) {}

  // See Store::PrepareTables. What RowsOf gave is gone.
  void Prepare(const std::string& site, const std::vector<TableSchema>& schemas,
               std::optional<bool> history);
  // What writes the site's rows of a record. Sites share it whose records for the table are the
  // same.
  RecordRows& RowsOf(std::string_view site, const TableSchema& schema);
  // RecordRows::MarkGone in all tables of each site, by its name, but those named with it.
  std::map<std::string, int64_t> MarkGone(
      const std::map<std::string, std::vector<std::string>>& tables_left_out, std::string_view now,
      int gone_after);

 private:
  // Finds a key of strings without making one.
  struct AsViews {
    using is_transparent = void;
    using Views = std::tuple<std::string_view, std::string_view, std::string_view>;
    bool operator()(const Views& a, const Views& b) const { return a < b; }
  };

  Database& database_;
  std::map<std::string, std::vector<TableSchema>, std::less<>> schemas_;  // by site
  // By the table, a rule, and the rules of the site's other records for the table.
  std::map<std::vector<std::string>, std::unique_ptr<RecordRows>> rows_by_rules_;
  // By site, rule and table.
  std::map<std::tuple<std::string, std::string, std::string>, RecordRows*, AsViews> rows_;
};

}  // namespace thresh
