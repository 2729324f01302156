// The command `try`: a config's rules on one page, explained, again and again while they are
// written.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/pool/fork_server.h"
#include "pipeline/commands.h"
#include "pipeline/config.h"
#include "pipeline/diagnostic.h"
#include "pipeline/fetcher_options.h"
#include "pipeline/file_watch.h"
#include "pipeline/local_page.h"
#include "pipeline/message.h"
#include "pipeline/page_fetch.h"
#include "pipeline/parse_page.h"
#include "pipeline/row_output.h"
#include "pipeline/stored_page.h"
#include "pipeline/terminal.h"
#include "pipeline/try_report.h"
#include "storage/query.h"

namespace thresh {
namespace {

// What is wrong in the config, a line each, as `check` says it.
class ConfigErrors : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A page with what there is to say about how it came.
struct TriedPage {
  LoadedPage page;
  std::vector<std::string> notes;
  bool from_network = false;
};

struct Rules {
  std::unique_ptr<Extractor> extractor;
  std::vector<RuleProblem> problems;
};

// The one site of the config; its errors are thrown, a line each.
Config LoadOne(const TryFlags& flags, bool require_secrets) {
  std::vector<Diagnostic> diagnostics;
  std::vector<Config> configs =
      LoadConfigs({flags.config}, {}, &diagnostics, {.require_secrets = require_secrets});
  std::string errors;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Diagnostic::Severity::kError) continue;
    errors += (errors.empty() ? "" : "\n") + ToString(diagnostic);
  }
  if (!errors.empty()) throw ConfigErrors(errors);
  if (configs.size() != 1) {
    throw UsageError(fmt::format("{}: try takes one config, this folder has {}",
                                 flags.config.string(), configs.size()));
  }
  if (configs[0].extractor->specs().empty()) {
    throw UsageError(fmt::format("{}: there is no [[record]] to try", flags.config.string()));
  }
  return std::move(configs[0]);
}

// The records that are asked for. A page that did not come from the network has neither a URL nor
// a type that could be asked.
Rules ChooseRules(const TryFlags& flags, const Config& config, bool from_network) {
  std::vector<RecordSpec> chosen;
  for (RecordSpec record : config.extractor->specs()) {
    if (!flags.record.empty() && record.table != flags.record) continue;
    if (!from_network) record.url = record.content_type = "";
    chosen.push_back(std::move(record));
  }
  if (chosen.empty()) {
    throw UsageError(
        fmt::format("--record {}: {} has no such record", flags.record, flags.config.string()));
  }
  Rules rules;
  rules.extractor = Extractor::Compile(std::move(chosen), &rules.problems, config.fetch.strip);
  if (rules.extractor == nullptr) throw UsageError(rules.problems.front().message);
  return rules;
}

// The stored page of a URL that cannot be fetched, if the config's database has a good one.
std::optional<LoadedPage> StoredPageOf(const Config& config, const Url& url) {
  std::optional<StoredPage> stored;
  try {
    if (!std::filesystem::exists(config.store.db)) return std::nullopt;
    stored = Reader::Open(config.store.db)->LatestGoodPage(url.href());
  } catch (const StorageError&) {
    return std::nullopt;  // why the page cannot be fetched is what matters
  }
  if (!stored || !stored->body) return std::nullopt;
  LoadedPage page;
  const std::string host = fmt::format("{}:{}", url.host(), url.port());
  page.charset = DetectCharset(*stored->body, stored->content_type, config.ForHost(host).charset);
  page.text = ToUtf8(*stored->body, page.charset.name);
  page.url = Url::Parse(stored->final_url.empty() ? url.href() : stored->final_url);
  page.seed = url.href();
  page.content_type = MediaType(stored->content_type);
  page.fetched_at = stored->fetched_at;
  page.status = stored->status;
  page.size = stored->body->size();
  page.headers = ParseHeaders(stored->headers);
  return page;
}

// Nothing, and a word on stderr, when there is no page to be had.
std::optional<TriedPage> LoadUrl(const Config& config, const Url& url, pool::ForkServer& server,
                                 const Clock& clock) {
  FetcherOptions options = FetcherOptionsFor({config});
  options.processes = 1;
  const auto fetcher = MakeProcessFetcher(server, options);
  auto answer = FetchPage(*fetcher, config, url, clock);
  if (auto* fetched = std::get_if<FetchedPage>(&answer)) {
    return TriedPage{std::move(fetched->page), std::move(fetched->notes), true};
  }
  const std::string& reason = std::get<std::string>(answer);
  if (auto stored = StoredPageOf(config, url)) {
    std::string note = fmt::format("it cannot be fetched now ({}): this is the page of {} in {}",
                                   reason, stored->fetched_at, config.store.db.string());
    return TriedPage{*std::move(stored), {std::move(note)}, true};
  }
  PrintMessage("thresh: {}: {}\n", Visible(url.href()), Visible(reason));
  return std::nullopt;
}

