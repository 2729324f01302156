// A look at a database without the product's code.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace thresh {

// A connection of SQLite's own, as another program has it.
class PlainSqlite {
 public:
  explicit PlainSqlite(const std::filesystem::path& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
  }
  PlainSqlite(const PlainSqlite&) = delete;
  PlainSqlite& operator=(const PlainSqlite&) = delete;
  ~PlainSqlite() { sqlite3_close(handle_); }

  // All rows of `sql`: cells joined by '|', rows by ' / ', NULL as "NULL"; the message on failure.
  std::string Rows(const std::string& sql) {
    std::string text;
    char* message = nullptr;
    sqlite3_exec(handle_, sql.c_str(), &PlainSqlite::AppendRow, &text, &message);
    if (message != nullptr) text += std::string("error: ") + message;
    sqlite3_free(message);
    return text;
  }

 private:
  static int AppendRow(void* text, int columns, char** cells, char**) {
    auto& out = *static_cast<std::string*>(text);
    if (!out.empty()) out += " / ";
    for (int i = 0; i < columns; ++i) {
      if (i > 0) out += '|';
      out += cells[i] != nullptr ? cells[i] : "NULL";
    }
    return 0;
  }

  sqlite3* handle_ = nullptr;
};

inline std::string Rows(const std::filesystem::path& path, const std::string& sql) {
  return PlainSqlite(path).Rows(sql);
}

}  // namespace thresh
