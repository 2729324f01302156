#include "pipeline/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "pipeline/check.h"
#include "pipeline/cli_values.h"
#include "pipeline/command_table.h"
#include "pipeline/commands.h"
#include "pipeline/config_keys.h"
#include "pipeline/diagnostic.h"
#include "pipeline/guarded.h"
#include "pipeline/help_text.h"
#include "pipeline/message.h"
#include "pipeline/secrets.h"
#include "pipeline/version.h"
#include "storage/output.h"
#include "storage/query.h"
#include "storage/store.h"

namespace thresh {
namespace {

// All flags of all commands; CLI11 fills in those of the one that is called.
struct Flags {
  CrawlFlags crawl;
  ScrapeFlags scrape;
  TryFlags try_page;
  QueryFlags query;
  CatFlags cat;
  ReparseFlags reparse;
  DiffFlags diff;
  ExportFlags export_;
  UrlFlags url;
  WhyFlags why;
  StatusFlags status;
  RunsFlags runs;
  RobotsFlags robots;
  PruneFlags prune;
  ReportFlags report;
  ServeFlags serve;
  InitFlags init;
  std::vector<std::filesystem::path> check;
  std::string help_on;
  bool help_as_table = false;
};

using Command = std::function<int()>;

constexpr const char* kDatabase = "a database, or a config for its database";

void AddFormat(CLI::App* command, std::string* format, std::string* output) {
  command->add_option("-f,--format", *format, "table, csv, tsv, json, ndjson or md")
      ->type_name("FORMAT");
  command
      ->add_option("-o,--output", *output, "write to this file; its extension chooses the format")
      ->type_name("FILE");
}

void AddCrawl(CLI::App& app, CrawlFlags& flags, Command& run) {
  CLI::App* command =
      app.add_subcommand("crawl", "Crawl sites into a database; run again to go on");
  AddArguments(command, "CONFIG", &flags.configs, "configs, or folders of them")->required();
  command->add_option("--db", flags.db, "the database, instead of the config's")->type_name("FILE");
  command->add_option("--set", flags.overrides, "override a key of the config")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--fresh", flags.fresh, "abandon an unfinished run and begin anew");
  AddCount(command, "--max-pages", int64_t{1}, &flags.max_pages, "end after so many pages a site");
  AddDuration(command, "--time", &flags.time, "end after so long");
  AddDuration(command, "--wait", &flags.wait, "wait so long for another crawl to end");
  command->add_option("--report", flags.report, "write a report to this file at the end")
      ->type_name("FILE");
  CLI::Option* quiet = command->add_flag("-q,--quiet", flags.quiet, "say nothing but errors");
  command->add_flag("-v,--verbose", flags.verbose, "say what becomes of every URL")
      ->excludes(quiet);
  command->add_flag("--json", flags.json, "say it as JSON, an event a line, on stderr")
      ->excludes(quiet);
  command->add_option("--metrics", flags.metrics, "keep numbers for Prometheus in this file")
      ->type_name("FILE");
  command->callback([&] { run = [&] { return RunCrawl(flags); }; });
}

void AddScrapeRules(CLI::App* command, ScrapeFlags& flags) {
  command->add_option("-c,--config", flags.config, "use this config's rules")->type_name("CONFIG");
  command->add_option("--record", flags.record, "only this record of the config")
      ->type_name("TABLE");
  command->add_option("-r,--regex", flags.patterns, "a row a match; its groups are the columns")
      ->type_name("REGEX")
      ->allow_extra_args(false);
  command->add_option("--scope", flags.scope, "a row a match; columns by --field")->type_name("RE");
  command->add_option("--element", flags.element, "a row an element whose start tag matches")
      ->type_name("RE");
  command->add_option("--each", flags.each, "a row from each match to the next")->type_name("RE");
  command->add_option("--rows", flags.rows, "a row an item of a JSON array")->type_name("POINTER");
  command->add_option("--field", flags.fields, "a column: a regex, or with --rows a JSON pointer")
      ->type_name("NAME[:TYPE]=SPEC")
      ->allow_extra_args(false);
}

void AddScrape(CLI::App& app, ScrapeFlags& flags, Command& run) {
  CLI::App* command = app.add_subcommand("scrape", "Print rows from pages, now");
  AddArguments(command, "INPUT", &flags.inputs, "URLs, files, or - for a page on stdin");
  command->add_option("-i,--input", flags.list, "a file of URLs, or - for stdin")
      ->type_name("LIST");
  command->add_option("--base", flags.base, "the URL of a page from a file or stdin")
      ->type_name("URL");
  AddScrapeRules(command, flags);
  command->add_option("-H,--header", flags.headers, "send this header; ${env:NAME} is expanded")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  command->add_option("-X,--request", flags.method, "the method")->type_name("METHOD");
  command->add_option("-d,--data", flags.data, "send this body")->type_name("DATA");
  command->add_option("--follow", flags.follow, "follow links by this rule: -RE, +RE or RE")
      ->type_name("RULE")
      ->allow_extra_args(false);
  AddCount(command, "--depth", 0, &flags.depth, "follow no deeper");
  AddDuration(command, "--delay", &flags.delay, "between two requests to a host, with --follow");
  AddFormat(command, &flags.format, &flags.output);
  command->add_option("--db", flags.db, "store pages and rows here, too")->type_name("FILE");
  command->callback([&] { run = [&] { return RunScrape(flags); }; });
}

void AddTry(CLI::App& app, TryFlags& flags, Command& run) {
  CLI::App* command =
      app.add_subcommand("try", "Show what a config's rules find on a page, and what they miss");
  command->add_option("CONFIG", flags.config, "the config")->required();
  command->add_option("PAGE", flags.page, "a URL, a file, or - for a page on stdin")->required();
  command->add_option("--record", flags.record, "only this record")->type_name("TABLE");
  command->add_flag("--watch", flags.watch, "show it again when the config or the file changes");
  command->callback([&] { run = [&] { return RunTry(flags); }; });
}

void AddReaders(CLI::App& app, Flags& flags, Command& run) {
  CLI::App* query =
      app.add_subcommand("query", "Run SQL on a database; without SQL, list its tables");
  query->add_option("DB", flags.query.db, kDatabase)->required();
  query->add_option("SQL", flags.query.sql, "statements, or - for stdin");
  AddFormat(query, &flags.query.format, &flags.query.output);
  query->callback([&] { run = [&] { return RunQuery(flags.query); }; });

  CLI::App* cat = app.add_subcommand("cat", "Print a stored page as it came");
  cat->add_option("DB", flags.cat.db, kDatabase)->required();
  cat->add_option("URL", flags.cat.url, "the page's URL")->required();
  cat->add_flag("--headers", flags.cat.headers, "its status and headers first");
  cat->callback([&] { run = [&] { return RunCat(flags.cat); }; });
}

void AddReparse(CLI::App& app, ReparseFlags& flags, Command& run) {
  CLI::App* command =
      app.add_subcommand("reparse", "Make the rows anew from stored pages, without the network");
  AddArguments(command, "CONFIG", &flags.configs, "configs, or folders of them")->required();
  command->add_option("--db", flags.db, "the database, instead of the config's")->type_name("FILE");
  command->add_flag("--diff", flags.diff, "print what would change, and change nothing");
  AddFormat(command, &flags.format, &flags.output);
  command->callback([&] { run = [&] { return RunReparse(flags); }; });
}

void AddDiff(CLI::App& app, DiffFlags& flags, Command& run) {
  CLI::App* command = app.add_subcommand("diff", "Print how rows changed between two runs");
  command->add_option("DB", flags.db, kDatabase)->required();
  command
      ->add_option_function<std::vector<std::string>>(
          "RUN",
          [&flags](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              flags.runs.push_back(CountOf("RUN", text, int64_t{1}));
            }
          },
          "from this run, to this one; else the last two of each site")
      ->expected(0, 2);
  AddDuration(command, "--since", &flags.since, "how they changed in so long");
  command->add_option("--table", flags.table, "only of this table")->type_name("TABLE");
  command->add_flag("--exit-code", flags.exit_code, "exit with 1 when there is a difference");
  AddFormat(command, &flags.format, &flags.output);
  command->callback([&] { run = [&] { return RunDiff(flags); }; });
}

void AddExport(CLI::App& app, ExportFlags& flags, Command& run) {
  CLI::App* command = app.add_subcommand("export", "Write rows, or stored pages, to a file");
  command->add_option("DB", flags.db, kDatabase)->required();
  command->add_option("TABLE", flags.table, "which; else all of them, where the format can");
  command
      ->add_option("-f,--format", flags.format,
                   "csv, tsv, json, ndjson, md, xlsx, sql, or warc for pages")
      ->type_name("FORMAT");
  command->add_option("-o,--output", flags.output, "this file; its extension chooses the format")
      ->type_name("FILE");
  command->add_flag("--safe", flags.safe, "let no spreadsheet take a cell for a formula");
  command->add_flag("--bom", flags.bom, "csv, tsv: begin with a byte order mark");
  command->add_option("--delimiter", flags.delimiter, "csv: between cells")->type_name("C");
  command->callback([&] { run = [&] { return RunExport(flags); }; });
}

void AddReport(CLI::App& app, ReportFlags& flags, Command& run) {
  CLI::App* command = app.add_subcommand("report", "Draw what a database tells, as one HTML file");
  command->add_option("DB", flags.db, kDatabase)->required();
  command->add_option("-o,--output", flags.output, "write to this file")->type_name("FILE");
  command->add_option("--plot", flags.plot, "draw a field's values over time")
      ->type_name("TABLE.FIELD");
  command->add_option("--by", flags.by, "with --plot: a line for each value of this column")
      ->type_name("KEY");
  command->callback([&] { run = [&] { return RunReport(flags); }; });
}

void AddServe(CLI::App& app, ServeFlags& flags, Command& run) {
  CLI::App* command = app.add_subcommand("serve", "Show a database in a browser, live");
  command->add_option("DB", flags.db, kDatabase)->required();
  command->add_option("--listen", flags.listen, "where; port 0 is a free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  command->callback([&] { run = [&] { return RunServe(flags); }; });
}

void AddStories(CLI::App& app, Flags& flags, Command& run) {
  CLI::App* runs = app.add_subcommand("runs", "List the runs of a database");
  runs->add_option("DB", flags.runs.db, kDatabase)->required();
  AddFormat(runs, &flags.runs.format, &flags.runs.output);
  runs->callback([&] { run = [&] { return RunRuns(flags.runs); }; });

  CLI::App* status = app.add_subcommand("status", "Say what a crawl would do now");
  status->add_option("DB", flags.status.db, kDatabase)->required();
  status->callback([&] { run = [&] { return RunStatus(flags.status); }; });

  CLI::App* why = app.add_subcommand("why", "Tell the story of a URL");
  why->add_option("DB", flags.why.db, kDatabase)->required();
  why->add_option("URL", flags.why.url, "the URL to tell of")->required();
  why->callback([&] { run = [&] { return RunWhy(flags.why); }; });

  CLI::App* prune = app.add_subcommand("prune", "Forget pages and history, but for the latest");
  prune->add_option("DB", flags.prune.db, kDatabase)->required();
  AddDuration(prune, "--keep", &flags.prune.keep, "forget what is older than this");
  prune->get_option("--keep")->required();
  prune->callback([&] { run = [&] { return RunPrune(flags.prune); }; });

  CLI::App* robots =
      app.add_subcommand("robots", "Ask a robots.txt about a URL: exit code 0 allowed, 1 not");
  robots->add_option("FILE", flags.robots.file, "a robots.txt, or - for stdin")->required();
  robots->add_option("AGENT", flags.robots.agent, "the user agent")->required();
  robots->add_option("URL", flags.robots.url, "a URL, or its path")->required();
  robots->callback([&] { run = [&] { return RunRobots(flags.robots); }; });
}

void AddInit(CLI::App& app, InitFlags& flags, Command& run) {
  CLI::App* command =
      app.add_subcommand("init", "Write a config for a URL: a first guess at pager and rows");
  command->add_option("URL", flags.url, "a page of what is to be crawled; it is fetched once")
      ->required();
  command->add_option("DIR", flags.folder, "the folder of the config; else the current one");
  command->callback([&] { run = [&] { return RunInit(flags); }; });
}

// Why `name`, which stands where a command should, is none; empty: it is one, or a flag.
std::string NoCommand(const CLI::App& app, std::string_view name) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::vector<std::string_view> known(names.begin(), names.end());
  if (std::find(known.begin(), known.end(), name) != known.end()) return "";
  const std::string_view nearest = Nearest(name, known);
  const std::string hint =
      nearest.empty() ? "see: thresh help" : "did you mean \"" + std::string(nearest) + "\"?";
  return "there is no command \"" + Visible(name) + "\"; " + hint;
}

void AddOthers(CLI::App& app, Flags& flags, Command& run) {
  CLI::App* check = app.add_subcommand("check", "Say what is wrong in configs, and where");
  AddArguments(check, "CONFIG", &flags.check, "configs, or folders of them")->required();
  check->callback([&] { run = [&] { return RunCheck(flags.check, std::cout, std::cerr); }; });

  CLI::App* url = app.add_subcommand("url", "Print URLs normalised, a line each");
  url->add_option("--base", flags.url.base, "resolve against this one")->type_name("URL");
  AddArguments(url, "URL", &flags.url.urls, "the URLs")->required();
  url->callback([&] { run = [&] { return RunUrl(flags.url); }; });

  CLI::App* doctor =
      app.add_subcommand("doctor", "Say what this machine has and lacks for a crawl");
  doctor->callback([&] { run = [] { return RunDoctor(); }; });

  CLI::App* help = app.add_subcommand("help", "Say how a command is used");
  help->add_option("COMMAND", flags.help_on, "the command; else what commands there are");
  help->add_flag("--table", flags.help_as_table, "all commands as JSON")->group("");
  help->callback([&] {
    run = [&] {
      if (flags.help_as_table) {
        std::cout << CommandTable(app);
        return kExitOk;
      }
      if (const std::string problem = flags.help_on.empty() ? "" : NoCommand(app, flags.help_on);
          !problem.empty()) {
        throw UsageError(problem);
      }
      const CLI::App* on = flags.help_on.empty() ? &app : app.get_subcommand(flags.help_on);
      const std::string name = flags.help_on.empty() ? "thresh" : "thresh " + flags.help_on;
      std::cout << app.get_formatter()->make_help(on, name, CLI::AppFormatMode::Normal);
      return kExitOk;
    };
  });
}

int Refuse(const std::string& problem) {
  TellFailure(UsageError(problem), false);
  return kExitUsage;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  ForbidCoreDumps();
  std::signal(SIGXFSZ, SIG_IGN);  // a write that is refused is an error like others
  CLI::App app("Crawls sites and turns pages into rows: regexes in, SQLite out.", "thresh");
  app.set_help_flag("-h,--help", "print this help");
  app.set_version_flag("--version", std::string("thresh ") + kVersion, "print the version");
  app.require_subcommand(1);
  Flags flags;
  Command run;
  AddCrawl(app, flags.crawl, run);
  AddScrape(app, flags.scrape, run);
  AddTry(app, flags.try_page, run);
  AddReaders(app, flags, run);
  AddReparse(app, flags.reparse, run);
  AddDiff(app, flags.diff, run);
  AddExport(app, flags.export_, run);
  AddReport(app, flags.report, run);
  AddServe(app, flags.serve, run);
  AddStories(app, flags, run);
  AddInit(app, flags.init, run);
  AddOthers(app, flags, run);
  SetHelp(&app);
  for (CLI::App* command : app.get_subcommands({})) RefuseEmptyValues(command);
  if (argc > 1 && *argv[1] != '-') {
    const std::string problem = NoCommand(app, argv[1]);
    if (!problem.empty()) return Refuse(problem);
  }
  if (argc == 1) {
    PrintMessage("{}", app.help());
    return kExitUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    return Refuse(UsageProblem(app, error));
  }
  return RunGuarded(run, flags.crawl.json);
}

}  // namespace thresh
