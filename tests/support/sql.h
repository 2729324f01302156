// What SQL on a database gives, as text that a test can compare.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/query.h"

namespace thresh {

// Each row a string, its cells joined by '|', NULL as "NULL".
inline std::vector<std::string> Sql(const std::filesystem::path& db, std::string_view sql) {
  class Collector : public RowWriter {
   public:
    void Begin(const std::vector<OutputColumn>&) override {}
    void Row(std::span<const Cell> cells) override {
      std::string row;
      for (const Cell& cell : cells) {
        if (&cell != cells.data()) row += '|';
        row += std::visit([](const auto& value) { return Text(value); }, cell);
      }
      rows.push_back(std::move(row));
    }
    void End() override {}
    std::vector<std::string> rows;

   private:
    static std::string Text(std::monostate) { return "NULL"; }
    static std::string Text(int64_t value) { return std::to_string(value); }
    static std::string Text(double value) { return std::to_string(value); }
    static std::string Text(std::string_view value) { return std::string(value); }
    static std::string Text(Blob value) { return std::string(value.bytes); }
  } collector;
  Reader::Open(db)->Query(sql, collector);
  return collector.rows;
}

}  // namespace thresh
