// Which SQLite this is, for `thresh doctor`.
#pragma once

#include <string>

namespace thresh {

// "3.40.1", as the library says it at run time.
std::string SqliteVersion();
// Whether it is one that can do what the schema asks of it (3.37: STRICT tables).
bool SqliteIsNewEnough();

}  // namespace thresh
