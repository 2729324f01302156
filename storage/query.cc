#include "storage/query.h"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "parser/ascii.h"
#include "storage/database.h"
#include "storage/read_access.h"
#include "storage/read_limit.h"
#include "storage/sql_guard.h"
#include "storage/stored_body.h"
#include "storage/url_index.h"

namespace thresh {
namespace {

using StatementHandle = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

// "line 2, column 7": from 1, in characters.
std::string Place(std::string_view sql, size_t offset) {
  size_t line = 1, column = 1;
  for (const char c : sql.substr(0, offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

bool IsOfAName(char c) { return c == '_' || ascii::IsAlphanumeric(c) || (c & 0x80) != 0; }

// Where `statement` names the table that SQLite's message says is not there, which comes without a
// place; 0 when it is another message.
size_t OffsetOfMissingTable(std::string_view statement, std::string_view message) {
  constexpr std::string_view kNoTable = "no such table: ";
  if (!message.starts_with(kNoTable)) return 0;
  const std::string_view name = message.substr(kNoTable.size());
  for (size_t at = statement.find(name); at != std::string_view::npos;
       at = statement.find(name, at + 1)) {
    const size_t end = at + name.size();
    const bool begins = at == 0 || !IsOfAName(statement[at - 1]);
    if (begins && (end == statement.size() || !IsOfAName(statement[end]))) return at;
  }
  return 0;
}

size_t SkipSpace(std::string_view sql, size_t at) {
  const size_t next = sql.find_first_not_of(" \t\r\n;", at);
  return next == std::string_view::npos ? sql.size() : next;
}

Cell CellAt(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      if (text == nullptr) throw std::bad_alloc();
      return std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return Blob{{bytes, static_cast<size_t>(sqlite3_column_bytes(statement, column))}};
    }
    default:
      return std::monostate();
  }
}

// Errors of the file, not of the SQL.
bool IsStorageFailure(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_NOTADB:
    case SQLITE_PROTOCOL:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string QuoteText(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c == '\0') throw SqlError("there is a NUL byte in the request");
    if (c == '\'') literal += '\'';
    literal += c;
  }
  return literal + '\'';
}

class Reader::Impl {
 public:
  explicit Impl(const std::filesystem::path& path) : access_(path), database_(access_.database()) {
    Statement select(database_,
                     "SELECT lower(table_name), lower(name) FROM record_columns "
                     "WHERE type = 'json'");
    for (auto rows = select.Start(); rows.Next();) {
      json_columns_.emplace(rows.Text(0), rows.Text(1));
    }
  }

  void Limit(std::function<bool()> is_over, size_t max_value_bytes) {
    sqlite3_limit(database_.handle(), SQLITE_LIMIT_LENGTH, static_cast<int>(max_value_bytes));
    limit_.emplace(database_, std::move(is_over));
  }
  void Query(std::string_view sql, RowWriter& writer);
  // Of the pages `p` of a URL for which the condition `which` holds in SQL.
  std::optional<StoredPage> LatestPage(std::string_view url, std::string_view which);
  // ReadAccess::Snapshot within the limit.
  template <typename Read>
  auto ReadSnapshot(const Read& read);

 private:
  StatementHandle Prepare(std::string_view sql, size_t start, size_t* end, SqlGuard& guard);
  void Print(sqlite3_stmt* statement, std::string_view place, RowWriter& writer);
  std::vector<OutputColumn> Columns(sqlite3_stmt* statement) const;
  bool IsJson(sqlite3_stmt* statement, int column) const;
  [[noreturn]] void Throw(std::string_view place);
  std::optional<StoredPage> ReadLatest(UrlId url, std::string_view which);

  ReadAccess access_;
  Database& database_;
  std::optional<ReadLimit> limit_;
  std::set<std::pair<std::string, std::string>> json_columns_;  // table, column: lower case
};

void Reader::Impl::Query(std::string_view sql, RowWriter& writer) {
  if (const size_t nul = sql.find('\0'); nul != std::string_view::npos) {
    throw SqlError(Place(sql, nul) + ": there is a NUL byte in the SQL");
  }
  SqlGuard guard(database_.handle());
  for (size_t at = SkipSpace(sql, 0); at < sql.size(); at = SkipSpace(sql, at)) {
    const std::string place = Place(sql, at);
    const StatementHandle statement = Prepare(sql, at, &at, guard);
    if (statement == nullptr) continue;  // a comment
    if (sqlite3_stmt_readonly(statement.get()) == 0) {
      throw SqlError(place + ": this statement would write; a query only reads");
    }
    Print(statement.get(), place, writer);
    access_.CheckUnchanged();
  }
}

// Sets `*end` behind the statement that begins at `start`.
StatementHandle Reader::Impl::Prepare(std::string_view sql, size_t start, size_t* end,
                                      SqlGuard& guard) {
  const std::string_view text = sql.substr(start);
  sqlite3_stmt* statement = nullptr;
  const char* tail = text.data();
  const int code = sqlite3_prepare_v3(database_.handle(), text.data(),
                                      static_cast<int>(text.size()), 0, &statement, &tail);
  StatementHandle owned(statement, &sqlite3_finalize);
  if (code == SQLITE_OK) {
    *end = static_cast<size_t>(tail - sql.data());
    return owned;
  }
  const int told = sqlite3_error_offset(database_.handle());
  const size_t offset = told >= 0 ? static_cast<size_t>(told)
                                  : OffsetOfMissingTable(text, sqlite3_errmsg(database_.handle()));
  const std::string place = Place(sql, start + offset);
  if (const std::string refusal = guard.TakeRefusal(); !refusal.empty()) {
    throw SqlError(place + ": " + refusal);
  }
  Throw(place);
}

void Reader::Impl::Throw(std::string_view place) {
  const int code = sqlite3_extended_errcode(database_.handle());
  if (limit_ && limit_->was_over()) {
    throw QueryStopped(std::string(place) + ": stopped, it took longer than it may");
  }
  if (IsStorageFailure(code)) database_.Check(code);
  throw SqlError(std::string(place) + ": " + sqlite3_errmsg(database_.handle()));
}

void Reader::Impl::Print(sqlite3_stmt* statement, std::string_view place, RowWriter& writer) {
  const std::vector<OutputColumn> columns = Columns(statement);
  std::vector<Cell> cells(columns.size());
  if (!columns.empty()) writer.Begin(columns);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = CellAt(statement, static_cast<int>(i));
    writer.Row(cells);
  }
  if (code != SQLITE_DONE) Throw(place);
  if (!columns.empty()) writer.End();
}

std::vector<OutputColumn> Reader::Impl::Columns(sqlite3_stmt* statement) const {
  std::vector<OutputColumn> columns;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const char* name = sqlite3_column_name(statement, i);
    columns.push_back({name != nullptr ? name : "", IsJson(statement, i)});
  }
  return columns;
}

