// Watches the write-ahead log beside a database.
//
// SQLite empties the log into the database when no reader needs what stood there before. A reader
// that never ends lets it grow without bound; that is nothing that a crawl could end, so it says
// so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace thresh {

class LogWatch {
 public:
  // Says something when the log of `database` has `first_bytes`, and each time that it has doubled.
  explicit LogWatch(const std::filesystem::path& database, uint64_t first_bytes = 256u << 20);

  // Whether the log has more than was said of it; then Store::EmptyLog should be tried before Look,
  // since one large transaction leaves a large log, too. Costs one stat(2).
  bool IsLarge() const { return bytes() >= next_bytes_; }
  // One line for people; empty: nothing new. Costs one stat(2).
  std::string Look();

 private:
  uint64_t bytes() const;

  std::filesystem::path log_;
  uint64_t next_bytes_;
};

}  // namespace thresh
