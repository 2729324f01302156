#include "storage/sql_guard.h"

#include <sqlite3.h>
#include <strings.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace thresh {
namespace {

constexpr const char* kReadingPragmas[] = {
    "application_id", "collation_list",    "compile_options",  "data_version",    "database_list",
    "encoding",       "foreign_key_check", "foreign_key_list", "freelist_count",  "function_list",
    "index_info",     "index_list",        "index_xinfo",      "integrity_check", "journal_mode",
    "module_list",    "page_count",        "page_size",        "pragma_list",     "quick_check",
    "schema_version", "table_info",        "table_list",       "table_xinfo",     "user_version",
};
// These read with an argument too; the others would set what they name.
constexpr const char* kPragmasWithArgument[] = {
    "foreign_key_check", "foreign_key_list", "index_info", "index_list", "index_xinfo",
    "integrity_check",   "quick_check",      "table_info", "table_list", "table_xinfo",
};
constexpr const char* kForbiddenFunctions[] = {"load_extension", "fts3_tokenizer", "readfile",
                                               "writefile", "edit"};

template <size_t size>
bool Contains(const char* const (&names)[size], const char* name) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](const char* known) { return strcasecmp(known, name) == 0; });
}

}  // namespace

SqlGuard::SqlGuard(sqlite3* database) : database_(database) {
  sqlite3_set_authorizer(database_, &SqlGuard::Authorize, this);
}

SqlGuard::~SqlGuard() { sqlite3_set_authorizer(database_, nullptr, nullptr); }

std::string SqlGuard::TakeRefusal() { return std::exchange(refusal_, std::string()); }

int SqlGuard::Authorize(void* guard, int action, const char* first, const char* second, const char*,
                        const char*) {
  std::string& refusal = static_cast<SqlGuard*>(guard)->refusal_;
  if (action == SQLITE_ATTACH || action == SQLITE_DETACH) {
    refusal = "ATTACH and DETACH are not allowed here";
  } else if (action == SQLITE_PRAGMA &&
             !(second == nullptr ? Contains(kReadingPragmas, first)
                                 : Contains(kPragmasWithArgument, first))) {
    refusal = std::string("PRAGMA ") + first + " is not allowed here";
  } else if (action == SQLITE_FUNCTION && second != nullptr &&
             Contains(kForbiddenFunctions, second)) {
    refusal = std::string(second) + "() is not allowed here";
  } else {
    return SQLITE_OK;
  }
  return SQLITE_DENY;
}

}  // namespace thresh
