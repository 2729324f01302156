#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fetcher/pool/fork_server.h"
#include "pipeline/commands.h"
#include "pipeline/crawl.h"
#include "pipeline/diagnostic.h"
#include "pipeline/fetcher_options.h"
#include "pipeline/input_file.h"
#include "pipeline/local_page.h"
#include "pipeline/message.h"
#include "pipeline/parse_page.h"
#include "pipeline/row_output.h"
#include "pipeline/row_printer.h"
#include "pipeline/scrape_config.h"
#include "pipeline/signals.h"
#include "pipeline/url_list.h"
#include "storage/store.h"

namespace thresh {
namespace {

struct Inputs {
  std::vector<std::string> urls;   // normalised
  std::vector<std::string> files;  // "-" is stdin
  bool has_bad_lines = false;      // the list; they are told, and left out
};

std::string Normalised(const std::string& text) { return UrlArgument(text).href(); }

// Throws UsageError when the line is no URL.
std::string UrlOfLine(const UrlList& list) {
  if (list.is_too_long()) throw UsageError("the line is longer than a URL may be");
  return Normalised(std::string(list.line()));
}

// A line that is no URL costs none of the others.
void AddList(std::istream& in, const std::string& name, Inputs* inputs) {
  UrlList list(in);
  while (list.Next()) {
    try {
      inputs->urls.push_back(UrlOfLine(list));
    } catch (const UsageError& error) {
      PrintMessage("thresh: {}:{}: {}\n", Visible(name), list.number(), Visible(error.what()));
      inputs->has_bad_lines = true;
    }
  }
  if (in.bad()) throw UsageError(fmt::format("-i {}: cannot be read", name));
}

Inputs SortInputs(const ScrapeFlags& flags) {
  Inputs inputs;
  for (const std::string& input : flags.inputs) {
    if (IsUrlArgument(input)) {
      inputs.urls.push_back(Normalised(input));
    } else {
      inputs.files.push_back(input);
    }
  }
  if (flags.list == "-") {
    AddList(std::cin, "stdin", &inputs);
  } else if (!flags.list.empty()) {
    std::ifstream file = OpenInputFile(flags.list, "-i " + flags.list);
    AddList(file, flags.list, &inputs);
  }
  if (inputs.urls.empty() && inputs.files.empty()) {
    throw UsageError("nothing to scrape: name a URL or a file, - for stdin, or -i LIST");
  }
  if (inputs.urls.empty() && (!flags.db.empty() || !flags.follow.empty())) {
    throw UsageError("--db and --follow are for pages that are fetched: name a URL");
  }
  return inputs;
}

// Else a page that is no JSON would look as one without rows.
void PrintNoJson(std::string_view page, std::string_view why) {
  PrintMessage("thresh: {}: rows: {}\n", Visible(page), why);
}

// A page that is on this machine.
void ScrapeFile(const Config& config, const std::string& path, const std::optional<Url>& base,
                RowPrinter* printer) {
  const SystemClock clock;
  LoadedPage page = ReadLocalPage(path, clock.Wall(), config.limits.max_body_bytes);
  page.url = base;
  const ParsedPage parsed = ParsePage(config, page.View(), clock);
  if (parsed.out_of_memory) {
    throw std::runtime_error(path + ": there is not enough memory to parse it");
  }
  for (size_t i = 0; i < parsed.extraction.records.size(); ++i) {
    const RecordExtraction& found = parsed.extraction.records[i];
    printer->Print(path, config.extractor->schemas()[i], found.rows);
    if (!found.no_json.empty()) PrintNoJson(path, found.no_json);
  }
  printer->Finish(path);
}

// One that cannot be read is told, and costs none of the others. Says whether all were.
bool ScrapeFiles(const ScrapeFlags& flags, const std::vector<std::string>& files,
                 const std::optional<Url>& base, RowPrinter* printer) {
  if (files.empty()) return true;
  const Config config = ScrapeConfigForFiles(flags);
  bool all = true;
  for (const std::string& file : files) {
    try {
      ScrapeFile(config, file, base, printer);
    } catch (const UsageError& error) {
      PrintMessage("thresh: {}\n", Visible(error.what()));
      printer->Finish(file);
      all = false;
    }
  }
  return all;
}

// Prints rows as pages come, and on stderr what could not be fetched.
class ScrapeListener : public CrawlListener {
 public:
  explicit ScrapeListener(RowPrinter* printer) : printer_(printer) {}

