// Reading a database: SQL for people, and what the commands show. Never writes, not even a WAL.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/crawl_status.h"
#include "storage/row_writer.h"
#include "storage/store.h"
#include "storage/url_story.h"

namespace thresh {

// An error in somebody's SQL: exit code 2. The text has the message and where.
class SqlError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A query that was ended, see Reader::Limit.
class QueryStopped : public SqlError {
  using SqlError::SqlError;
};

// `text` as an SQL string: 'it''s'. Throws SqlError where a NUL byte is in it, which SQL cannot
// say.
std::string QuoteText(std::string_view text);

struct StoredPage {
  PageId id = 0;
  int status = 0;
  std::string final_url;
  std::string content_type;
  std::string charset;
  std::string headers;  // "name: value" lines
  std::string fetched_at;
  std::optional<std::string> body;  // decoded bytes as they came; nothing when not kept
};

// A read-only view of a database, also while a crawl writes and also one that belongs to another
// user. Throws StorageError when it cannot be read or is not a database.
class Reader {
 public:
  static std::unique_ptr<Reader> Open(const std::filesystem::path& path);
  ~Reader();

  // Bounds what all that follows may take: it ends with QueryStopped once `is_over`, which is asked
  // about every millisecond, says so, and no value may be longer than `max_value_bytes`.
  void Limit(std::function<bool()> is_over, size_t max_value_bytes);

  // Runs one or more statements and prints the rows of each; streams. Statements that would write
  // are refused. Throws SqlError, OutputClosed.
  void Query(std::string_view sql, RowWriter& writer);
  // The latest page of a URL (normalised) that has a body, else the latest.
  std::optional<StoredPage> LatestPage(std::string_view url);
  // The latest page of a URL that was fetched well (2xx) and has a body.
  std::optional<StoredPage> LatestGoodPage(std::string_view url);
  // What is known of a URL: see InquireUrl.
  UrlInquiry Inquire(std::string_view url, std::string_view host, std::string_view origin);
  // What a crawl would find to do at `now`: see ReadCrawlStatus.
  CrawlStatus Status(Timestamp now);
  // Prints the runs, the latest last.
  void ListRuns(RowWriter& writer);

 private:
  class Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace thresh
