// A folder of a test's own, and a plain look at the database in it.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

namespace thresh {

// Made at construction, removed with all that is in it at destruction.
class TempFolder {
 public:
  explicit TempFolder(
      const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string name = (parent / "thresh-storage-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

 private:
  std::filesystem::path path_;
};

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
