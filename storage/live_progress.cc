#include "storage/live_progress.h"

#include "storage/database.h"
#include "storage/lock.h"
#include "storage/read_access.h"

namespace thresh {

namespace {

LiveProgress Read(Database& database) {
  LiveProgress live;
  Statement progress(database,
                     "SELECT written_at, done, queued, failed, in_flight, rows, bytes "
                     "FROM progress");
  if (auto rows = progress.Start(); rows.Next()) {
    live.progress_at = rows.Text(0);
    live.progress =
        Progress{rows.Int(1), rows.Int(2), rows.Int(3), rows.Int(4), rows.Int(5), rows.Int(6)};
  }
  Statement last(database,
                 "SELECT (SELECT max(run_id) FROM runs), (SELECT max(page_id) FROM pages), "
                 "(SELECT count(*) FROM runs WHERE finished_at IS NOT NULL)");
  if (auto rows = last.Start(); rows.Next()) {
    live.last_run = rows.Int(0);
    live.last_page = rows.Int(1);
    live.finished_runs = rows.Int(2);
  }
  return live;
}

}  // namespace

LiveProgress ReadLiveProgress(const std::filesystem::path& db) {
  const bool is_running = IsInUse(db);
  LiveProgress live = ReadAccess(db).Snapshot(Read);
  live.is_running = is_running;
  return live;
}

}  // namespace thresh
