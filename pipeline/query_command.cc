// The commands that read a database: query and cat.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <iterator>
#include <memory>

#include "parser/url.h"
#include "parser/url_strip.h"
#include "pipeline/commands.h"
#include "pipeline/config.h"
#include "pipeline/message.h"
#include "pipeline/row_output.h"
#include "pipeline/stored_config.h"
#include "storage/query.h"
#include "storage/table_page.h"

namespace thresh {
namespace {

// The page of `url`, or of what a crawl made of it, which is said then.
std::optional<StoredPage> FindPage(Reader& reader, const std::filesystem::path& db,
                                   const Url& url) {
  if (auto page = reader.LatestPage(url.href())) return page;
  const auto inquiry = reader.Inquire(url.href(), url.host(), url.origin());
  const auto stripped = StrippedUrl(url, CurrentConfigs(db, inquiry.sites));
  if (!stripped) return std::nullopt;
  auto page = reader.LatestPage(stripped->href());
  if (page) PrintMessage("thresh: {}\n", StrippedNote(*stripped));
  return page;
}

std::string ReadAll(std::istream& in) {
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

std::string WithoutCredentials(const std::string& text) {
  const size_t at = text.rfind('@');
  const size_t slashes = text.find("//");
  if (at == std::string::npos || slashes == std::string::npos || at < slashes) return text;
  return text.substr(0, slashes + 2) + "…" + text.substr(at);
}

std::filesystem::path DatabaseOf(const std::filesystem::path& path) {
  if (path.extension() != ".toml" && !std::filesystem::is_directory(path)) return path;
  std::vector<Diagnostic> diagnostics;
  const std::vector<Config> configs = LoadConfigs({path}, {}, &diagnostics);
  if (HasErrors(diagnostics) || configs.empty()) {
    throw UsageError(diagnostics.empty() ? path.string() + ": no config in it"
                                         : ToString(diagnostics.front()));
  }
  return configs.front().store.db;
}

int RunQuery(const QueryFlags& flags) {
  const auto reader = Reader::Open(DatabaseOf(flags.db));
  std::string sql = flags.sql == "-" ? ReadAll(std::cin) : flags.sql;
  if (sql.empty()) sql = ListTablesSql();
  Output output = OpenOutput(flags.output);
  const RowFormat format = ChooseFormat(flags.format, flags.output, output.is_terminal());
  const auto writer = MakeRowWriter(format, output, TerminalWidth(output));
  reader->Query(sql, *writer);
  output.Close();
  return kExitOk;
}

int RunCat(const CatFlags& flags) {
  UrlError error = UrlError::kNone;
  const auto url = Url::Parse(flags.url, nullptr, &error);
  if (!url) throw UsageError(fmt::format("{} {}", WithoutCredentials(flags.url), Describe(error)));
  const auto reader = Reader::Open(DatabaseOf(flags.db));
  const auto page = FindPage(*reader, flags.db, *url);
  if (!page) {
    PrintMessage("thresh: {} was not fetched\n", url->href());
    return kExitError;
  }
  Output output = Output::Stdout();
  if (flags.headers) {
    output.WriteLines(fmt::format("status: {}\n{}\n", page->status, page->headers));
  }
  if (page->body) {
    output.WriteLines(*page->body);
  } else if (!flags.headers) {
    PrintMessage("thresh: the body of {} is not stored (store.bodies)\n", url->href());
    output.Close();
    return kExitError;
  }
  output.Close();
  return kExitOk;
}

int RunUrl(const UrlFlags& flags) {
  std::optional<Url> base;
  if (!flags.base.empty()) {
    UrlError error = UrlError::kNone;
    base = Url::Parse(flags.base, nullptr, &error);
    if (!base)
      throw UsageError(
          fmt::format("--base {} {}", WithoutCredentials(flags.base), Describe(error)));
  }
  const ParameterStripper strip = ParameterStripper::Default();
  Output output = Output::Stdout();
  int code = kExitOk;
  for (const std::string& text : flags.urls) {
    UrlError error = UrlError::kNone;
    if (const auto url = Url::Parse(text, base ? &*base : nullptr, &error)) {
      output.Write(strip.Strip(*url).href() + "\n");
    } else {
      PrintMessage("thresh: {} {}\n", Visible(WithoutCredentials(text)), Describe(error));
      code = kExitUsage;
    }
  }
  output.Close();
  return code;
}

}  // namespace thresh
