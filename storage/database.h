// RAII over SQLite: a connection, a prepared statement, and errors as StorageError.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "parser/record.h"

struct sqlite3;
struct sqlite3_stmt;

namespace thresh {

// Bytes that SQLite is to keep as a BLOB. A view.
struct Bytes {
  std::string_view data;
};

// `name` as an SQL identifier: "na""me".
std::string QuoteName(std::string_view name);

// How messages call a temporary database, whose location is empty.
inline constexpr std::string_view kTemporaryDatabase = "the temporary database (TMPDIR)";

// One connection. Not thread-safe; outlives its statements. Opened without SQLite's own mutexes.
class Database {
 public:
  enum class Mode { kCreate, kReadOnly };

  // Opens `location`: a path, ":memory:", nothing for a temporary file, or a URI when it begins
  // with "file:". `name` is how messages call it. Statements wait `busy_timeout` for other
  // programs' locks.
  Database(const std::string& location, std::string name, Mode mode,
           std::chrono::milliseconds busy_timeout);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Closes without throwing; an open transaction is rolled back.
  ~Database();

  // Runs statements that give no rows, for DDL, PRAGMA and transactions.
  void Execute(const std::string& sql);
  // Likewise, but says false instead of throwing; for what may fail without harm.
  bool TryExecute(const std::string& sql) noexcept;
  bool in_transaction() const;
  bool read_only() const;  // for us: the file's permissions say so
  // Whether the file that was opened stands at its path no more. Costs one stat(2).
  bool has_moved() const;
  int64_t last_insert_id() const;
  void Rollback() noexcept;
  void SetBusyTimeout(std::chrono::milliseconds timeout);

  const std::string& name() const { return name_; }
  sqlite3* handle() const { return handle_; }

  // Throws what `code` means for people, when it is not SQLITE_OK, ROW or DONE.
  void Check(int code) const;

 private:
  [[noreturn]] void Throw(int code) const;

  sqlite3* handle_ = nullptr;
  std::string name_;
};

// A prepared statement, kept and run many times:
//
//   Statement insert(db, "INSERT INTO t VALUES (?1, ?2)");
//   insert.Run(7, "text");
//   for (auto rows = select.Start(7); rows.Next();) Use(rows.Text(0));
//
// Parameters bind by position; what they view must live until the Rows are gone. Integers, bool,
// double, text, Bytes, Value, nullptr and optionals of these are known.
class Statement {
 public:
  // One run of a statement: reset at its end, whatever ends it. Views of columns die at Next.
  class Rows {
   public:
    explicit Rows(Statement& statement) : statement_(statement) {}
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows() { statement_.Reset(); }

    bool Next() { return statement_.Step(); }
    bool IsNull(int column) const;
    int64_t Int(int column) const;
    std::string_view Text(int column) const;  // empty for NULL
    Value Get(int column) const;              // a BLOB comes as text
    // Whether the column holds exactly this: type and content.
    bool Holds(int column, const Value& value) const;

   private:
    Statement& statement_;
  };

  Statement(Database& database, std::string_view sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  template <typename... Values>
  Rows Start(Values&&... values) {
    int index = 0;
    (Bind(++index, std::forward<Values>(values)), ...);
    return Rows(*this);
  }
  // Runs to the end, for statements that give no rows. Temporary strings live long enough.
  template <typename... Values>
  void Run(const Values&... values) {
    Rows rows = Start(values...);
    while (rows.Next()) {
    }
  }
  // For parameters whose number is known at run time only; then Run() or Start().
  void Bind(int index, std::nullptr_t);
  void Bind(int index, int64_t value);
  void Bind(int index, double value);
  void Bind(int index, std::string_view value);
  void Bind(int index, Bytes value);
  void Bind(int index, const Value& value);
  template <std::integral Integer>
  void Bind(int index, Integer value) {
    Bind(index, static_cast<int64_t>(value));
  }
  void Bind(int index, const char* value) { Bind(index, std::string_view(value)); }
  void Bind(int index, const std::string& value) { Bind(index, std::string_view(value)); }
  void Bind(int index, std::string&& value) = delete;  // would be gone before the run
  template <typename T>
  void Bind(int index, const std::optional<T>& value) {
    value ? Bind(index, *value) : Bind(index, nullptr);
  }

 private:
  bool Step();
  void Reset() noexcept;

  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// NULL for "", for columns where nothing is said by absence.
inline std::optional<std::string_view> NullIfEmpty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

// What SQLite's `code` on `name` means, and what to do about it: one line.
std::string ExplainError(std::string_view name, int code, int system_error,
                         std::string_view message);

}  // namespace thresh