  void OnRows(std::string_view seed, const TableSchema& schema,
              const std::vector<Row>& rows) override {
    printer_->Print(seed, schema, rows);
  }
  void OnNoJson(std::string_view url, std::string_view why) override { PrintNoJson(url, why); }
  void OnPage(const PageEvent& event) override {
    if (event.state == UrlState::kFailed) PrintNoPage(event.url, event.reason);
    if (event.ends_seed) printer_->Finish(event.seed);
  }
  void OnTrouble(std::string_view text) override { PrintMessage("thresh: {}\n", Visible(text)); }
  void OnSeedLeft(const SeedLeftEvent& event) override { PrintNoPage(event.url, event.reason); }
  bool failed() const { return failed_; }

 private:
  void PrintNoPage(std::string_view url, std::string_view why) {
    PrintMessage("thresh: {}: {}\n", Visible(url), Visible(why));
    failed_ = true;
  }

  RowPrinter* printer_;
  bool failed_ = false;
};

int ScrapeUrls(const ScrapeFlags& flags, pool::ForkServer& server, Config config,
               RowPrinter* printer) {
  const SystemClock clock;
  const bool is_one = config.seeds.front().url_count() == 1;
  std::vector<Config> configs;
  configs.push_back(std::move(config));
  FetcherOptions fetcher_options = FetcherOptionsFor(configs);
  if (is_one && configs.front().fetch.processes == 0) fetcher_options.processes = 1;
  // Its process begins while the store is made.
  const auto fetcher = MakeProcessFetcher(server, fetcher_options);
  const auto store = flags.db.empty() ? Store::Temporary() : Store::Open(flags.db);
  ScrapeListener listener(printer);
  Crawl crawl(std::move(configs), {.fresh = true, .max_pages = {}, .time = {}, .seeds_only = true},
              *store, *fetcher, clock, listener);
  std::vector<SiteReport> reports;
  {
    const StopOnSignals signals(crawl);
    reports = crawl.Run();
  }
  fetcher->Close();  // its processes end while the database is closed
  store->Close();
  const SiteReport& report = reports.front();
  if (report.outcome == RunOutcome::kBudget) {
    PrintMessage("thresh: limits.pages or limits.time ended it; URLs left: {}\n", report.pending);
  }
  const int code = report.exit_code;
  if (code == kExitInterrupted) return code;
  return code == kExitFailedPages || listener.failed() ? kExitFailedPages : kExitOk;
}

// A script's log has no use for hints.
bool SomebodyLooksOn() { return isatty(STDERR_FILENO) != 0; }

void PrintWarnings(const ScrapeFlags& flags) {
  for (const std::string& warning : ScrapeWarnings(flags)) {
    PrintMessage("thresh: warning: {}\n", Visible(warning));
  }
}

}  // namespace

int RunScrape(const ScrapeFlags& flags) {
  Inputs inputs = SortInputs(flags);
  std::unique_ptr<pool::ForkServer> server;
  if (!inputs.urls.empty()) server = StartFetcherServer();
  Config config = ScrapeConfig(flags, inputs.urls);
  if (SomebodyLooksOn()) PrintWarnings(flags);
  std::optional<Url> base;
  if (!flags.base.empty()) base = UrlArgument(flags.base);

  Output output = OpenOutput(flags.output);
  const RowFormat format = ChooseFormat(flags.format, flags.output, output.is_terminal());
  const auto writer = MakeRowWriter(format, output, TerminalWidth(output));
  const auto extractor = config.extractor;
  RowPrinter printer(*extractor, *writer);
  for (const std::string& file : inputs.files) printer.AddInput(file);
  for (const std::string& url : inputs.urls) {
    printer.AddInput(config.fetch.strip.Strip(Url::Parse(url).value()).href());
  }

  const bool all_read = ScrapeFiles(flags, inputs.files, base, &printer);
  const bool is_bad = inputs.has_bad_lines || !all_read;
  inputs = {};  // there may be millions
  const int code = server ? ScrapeUrls(flags, *server, std::move(config), &printer) : kExitOk;
  printer.End();
  output.Close();
  if (code == kExitOk && !is_bad && !printer.has_rows() && SomebodyLooksOn()) {
    PrintMessage(
        "thresh: no rows; what is on a page: thresh init URL, how far a rule gets there: "
        "thresh try CONFIG URL\n");
  }
  return is_bad && code != kExitInterrupted ? kExitUsage : code;
}

}  // namespace thresh
