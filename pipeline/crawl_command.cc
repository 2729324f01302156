#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "fetcher/pool/fork_server.h"
#include "pipeline/commands.h"
#include "pipeline/config.h"
#include "pipeline/crawl.h"
#include "pipeline/crawl_output.h"
#include "pipeline/fetcher_options.h"
#include "pipeline/guarded.h"
#include "pipeline/signals.h"
#include "storage/output.h"
#include "storage/store.h"

namespace thresh {
namespace {

constexpr Milliseconds kLockRetry{200};

// The worst of two exit codes: what somebody has to mend comes before what passes by itself.
int Worse(int a, int b) {
  static constexpr int kWorstFirst[] = {kExitStorage,     kExitError,  kExitUsage,      kExitHealth,
                                        kExitFailedPages, kExitLocked, kExitInterrupted};
  for (const int code : kWorstFirst) {
    if (a == code || b == code) return code;
  }
  return kExitOk;
}

std::unique_ptr<Store> OpenStore(const std::filesystem::path& db, Milliseconds wait,
                                 const Clock& clock) {
  const SteadyTime end = clock.Steady() + wait;
  while (true) {
    try {
      return Store::Open(db);
    } catch (const StoreLocked&) {
      if (clock.Steady() >= end) throw;
      std::this_thread::sleep_for(kLockRetry);
    }
  }
}

// What ends the crawl unexpectedly is no reason to begin anew.
std::vector<SiteReport> RunToItsEnd(Crawl& crawl) {
  try {
    return crawl.Run();
  } catch (const StorageError&) {
    throw;
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string(error.what()) +
                             "; what was fetched is kept: crawl again, and it goes on");
  }
}

// How the crawl ended stays what counts: a report that cannot be written is told of, and exit code
// 1 where the crawl has none.
int WriteReportOn(const std::filesystem::path& db, const std::filesystem::path& file,
                  CrawlOutput& output) {
  try {
    ReportFlags report;
    report.db = db;
    report.output = file.string();
    return RunReport(report);
  } catch (const std::exception& error) {
    output.TellTrouble(std::string("the report was not written: ") + error.what());
    return kExitError;
  }
}

// One database's sites, and the report on it.
int CrawlDatabase(const CrawlFlags& flags, pool::ForkServer& server, std::vector<Config> configs,
                  const Clock& clock, CrawlOutput& output) {
  const std::filesystem::path db = configs.front().store.db;
  // First: where descriptors are few it goes with fewer processes, but not without a database.
  const auto store = OpenStore(db, flags.wait, clock);
  const auto fetcher = MakeProcessFetcher(server, FetcherOptionsFor(configs));
  CrawlOptions options;
  options.fresh = flags.fresh;
  options.max_pages = flags.max_pages;
  options.time = flags.time;
  const CrawlOutput::Shown shown(output, db, *fetcher);
  Crawl crawl(std::move(configs), options, *store, *fetcher, clock, shown.listener());
  std::vector<SiteReport> reports;
  {
    const StopOnSignals signals(crawl);
    reports = RunToItsEnd(crawl);
    output.Clear();
  }
  fetcher->Close();  // its processes end while the database is closed
  store->Close();
  output.End(reports);
  int code = kExitOk;
  for (const SiteReport& report : reports) code = Worse(code, report.exit_code);
  return flags.report.empty() ? code : Worse(code, WriteReportOn(db, flags.report, output));
}

// After a crawl of hours it would be late to say that there is no such folder.
void ProbeReport(const std::string& file) {
  if (file.empty() || file == "-") return;
  try {
    Output::Probe(file);
  } catch (const std::runtime_error& error) {
    throw UsageError(std::string("--report: ") + error.what());
  }
}

}  // namespace

int RunCrawl(const CrawlFlags& flags) {
  const auto server = StartFetcherServer();
  const SystemClock clock;
  CrawlOutput output(flags, clock);
  std::vector<Diagnostic> diagnostics;
  std::vector<Config> configs = LoadConfigs(flags.configs, flags.overrides, &diagnostics);
  output.Tell(diagnostics);
  if (configs.empty()) return kExitUsage;
  int code = kExitOk;
  if (HasErrors(diagnostics)) {  // no reason for the other sites to miss their night
    output.TellTrouble("sites whose config is wrong are left out, the others are crawled");
    code = kExitUsage;
  }

  std::map<std::filesystem::path, std::vector<Config>> by_database;
  for (Config& config : configs) {
    if (!flags.db.empty()) config.store.db = flags.db;
    by_database[config.store.db].push_back(std::move(config));
  }
  if (!flags.report.empty() && by_database.size() > 1) {
    throw UsageError("--report is on one database; these configs have " +
                     std::to_string(by_database.size()));
  }
  ProbeReport(flags.report);
  for (auto& [db, sites] : by_database) {
    const auto crawl = [&, &sites = sites] {
      return CrawlDatabase(flags, *server, std::move(sites), clock, output);
    };
    const int of_database = RunGuarded(crawl, flags.json);
    code = Worse(code, of_database);
    if (of_database == kExitInterrupted) break;
  }
  return code;
}

}  // namespace thresh
