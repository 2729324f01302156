#include "storage/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/store.h"

namespace thresh {
namespace {

// What went wrong and what to do, by SQLite's primary result code.
std::string Advice(int code, int system_error) {
  if (system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG) code = SQLITE_FULL;
  // The errno of a failed write is often lost by the time that we are told.
  if (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE) {
    return "could not be written: the disk is full, a quota is reached, or it fails; make room and "
           "run again, nothing that was saved is lost";
  }
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds a lock on the database; close it and try again";
    case SQLITE_FULL:
      return "the disk is full or a quota is reached, there or where temporary files are (TMPDIR); "
             "make room and run again, nothing that was saved is lost";
    case SQLITE_READONLY:
      return "cannot be written; check the permissions of the file and of its folder";
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "access is denied; check the permissions of the file and of its folder";
    case SQLITE_CANTOPEN:
      return "cannot be opened; check that its folder exists and that you may use both";
    case SQLITE_NOTADB:
      return "is not a database; name another file";
    case SQLITE_CORRUPT:
      return "the database is damaged; restore a copy, or save what can be saved with "
             "\"sqlite3 FILE .recover\"";
    case SQLITE_IOERR:
      return "the disk failed to read or write; check it, then run again";
    case SQLITE_NOMEM:
      return "out of memory";
    case SQLITE_CONSTRAINT:
      return "an index, a trigger or a reference that others made in it refuses a row; drop that";
    default:
      return "the database refused a statement; if others changed its tables, undo that, or "
             "restore a copy";
  }
}

}  // namespace

std::string QuoteName(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string ExplainError(std::string_view name, int code, int system_error,
                         std::string_view message) {
  std::string text(name);
  text += ": ";
  text += Advice(code, system_error);
  text += " (";
  text += message;
  if (code > 0xff) text += ", code " + std::to_string(code);
  const int primary = code & 0xff;
  const bool about_files =
      primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY;
  if (about_files && system_error != 0) {
    text += ": ";
    text += std::strerror(system_error);
  }
  return text + ")";
}

namespace {

// Before SQLite's first use: nobody asks how much memory it has, and counting takes a lock each
// time.
void DoNotCountMemory() {
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

Database::Database(const std::string& location, std::string name, Mode mode,
                   std::chrono::milliseconds busy_timeout)
    : name_(std::move(name)) {
  DoNotCountMemory();
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(location.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) {
    StorageError error(
        ExplainError(name_, code, sqlite3_system_errno(handle_), sqlite3_errmsg(handle_)));
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    throw error;
  }
  SetBusyTimeout(busy_timeout);
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::Execute(const std::string& sql) {
  Check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

bool Database::TryExecute(const std::string& sql) noexcept {
  return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

bool Database::read_only() const { return sqlite3_db_readonly(handle_, "main") == 1; }

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

void Database::Rollback() noexcept {
  if (in_transaction()) TryExecute("ROLLBACK");
}

void Database::SetBusyTimeout(std::chrono::milliseconds timeout) {
  sqlite3_busy_timeout(handle_, static_cast<int>(timeout.count()));
}

void Database::Check(int code) const {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) Throw(code);
}

void Database::Throw(int code) const {
  throw StorageError(
      ExplainError(name_, code, sqlite3_system_errno(handle_), sqlite3_errmsg(handle_)));
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  database.Check(code);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

bool Statement::Step() {
  const int code = sqlite3_step(handle_);
  database_.Check(code);
  return code == SQLITE_ROW;
}

void Statement::Reset() noexcept { sqlite3_reset(handle_); }

void Statement::Bind(int index, std::nullptr_t) {
  database_.Check(sqlite3_bind_null(handle_, index));
}

void Statement::Bind(int index, int64_t value) {
  database_.Check(sqlite3_bind_int64(handle_, index, value));
}

void Statement::Bind(int index, double value) {
  database_.Check(sqlite3_bind_double(handle_, index, value));
}

void Statement::Bind(int index, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  database_.Check(
      sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::Bind(int index, Bytes value) {
  const char* data = value.data.data() != nullptr ? value.data.data() : "";
  database_.Check(sqlite3_bind_blob64(handle_, index, data, value.data.size(), SQLITE_STATIC));
}

void Statement::Bind(int index, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return Bind(index, *text);
  if (const auto* integer = std::get_if<int64_t>(&value)) return Bind(index, *integer);
  if (const auto* real = std::get_if<double>(&value)) return Bind(index, *real);
  Bind(index, nullptr);
}

bool Statement::Rows::IsNull(int column) const {
  return sqlite3_column_type(statement_.handle_, column) == SQLITE_NULL;
}

int64_t Statement::Rows::Int(int column) const {
  return sqlite3_column_int64(statement_.handle_, column);
}

std::string_view Statement::Rows::Text(int column) const {
  sqlite3_stmt* handle = statement_.handle_;
  const void* data = sqlite3_column_blob(handle, column);  // text as it is, NUL bytes and all
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(handle, column))};
}

Value Statement::Rows::Get(int column) const {
  switch (sqlite3_column_type(statement_.handle_, column)) {
    case SQLITE_INTEGER:
      return Int(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_.handle_, column);
    case SQLITE_NULL:
      return std::monostate();
    default:
      return std::string(Text(column));
  }
}

bool Statement::Rows::Holds(int column, const Value& value) const {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_column_type(statement_.handle_, column) == SQLITE_TEXT && Text(column) == *text;
  }
  return Get(column) == value;
}

}  // namespace thresh
