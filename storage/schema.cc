#include "storage/schema.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "parser/ascii.h"
#include "storage/store.h"

namespace thresh {
namespace {

constexpr std::string_view kTableNames[] = {
    "configs",     "runs",      "requests",   "urls",     "url_blocks", "pages",
    "bodies",      "hosts",     "extraction", "dropped",  "progress",   "record_columns",
    "row_sources", "bad_pages", "row_rules",  "findings",
};

int64_t ReadPragma(Database& database, std::string_view name) {
  Statement pragma(database, "PRAGMA " + std::string(name));
  auto rows = pragma.Start();
  rows.Next();
  return rows.Int(0);
}

bool IsEmpty(Database& database) {
  Statement objects(database, "SELECT EXISTS (SELECT 1 FROM sqlite_schema)");
  auto rows = objects.Start();
  rows.Next();
  return rows.Int(0) == 0;
}

void RefuseStranger(const Database& database) {
  throw StorageError(database.name() +
                     ": is a database of another program; name another file for the crawl");
}

void RefuseNewer(const Database& database, int64_t version, int64_t known) {
  throw StorageError(database.name() + ": was written by a newer thresh (schema " +
                     std::to_string(version) + ", this one knows " + std::to_string(known) +
                     "); use that one");
}

}  // namespace

bool IsReservedTable(std::string_view name) {
  const std::string lower = ascii::Lowered(name);
  if (lower.starts_with("sqlite_")) return true;
  return std::find(std::begin(kTableNames), std::end(kTableNames), lower) != std::end(kTableNames);
}

void CheckWritable(Database& database, const Schema& schema) {
  const bool ours = ReadPragma(database, "application_id") == kApplicationId;
  const int64_t version = ReadPragma(database, "user_version");
  if (version < 0 || (!ours && (version != 0 || !IsEmpty(database)))) RefuseStranger(database);
  if (version > schema.version()) RefuseNewer(database, version, schema.version());
}

void UpdateSchema(Database& database, const Schema& schema) {
  database.Execute("BEGIN IMMEDIATE");
  try {
    CheckWritable(database, schema);
    const int64_t version = ReadPragma(database, "user_version");
    if (version == schema.version()) return database.Rollback();
    if (version == 0) {
      database.Execute(std::string(schema.tables));
    } else {
      for (const Migration migration : schema.migrations.subspan(version - 1)) {
        database.Execute(std::string(migration));
      }
    }
    database.Execute("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.Execute("PRAGMA user_version = " + std::to_string(schema.version()));
    database.Execute("COMMIT");
  } catch (...) {
    database.Rollback();
    throw;
  }
}

void CheckReadable(Database& database) {
  if (ReadPragma(database, "application_id") != kApplicationId) {
    throw StorageError(database.name() + ": is not a database of thresh");
  }
  const int64_t version = ReadPragma(database, "user_version");
  const int64_t known = CurrentSchema().version();
  if (version > known) RefuseNewer(database, version, known);
}

}  // namespace thresh
