// Files that a command line names.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace thresh {

// Opens a file to be read. Throws UsageError where it cannot be: "NAME: cannot be read: WHY", with
// `advice` behind it where there is one.
std::ifstream OpenInputFile(const std::string& path, std::string_view name,
                            std::string_view advice = {});

// Where `file` stands: "." when it is only a name.
std::filesystem::path FolderOf(const std::filesystem::path& file);

}  // namespace thresh
