#include "pipeline/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string_view>

#include "pipeline/config.h"

namespace thresh {
namespace {

std::string Count(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// A list is one.
size_t SeedCount(const Config& config) {
  size_t count = 0;
  for (const SeedConfig& seed : config.seeds) count += std::max<size_t>(seed.url_count(), 1);
  return count;
}

}  // namespace

int RunCheck(const std::vector<std::filesystem::path>& arguments, std::ostream& out,
             std::ostream& err) {
  std::vector<Diagnostic> diagnostics;
  const std::vector<Config> configs =
      LoadConfigs(arguments, {}, &diagnostics, {.require_secrets = false});
  for (const Diagnostic& diagnostic : diagnostics) err << ToString(diagnostic) << '\n';
  for (const Config& config : configs) {
    out << fmt::format("{}: ok, {}, {}\n", Visible(config.path.string()),
                       Count(config.extractor->specs().size(), "record"),
                       Count(SeedCount(config), "seed"));
  }
  return HasErrors(diagnostics) ? 2 : 0;
}

}  // namespace thresh
