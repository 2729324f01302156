// The commands: each takes its flags as a struct and gives the process's exit code. Failures of the
// environment are thrown: see main.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "pipeline/clock.h"

namespace thresh {

// Wrong usage: exit code 2.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum ExitCode : int {
  kExitOk = 0,
  kExitError = 1,
  kExitUsage = 2,
  kExitFailedPages = 3,
  kExitHealth = 4,
  kExitStorage = 5,
  kExitLocked = 75,
  kExitInterrupted = 130,
};

struct CrawlFlags {
  std::vector<std::filesystem::path> configs;
  std::filesystem::path db;
  std::vector<std::string> overrides;
  bool fresh = false;
  std::optional<int64_t> max_pages;
  std::optional<Milliseconds> time;
  Milliseconds wait{0};           // for the lock
  std::filesystem::path metrics;  // empty: none
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::filesystem::path report;  // written at the end
};
int RunCrawl(const CrawlFlags& flags);

struct ScrapeFlags {
  std::vector<std::string> inputs;  // URLs, files, "-"
  std::string list;                 // -i: a file of URLs, or "-"
  std::string base;
  std::filesystem::path config;
  std::string record;
  std::vector<std::string> patterns;  // -r
  std::string scope, element, each;
  std::optional<std::string> rows;
  std::vector<std::string> fields;  // NAME[:TYPE]=SPEC
  std::vector<std::string> headers;
  std::string method;
  std::optional<std::string> data;
  std::vector<std::string> follow;
  std::optional<int> depth;
  std::optional<Milliseconds> delay;
  std::string format;
  std::string output;
  std::filesystem::path db;
};
int RunScrape(const ScrapeFlags& flags);

struct TryFlags {
  std::filesystem::path config;
  std::string page;  // a URL, a file, "-"
  std::string record;
  bool watch = false;
};
int RunTry(const TryFlags& flags);

struct QueryFlags {
  std::filesystem::path db;  // or a config
  std::string sql;           // "-": from stdin
  std::string format;
  std::string output;
};
int RunQuery(const QueryFlags& flags);

struct CatFlags {
  std::filesystem::path db;
  std::string url;
  bool headers = false;
};
int RunCat(const CatFlags& flags);

struct ReparseFlags {
  std::vector<std::filesystem::path> configs;
  std::filesystem::path db;
  bool diff = false;  // say what would change, change nothing
  std::string format;
  std::string output;
};
int RunReparse(const ReparseFlags& flags);

struct DiffFlags {
  std::filesystem::path db;
  std::vector<int64_t> runs;  // up to two
  std::optional<Milliseconds> since;
  std::string table;
  bool exit_code = false;
  std::string format;
  std::string output;
};
int RunDiff(const DiffFlags& flags);

struct ExportFlags {
  std::filesystem::path db;
  std::string table;
  std::string format;
  std::string output;
  bool safe = false;  // no cell is a formula
  bool bom = false;
  std::string delimiter;
};
int RunExport(const ExportFlags& flags);

struct UrlFlags {
  std::string base;
  std::vector<std::string> urls;
};
int RunUrl(const UrlFlags& flags);

struct WhyFlags {
  std::filesystem::path db;  // or a config
  std::string url;
};
int RunWhy(const WhyFlags& flags);

struct StatusFlags {
  std::filesystem::path db;  // or a config
};
int RunStatus(const StatusFlags& flags);

struct RunsFlags {
  std::filesystem::path db;  // or a config
  std::string format;
  std::string output;
};
int RunRuns(const RunsFlags& flags);

struct RobotsFlags {
  std::string file;  // "-": stdin
  std::string agent;
  std::string url;  // or a path
};
int RunRobots(const RobotsFlags& flags);

struct PruneFlags {
  std::filesystem::path db;  // or a config
  Milliseconds keep{0};
};
int RunPrune(const PruneFlags& flags);

struct ReportFlags {
  std::filesystem::path db;  // or a config
  std::string output;
  std::string plot;  // TABLE.FIELD
  std::string by;
};
int RunReport(const ReportFlags& flags);

struct ServeFlags {
  std::filesystem::path db;  // or a config
  std::string listen = "127.0.0.1:8000";
};
int RunServe(const ServeFlags& flags);

// Prints to stdout; kExitError when a crawl cannot work on this machine.
int RunDoctor();

struct InitFlags {
  std::string url;
  std::filesystem::path folder = ".";
};
int RunInit(const InitFlags& flags);

// `text` as it may be shown in a message: what stands where credentials would is left out.
std::string WithoutCredentials(const std::string& text);

// The database that `path` names: itself, or that of the config it is.
std::filesystem::path DatabaseOf(const std::filesystem::path& path);

}  // namespace thresh
