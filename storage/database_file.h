// What a file is, before anybody opens it as a database or writes over it.
#pragma once

#include <filesystem>

namespace thresh {

// Whether the file begins as SQLite's databases do.
bool IsDatabaseFile(const std::filesystem::path& path);

}  // namespace thresh
