// thresh robots: what a robots.txt says of a URL, without a crawl.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <string>

#include "parser/robots.h"
#include "parser/url.h"
#include "pipeline/commands.h"
#include "pipeline/diagnostic.h"
#include "pipeline/input_file.h"
#include "storage/output.h"

namespace thresh {
namespace {

// No more of a robots.txt counts (RobotsRules::Parse).
constexpr size_t kMaxRead = 1 << 20;

std::string ReadStart(std::istream& in) {
  std::string text(kMaxRead, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

std::string ReadRobots(const std::string& file) {
  if (file == "-") return ReadStart(std::cin);
  std::ifstream in = OpenInputFile(file, file);
  return ReadStart(in);
}

// A URL, or just its path: rules speak of paths.
std::string PathOf(const std::string& text) {
  const Url anywhere = *Url::Parse("http://host.invalid/");
  const bool is_path = text.empty() || (text.starts_with('/') && !text.starts_with("//"));
  UrlError error = UrlError::kNone;
  const auto url = Url::Parse(text, is_path ? &anywhere : nullptr, &error);
  if (!url) throw UsageError(fmt::format("{} {}", WithoutCredentials(text), Describe(error)));
  return std::string(url->path_and_query());
}

}  // namespace

int RunRobots(const RobotsFlags& flags) {
  const std::string path = PathOf(flags.url);
  const RobotsRules rules = RobotsRules::Parse(ReadRobots(flags.file), flags.agent);
  const bool allowed = rules.Allows(path);
  const std::string_view line = rules.DecidingRule(path);
  Output output = Output::Stdout();
  output.Write(fmt::format("{}: {}\n", allowed ? "allowed" : "disallowed",
                           line.empty() ? "no rule matches" : Visible(line)));
  output.Close();
  return allowed ? kExitOk : kExitError;
}

}  // namespace thresh
