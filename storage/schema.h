// The tables of a database, and how an older file becomes one of today.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "storage/database.h"

namespace thresh {

// "thrs": how file(1) and we know a database of ours.
// https://sqlite.org/pragma.html#pragma_application_id
inline constexpr int32_t kApplicationId = 0x74687273;

// The statements that take a database from one version to the next.
using Migration = std::string_view;

// Version n is reached by the first n of these. Append only: databases of each version exist.
std::span<const Migration> Migrations();

// Whether a table of ours has this name (in any case), so that no record may take it.
bool IsReservedTable(std::string_view name);

// Throws StorageError unless the database is new, or ours and of a version up to the last of
// `migrations`.
void CheckWritable(Database& database, std::span<const Migration> migrations);

// Brings a new or older database up to the last of `migrations`, in one transaction. Throws
// StorageError where CheckWritable does; the database is then left as it was.
void UpdateSchema(Database& database, std::span<const Migration> migrations);

// Throws StorageError unless the database is ours and of a version that we can read.
void CheckReadable(Database& database);

}  // namespace thresh
