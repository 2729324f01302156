#include "pipeline/input_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "pipeline/commands.h"

namespace thresh {

std::ifstream OpenInputFile(const std::string& path, std::string_view name,
                            std::string_view advice) {
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);  // which can be opened
  std::ifstream file(path, std::ios::binary);
  if (file && !is_folder) return file;
  const char* why = std::strerror(is_folder ? EISDIR : errno);
  throw UsageError(
      fmt::format("{}: cannot be read: {}{}{}", name, why, advice.empty() ? "" : "; ", advice));
}

std::filesystem::path FolderOf(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace thresh
