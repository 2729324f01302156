#include "storage/database_file.h"

#include <fstream>
#include <string>
#include <string_view>

namespace thresh {

bool IsDatabaseFile(const std::filesystem::path& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::ifstream file(path, std::ios::binary);
  std::string begin(kMagic.size(), ' ');
  return file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == kMagic;
}

}  // namespace thresh
