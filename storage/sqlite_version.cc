#include "storage/sqlite_version.h"

#include <sqlite3.h>

namespace thresh {

std::string SqliteVersion() { return sqlite3_libversion(); }

bool SqliteIsNewEnough() { return sqlite3_libversion_number() >= 3'037'000; }

}  // namespace thresh
