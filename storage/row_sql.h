// What those that write records' tables share: keys, contents, and the SQL that names them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extractor.h"
#include "parser/record.h"
#include "storage/database.h"

namespace thresh {

// ", "a", "b"" of a record's columns, for the end of a list.
std::string ColumnList(const TableSchema& schema);
// ` WHERE _site = ?1 AND "k" IS ?2 …`: NULLs in a key equal each other.
std::string WhereKey(const TableSchema& schema);
// Where the key is among the columns. Throws StorageError when it is not.
std::vector<size_t> KeyColumns(const TableSchema& schema);
// Whether some part of the key has a value: what has none is not named, and no row of a keyed
// table. Always where there is no key.
bool HasKey(const Row& row, const std::vector<size_t>& key_columns);
// Whether a page gave rows that the table takes, as many as are expected.
bool IsGood(const RecordExtraction& found, const std::vector<size_t>& key_columns);
// Of a row's site and key, as `row_sources` and `row_rules` have it.
int64_t HashKey(std::string_view site, const Row& row, const std::vector<size_t>& key_columns);

// SQL's condition that a page `p` tells what its URL has now: it was fetched well, or leads
// elsewhere. One that was flagged as bad says nothing about what it no longer shows.
inline constexpr std::string_view kTellingPage =
    "p.error IS NULL AND p.status BETWEEN 200 AND 399 AND p.status <> 304 "
    "AND instr(coalesce(p.flags, ''), 'kept-rows') = 0";
// And that there is one of `url` that is later than `page`, both as SQL names them.
std::string FetchedSinceSql(const std::string& url, const std::string& page);
// That `url`, as SQL names it, was not found ?2 times in a row.
std::string UrlIsGoneSql(const std::string& url);

// Whether SQLite gives a value of a column back as another: it keeps NaN as NULL, and integers in
// REAL columns as reals. AsItComesBack says which.
bool ComesBackOtherwise(const Value& value, ValueType type);
Value AsItComesBack(const Value& value);

// Copies the row ?1 of `from` (as SQL names it) to the history of `table`, as a version that held
// from ?2 to ?3 and ended in run ?4. One that ended when it began is not copied, as it never held.
std::string SaveVersionSql(Database& database, const std::string& table, const std::string& from);
// Deletes the version of a key that ended in a run, and since an instant, where the row has its
// values again; gives a row then. After the key's parameters come the run, the instant and the row.
std::string TakeBackVersionSql(Database& database, const TableSchema& schema);
// Notes in `row_sources`, as SQL names it, that a row of table ?1 and key ?2 is given by URL ?3,
// last by page ?4 and rule ?5, which fill the columns ?6, unless what these fill is known.
std::string NoteSourceSql(const std::string& row_sources);
// When the version of a keyed row began that stands in the table. The parameter after the key's is
// the row's `_first_seen`.
std::string VersionStartSql(const TableSchema& schema);

}  // namespace thresh