// A table's own column, also through a view.
bool Reader::Impl::IsJson(sqlite3_stmt* statement, int column) const {
  const char* table = sqlite3_column_table_name(statement, column);
  const char* origin = sqlite3_column_origin_name(statement, column);
  if (table == nullptr || origin == nullptr || json_columns_.empty()) return false;
  std::string table_name = ascii::Lowered(table);
  if (table_name.ends_with("_history")) table_name.resize(table_name.size() - 8);
  return json_columns_.contains({table_name, ascii::Lowered(origin)});
}

template <typename Read>
auto Reader::Impl::ReadSnapshot(const Read& read) {
  try {
    return access_.Snapshot(read);
  } catch (...) {
    if (limit_ && limit_->was_over()) throw QueryStopped("stopped, it took longer than it may");
    throw;
  }
}

std::optional<StoredPage> Reader::Impl::LatestPage(std::string_view url, std::string_view which) {
  return ReadSnapshot([&](Database& database) {
    std::optional<StoredPage> best;
    for (const UrlId id : FindUrls(database, url)) {
      std::optional<StoredPage> page = ReadLatest(id, which);
      if (!page) continue;
      const bool better = !best || std::pair(page->body.has_value(), page->id) >
                                       std::pair(best->body.has_value(), best->id);
      if (better) best = std::move(page);
    }
    return best;
  });
}

std::optional<StoredPage> Reader::Impl::ReadLatest(UrlId url, std::string_view which) {
  Statement select(database_,
                   "SELECT p.page_id, p.status, p.final_url, p.content_type, p.charset, p.headers, "
                   "p.fetched_at, b.encoding, b.body FROM pages AS p "
                   "LEFT JOIN bodies AS b ON p.body_kept = 1 AND b.body_hash = p.body_hash "
                   "WHERE p.url_id = ?1 AND " +
                       std::string(which) + " ORDER BY p.body_kept DESC, p.page_id DESC LIMIT 1");
  auto rows = select.Start(url);
  if (!rows.Next()) return std::nullopt;
  StoredPage page;
  page.id = rows.Int(0);
  page.status = static_cast<int>(rows.Int(1));
  page.final_url = rows.Text(2);
  page.content_type = rows.Text(3);
  page.charset = rows.Text(4);
  page.headers = rows.Text(5);
  page.fetched_at = rows.Text(6);
  if (!rows.IsNull(7)) DecodeBody(rows.Text(7), rows.Text(8), &page.body.emplace());
  return page;
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;

std::unique_ptr<Reader> Reader::Open(const std::filesystem::path& path) {
  return std::unique_ptr<Reader>(new Reader(std::make_unique<Impl>(path)));
}

void Reader::Limit(std::function<bool()> is_over, size_t max_value_bytes) {
  impl_->Limit(std::move(is_over), max_value_bytes);
}

void Reader::Query(std::string_view sql, RowWriter& writer) { impl_->Query(sql, writer); }

std::optional<StoredPage> Reader::LatestPage(std::string_view url) {
  return impl_->LatestPage(url, "TRUE");
}

std::optional<StoredPage> Reader::LatestGoodPage(std::string_view url) {
  return impl_->LatestPage(url,
                           "p.error IS NULL AND p.status BETWEEN 200 AND 299 AND p.body_kept = 1");
}

UrlInquiry Reader::Inquire(std::string_view url, std::string_view host, std::string_view origin) {
  return impl_->ReadSnapshot(
      [&](Database& database) { return InquireUrl(database, url, host, origin); });
}

CrawlStatus Reader::Status(Timestamp now) {
  return impl_->ReadSnapshot([&](Database& database) { return ReadCrawlStatus(database, now); });
}

void Reader::ListRuns(RowWriter& writer) { impl_->Query(kListRuns, writer); }

}  // namespace thresh
