// What SQL of people may do to a database that is only to be read.
#pragma once

#include <string>

struct sqlite3;

namespace thresh {

// Refuses ATTACH, extensions and every PRAGMA that is not known to only read. With
// sqlite3_stmt_readonly for the rest nothing writes. Lives as long as statements are prepared.
class SqlGuard {
 public:
  explicit SqlGuard(sqlite3* database);
  SqlGuard(const SqlGuard&) = delete;
  SqlGuard& operator=(const SqlGuard&) = delete;
  ~SqlGuard();

  // What was refused since the last call, in words; empty: nothing.
  std::string TakeRefusal();

 private:
  static int Authorize(void* guard, int action, const char* first, const char* second,
                       const char* database, const char* trigger);

  sqlite3* database_;
  std::string refusal_;
};

}  // namespace thresh
