// The command `init`: a first config for a URL.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "fetcher/pool/fork_server.h"
#include "parser/scripted_page.h"
#include "pipeline/commands.h"
#include "pipeline/diagnostic.h"
#include "pipeline/fetcher_options.h"
#include "pipeline/init_config.h"
#include "pipeline/message.h"
#include "pipeline/page_fetch.h"
#include "pipeline/shell_word.h"
#include "pipeline/story_text.h"

namespace thresh {
namespace {

// A new file, never one that is there; gone again unless it was written whole.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path) : path_(std::move(path)) {
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0) throw UsageError(fmt::format("{}: {}", path_.string(), std::strerror(errno)));
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_ >= 0) close(fd_);
    if (!whole_) unlink(path_.c_str());
  }

  void Write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = write(fd_, text.data(), text.size());
      if (written < 0 && errno != EINTR) Fail();
      if (written > 0) text.remove_prefix(static_cast<size_t>(written));
    }
    if (close(std::exchange(fd_, -1)) != 0) Fail();
    whole_ = true;
  }

 private:
  [[noreturn]] void Fail() const {
    throw std::system_error(errno, std::generic_category(), path_.string());
  }

  std::filesystem::path path_;
  int fd_ = -1;
  bool whole_ = false;
};

// Where the config goes. Asked before the page is fetched: what cannot be written need not be.
std::filesystem::path NewConfigPath(const InitFlags& flags, const Url& url) {
  std::error_code error;
  std::filesystem::create_directories(flags.folder, error);
  if (!std::filesystem::is_directory(flags.folder)) {
    throw UsageError(fmt::format("{}: cannot be made: {}", flags.folder.string(), error.message()));
  }
  std::filesystem::path path = flags.folder / (SiteNameFor(url) + ".toml");
  if (std::filesystem::exists(std::filesystem::symlink_status(path))) {
    throw UsageError(
        fmt::format("{} is there already, and nothing is overwritten: name another "
                    "folder, thresh init URL DIR",
                    path.string()));
  }
  return path.lexically_normal();
}

Config ConfigFor(const Url& url) {
  Config config;
  config.name = SiteNameFor(url);
  config.hosts["*"];
  config.extractor = Extractor::Compile({}, nullptr);
  return config;
}

std::string Found(const PageOutline& outline) {
  std::string text = "nothing that repeats, so a row a page";
  if (outline.is_script) text = "a row a page, of its JSON-LD";
  if (outline.repeats) {
    const auto rows = static_cast<int64_t>(outline.rows);
    text = fmt::format("{} of {}", Counted(rows, "row"), outline.record.table);
  }
  text += fmt::format(" ({})", FieldNames(outline.record));
  if (outline.pager) text += fmt::format(", and a pager ({})", outline.pager->follow);
  if (outline.next) text += fmt::format(", and the next page's URL ({})", *outline.next->json);
  return Visible(text);
}

}  // namespace

int RunInit(const InitFlags& flags) {
  const Url url = UrlArgument(flags.url);
  const std::filesystem::path path = NewConfigPath(flags, url);
  const auto server = StartFetcherServer();
  const SystemClock clock;
  const Config config = ConfigFor(url);
  FetcherOptions options = FetcherOptionsFor({config});
  options.processes = 1;
  const auto fetcher = MakeProcessFetcher(*server, options);
  const auto answer = FetchPage(*fetcher, config, url, clock);
  if (const auto* reason = std::get_if<std::string>(&answer)) {
    PrintMessage("thresh: {}: {}\n", Visible(url.href()), Visible(*reason));
    return kExitFailedPages;
  }
  const auto& fetched = std::get<FetchedPage>(answer);
  for (const std::string& note : fetched.notes) PrintMessage("{}\n", Visible(note));
  const PageOutline outline = OutlinePage(fetched.page.View());
  const Url seed = config.fetch.strip.Strip(*fetched.page.url);  // as the crawl will have it
  if (outline.is_drawn_by_scripts) {
    PrintMessage("{}: {}\n", Visible(url.href()), kDrawnByScripts);
  }
  NewFile(path).Write(InitConfig(outline, seed, path.string()));
  PrintMessage("{} has {}\nnext: thresh try {} {}\n", path.string(), Found(outline),
               Visible(ShellWord(path.string())), ShellWord(seed.href()));
  return kExitOk;
}

}  // namespace thresh
