// thresh prune: forgets what is older than a while.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "pipeline/commands.h"
#include "pipeline/diagnostic.h"
#include "pipeline/story_text.h"
#include "pipeline/work_progress.h"
#include "storage/output.h"
#include "storage/query.h"
#include "storage/store.h"

namespace thresh {
namespace {

constexpr std::uintmax_t kTakesSeconds = 100 << 20;

std::string MegabytesText(std::uintmax_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1 << 20));
}

}  // namespace

int RunPrune(const PruneFlags& flags) {
  const std::filesystem::path db = DatabaseOf(flags.db);
  Reader::Open(db);  // refuses what is no database of ours before anything is made or written
  const auto store = Store::Open(db);
  const auto before = std::filesystem::file_size(db);
  const auto tell =
      before < kTakesSeconds ? std::function<void(const std::string&)>() : TellTerminal();
  if (tell) tell(db.string() + ": deletes what is older");
  const Timestamp now = SystemClock().Wall();
  const PruneTotals totals = store->Prune(now - std::min(flags.keep, now.time_since_epoch()));
  if (tell) tell(db.string() + ": gives the room back to the disk");
  store->Shrink();
  store->Close();
  std::error_code ignored;
  const auto after = std::filesystem::file_size(db, ignored);
  Output output = Output::Stdout();
  output.Write(fmt::format("{}: {}, {}, {} and {} deleted; {}, it was {}\n", Visible(db.string()),
                           Counted(totals.pages, "page"), Counted(totals.bodies, "body", "bodies"),
                           Counted(totals.versions, "old version"),
                           Counted(totals.extraction, "extraction count"), MegabytesText(after),
                           MegabytesText(before)));
  output.Close();
  return kExitOk;
}

}  // namespace thresh
