// How a crawl stands at this moment, told cheaply enough to be asked every second.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "storage/store.h"

namespace thresh {

struct LiveProgress {
  bool is_running = false;           // a crawl holds the database
  std::optional<Progress> progress;  // as last written, once a second while a crawl runs
  std::string progress_at;           // ISO 8601
  RunId last_run = 0;                // 0: there is none
  int64_t finished_runs = 0;
  PageId last_page = 0;
};

// Some look-ups. Throws StorageError.
LiveProgress ReadLiveProgress(const std::filesystem::path& db);

}  // namespace thresh
