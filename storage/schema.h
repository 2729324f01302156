// The tables of a database, and how an older file becomes one of today.
#pragma once

#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include "storage/database.h"

namespace thresh {

// "thrs": how file(1) and we know a database of ours.
// https://sqlite.org/pragma.html#pragma_application_id
inline constexpr int32_t kApplicationId = 0x74687273;

// The statements that take a database from one version to the next.
using Migration = std::string_view;

struct Schema {
  std::string_view tables;                // the statements that make those of a new database
  std::span<const Migration> migrations;  // the n-th leads from version n to the next

  int64_t version() const { return std::ssize(migrations) + 1; }
};

// Today's. Of its migrations none changes or goes: databases of each version exist; and they lead
// to the very tables that a new database has.
Schema CurrentSchema();

// Whether a table of ours has this name (in any case), so that no record may take it.
bool IsReservedTable(std::string_view name);

// Throws StorageError unless the database is new, or ours and of a version up to that of `schema`.
void CheckWritable(Database& database, const Schema& schema);

// Makes a new database, or brings an older one up to date, in one transaction. Throws StorageError
// where CheckWritable does; the database is then left as it was.
void UpdateSchema(Database& database, const Schema& schema);

// Throws StorageError unless the database is ours and of a version that we can read.
void CheckReadable(Database& database);

}  // namespace thresh
