// thresh reparse: the rules over the stored pages.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/commands.h"
#include "pipeline/config.h"
#include "pipeline/diagnostic.h"
#include "pipeline/message.h"
#include "pipeline/parse_page.h"
#include "pipeline/row_output.h"
#include "pipeline/site_run.h"
#include "pipeline/stored_page.h"
#include "pipeline/story_text.h"
#include "pipeline/work_progress.h"
#include "storage/read_access.h"
#include "storage/reparse.h"
#include "storage/store.h"

namespace thresh {
namespace {

// A page that the config rejects gives nothing, as in a crawl.
bool IsRejected(const SiteRun& site, const StoredPageText& page) {
  if (!page.url()) return true;
  return site.Settings(*page.url()).Rejects(page.view().text);
}

Extraction Extract(const SiteRun& site, const StoredPageText& page, const Clock& clock) {
  const Extractor& extractor = *site.config.extractor;
  if (IsRejected(site, page)) {
    Extraction nothing;
    nothing.records.resize(extractor.specs().size());
    return nothing;
  }
  return extractor.Extract(page.view(), BudgetFromNow(clock, site.config.limits.parse_time));
}

// A crawl by the rules of the last one would take the rows for theirs, and of pages that have not
// changed it would see no more than that.
void ForgetValidatorsOfOtherRules(const Config& config, Store& store) {
  const auto last = store.LastRun(config.name);
  if (last && last->config_hash != config.hash) store.ForgetValidators({&config.name, 1});
}

void ReparseSite(const SiteRun& site, const Clock& clock, Store& store, Reparse* reparse,
                 DifferenceWriter* differences) {
  const Config& config = site.config;
  const auto rows = reparse->BeginSite(config.name, config.extractor->schemas(),
                                       config.store.history, config.recrawl.gone_after);
  WorkProgress progress(clock, TellTerminal());
  int64_t pages = 0;
  rows->ForEachPage([&](const StoredPageView& stored) {
    const StoredPageText page(stored);
    rows->Apply(stored, Extract(site, page, clock));
    ++pages;
    progress.At([&] { return fmt::format("{}: {} so far", config.name, Counted(pages, "page")); });
  });
  DifferenceSink sink;
  if (differences != nullptr) {
    sink = [&](const RowDifference& difference) { differences->Write(difference); };
  }
  for (const RetypedColumn& column : rows->retyped()) {
    PrintMessage("{}: table {}: column {} is {} now; what it had is in {}\n", config.name,
                 column.table, column.column, Name(column.type), column.kept_as);
  }
  const ReparseTotals totals = rows->Compare(sink);
  if (differences == nullptr) {
    ForgetValidatorsOfOtherRules(config, store);
    rows->Finish();
  }
  std::string text =
      fmt::format("{}: {} pages; rows: {} added, {} changed, {} removed", config.name, totals.pages,
                  totals.added, totals.changed, totals.removed);
  if (totals.kept > 0) {
    text += fmt::format("; {} stay as they are, their pages are not stored", totals.kept);
  }
  if (differences != nullptr) text += "; nothing was changed (--diff)";
  PrintMessage("{}\n", text);
}

using Sites = std::vector<std::unique_ptr<SiteRun>>;

void ReparseDatabase(const std::filesystem::path& db, const Sites& sites,
                     DifferenceWriter* differences) {
  CheckDatabaseFile(db);  // a store would be made
  std::vector<TableSchema> tables;
  for (const auto& site : sites) {
    const auto& schemas = site->config.extractor->schemas();
    tables.insert(tables.end(), schemas.begin(), schemas.end());
  }
  const SystemClock clock;
  const auto store = Store::Open(db);
  {
    const auto reparse = store->BeginReparse(tables, clock.Wall());
    for (const auto& site : sites) ReparseSite(*site, clock, *store, reparse.get(), differences);
  }
  store->Close();
}

}  // namespace

int RunReparse(const ReparseFlags& flags) {
  std::vector<Diagnostic> diagnostics;
  std::vector<Config> configs =
      LoadConfigs(flags.configs, {}, &diagnostics, {.require_secrets = false});
  for (const Diagnostic& diagnostic : diagnostics) std::cerr << ToString(diagnostic) << '\n';
  if (HasErrors(diagnostics) || configs.empty()) return kExitUsage;
  std::map<std::filesystem::path, Sites> by_database;
  for (Config& config : configs) {
    if (!flags.db.empty()) config.store.db = flags.db;
    const std::filesystem::path db = config.store.db;
    by_database[db].push_back(std::make_unique<SiteRun>(std::move(config)));
  }

  if (!flags.diff) {
    for (const auto& [db, sites] : by_database) ReparseDatabase(db, sites, nullptr);
    return kExitOk;
  }
  Output output = OpenOutput(flags.output);
  const RowFormat format = ChooseFormat(flags.format, flags.output, output.is_terminal());
  const auto writer = MakeRowWriter(format, output, TerminalWidth(output));
  DifferenceWriter differences(*writer, false);
  for (const auto& [db, sites] : by_database) ReparseDatabase(db, sites, &differences);
  differences.End();
  output.Close();
  return kExitOk;
}

}  // namespace thresh
