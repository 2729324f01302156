#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "pipeline/config.h"
#include "pipeline/story_text.h"
#include "pipeline/url_list.h"

namespace thresh {
namespace {

// A list is one.
size_t SeedCount(const Config& config) {
  size_t count = 0;
  for (const SeedConfig& seed : config.seeds) count += std::max<size_t>(seed.url_count(), 1);
  return count;
}

// Lines that are no URL, which a crawl leaves out and only counts.
std::optional<Diagnostic> BadLines(const std::string& list_file) {
  std::ifstream file(list_file);
  UrlList list(file);
  size_t count = 0, first = 0;
  while (list.Next()) {
    if (list.url()) continue;
    if (++count == 1) first = list.number();
  }
  if (count == 0) return std::nullopt;
  const std::string more = count == 1 ? "" : fmt::format("; of such there are {}", count);
  return Diagnostic{.severity = Diagnostic::Severity::kWarning,
                    .file = list_file,
                    .line = first,
                    .message = "this line is not a URL, and is left out" + more};
}

void PrintBadLines(const Config& config, std::ostream& err) {
  for (const SeedConfig& seed : config.seeds) {
    if (seed.kind != SeedConfig::Kind::kList) continue;
    if (const auto warning = BadLines(seed.file)) err << ToString(*warning) << '\n';
  }
}

}  // namespace

int RunCheck(const std::vector<std::filesystem::path>& arguments, std::ostream& out,
             std::ostream& err) {
  std::vector<Diagnostic> diagnostics;
  const std::vector<Config> configs =
      LoadConfigs(arguments, {}, &diagnostics, {.require_secrets = false});
  for (const Diagnostic& diagnostic : diagnostics) err << ToString(diagnostic) << '\n';
  for (const Config& config : configs) {
    PrintBadLines(config, err);
    out << fmt::format("{}: ok, {}, {}\n", Visible(config.path.string()),
                       Counted(config.extractor->specs().size(), "record"),
                       Counted(SeedCount(config), "seed"));
  }
  return HasErrors(diagnostics) ? 2 : 0;
}

}  // namespace thresh
