#include "storage/log_watch.h"

#include <system_error>

namespace thresh {

LogWatch::LogWatch(const std::filesystem::path& database, uint64_t first_bytes)
    : log_(database), next_bytes_(first_bytes) {
  log_ += "-wal";
}

uint64_t LogWatch::bytes() const {
  std::error_code error;
  const uint64_t bytes = std::filesystem::file_size(log_, error);
  return error ? 0 : bytes;
}

std::string LogWatch::Look() {
  const uint64_t bytes = this->bytes();
  if (bytes < next_bytes_) return {};
  while (next_bytes_ <= bytes) next_bytes_ *= 2;
  return log_.string() + " has grown to " + std::to_string(bytes >> 20) +
         " MB: a program that reads the database and never ends keeps it from being emptied";
}

}  // namespace thresh