// The URL that a page without one is taken to have, so that its links resolve.
std::optional<Url> FirstSeed(const Config& config) {
  for (const SeedConfig& seed : config.seeds) {
    if (seed.kind == SeedConfig::Kind::kPage) return seed.UrlAt(0);
  }
  return std::nullopt;
}

std::vector<std::string> NotesOn(const TriedPage& tried) {
  std::vector<std::string> notes = tried.notes;
  if (tried.from_network) return notes;
  notes.push_back("url and content_type of the records are not asked: a file has neither");
  if (tried.page.url) {
    notes.push_back("its links resolve against the first seed, " + tried.page.url->href());
  }
  return notes;
}

ReportStyle StyleFor(const Output& output) {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  ReportStyle style;
  style.colour = output.is_terminal() && !dumb && ColorIsWanted();
  style.width = TerminalWidth(output);
  return style;
}

// One page by one state of the rules.
void TryOnce(const TryFlags& flags, const Config& config, TriedPage& tried, const Clock& clock,
             Output& output) {
  if (!tried.from_network) tried.page.url = FirstSeed(config);
  const Rules rules = ChooseRules(flags, config, tried.from_network);
  TryTrace trace(clock);
  const SteadyTime began = clock.Steady();
  const Extraction extraction = rules.extractor->Extract(
      tried.page.View(), BudgetFromNow(clock, config.limits.parse_time), &trace);
  const std::chrono::duration<double, std::milli> took = clock.Steady() - began;

  const std::string name = tried.page.seed == "-" ? "stdin" : Visible(tried.page.seed);
  output.Write(fmt::format("{}: {} bytes, {} ({}), {:.1f} ms\n", name, tried.page.size,
                           tried.page.charset.name, Name(tried.page.charset.source), took.count()));
  for (const std::string& note : NotesOn(tried)) output.Write("  " + Visible(note) + "\n");
  PrintTryReport(
      {*rules.extractor, rules.problems, config.limits, tried.page, extraction, trace.records()},
      StyleFor(output), clock, output);
}

class TryCommand {
 public:
  explicit TryCommand(const TryFlags& flags) : flags_(flags), output_(Output::Stdout()) {
    if (!IsUrlArgument(flags.page)) return;
    url_ = UrlArgument(flags.page);
    server_ = StartFetcherServer();
  }

  int Run() {
    if (!FetchFirst()) return kExitFailedPages;
    if (flags_.watch) return Watch();
    Show();
    output_.Close();
    return kExitOk;
  }

 private:
  // What is there only once: a page of the network, or of stdin. False when it cannot be had.
  bool FetchFirst() {
    if (url_) {
      kept_ = LoadUrl(LoadOne(flags_, true), *url_, *server_, clock_);
      server_.reset();
      if (!kept_) return false;
    } else if (flags_.page == "-") {
      kept_ = ReadPage(LoadOne(flags_, false));
    }
    if (kept_ && flags_.watch) {
      kept_->notes.push_back("it was read once and is not again: only the config is watched");
    }
    return true;
  }

  TriedPage ReadPage(const Config& config) const {
    return {ReadLocalPage(flags_.page, clock_.Wall(), config.limits.max_body_bytes), {}, false};
  }

  void Show() {
    const Config config = LoadOne(flags_, false);
    if (kept_) return TryOnce(flags_, config, *kept_, clock_, output_);
    TriedPage page = ReadPage(config);
    TryOnce(flags_, config, page, clock_, output_);
  }

  int Watch() {
    FileWatch watch(Files());
    const bool clears = output_.is_terminal();
    do {
      if (clears) output_.Write("\x1b[H\x1b[2J\x1b[3J");
      ShowOrSay();
      output_.Write(clears ? "\nwatching; Ctrl-C ends\n" : "\n----\n");
      output_.Flush();
    } while (watch.Wait());
    return kExitOk;
  }

  // A config or page that cannot be read now is said, and waited for.
  void ShowOrSay() {
    try {
      Show();
    } catch (const ConfigErrors& errors) {
      output_.Write(fmt::format("{}\n", errors.what()));
    } catch (const UsageError& error) {
      output_.Write(Visible(error.what()) + "\n");
    }
  }

  std::vector<std::filesystem::path> Files() const {
    std::vector<std::filesystem::path> files = {flags_.config,
                                                flags_.config.parent_path() / "defaults.toml"};
    if (std::filesystem::is_directory(flags_.config)) {
      for (const auto& entry : std::filesystem::directory_iterator(flags_.config)) {
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
      }
    }
    if (!url_ && flags_.page != "-") files.emplace_back(flags_.page);
    return files;
  }

  const TryFlags& flags_;
  const SystemClock clock_;
  Output output_;
  std::optional<Url> url_;
  std::unique_ptr<pool::ForkServer> server_;
  std::optional<TriedPage> kept_;
};

}  // namespace

int RunTry(const TryFlags& flags) {
  try {
    return TryCommand(flags).Run();
  } catch (const ConfigErrors& errors) {
    PrintMessage("{}\n", errors.what());
    return kExitUsage;
  }
}

}  // namespace thresh
