// What is linked, and what the sandbox has here.
#include "pipeline/doctor_checks.h"

#include <fmt/format.h>
#include <libpsl.h>
#include <link.h>
#include <unicode/uversion.h>

#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>

#include "fetcher/library_versions.h"
#include "fetcher/sandbox.h"
#include "storage/sqlite_version.h"

namespace thresh {
namespace {

struct LayerWords {
  std::string_view when_on;
  std::string_view how_to_have_it;
};

const std::map<std::string_view, LayerWords> kLayers = {
    {"limits", {"memory, open files and the size of files are bounded", ""}},
    {"user", {"a fetcher is nobody", "a service that begins as root has it"}},
    {"privileges", {"none are gained, also not by set-user-id programs", ""}},
    {"core", {"no core file, no debugger, no look into its memory", ""}},
    {"files",
     {"Landlock: a fetcher reads what names and TLS need, and writes nothing",
      "Linux 5.13 or newer, with landlock among the security modules (lsm=), has it"}},
    {"system-calls",
     {"seccomp: no exec, no fork, no UNIX sockets, no other process's memory",
      "a kernel with seccomp filters has it; some containers forbid them"}},
};

Check CheckLayer(const SandboxLayer& layer) {
  const auto found = kLayers.find(layer.name);
  const LayerWords words = found == kLayers.end() ? LayerWords{} : found->second;
  if (layer.active) return {CheckMark::kOk, layer.name, std::string(words.when_on)};
  std::string why = layer.why_not;
  if (!words.how_to_have_it.empty()) why += fmt::format(" ({})", words.how_to_have_it);
  return {CheckMark::kOff, layer.name, why};
}

// RE2 does not say its version: the name of its file does.
std::string FileOfLibrary(std::string_view name) {
  struct Search {
    std::string_view name;
    std::string found;
  } search{name, "linked in"};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto* wanted = static_cast<Search*>(data);
        const std::filesystem::path path = info->dlpi_name;
        if (!path.filename().string().starts_with(wanted->name)) return 0;
        std::error_code error;
        const auto real = std::filesystem::canonical(path, error);
        wanted->found = (error ? path : real).filename().string();
        return 1;
      },
      &search);
  return search.found;
}

std::string IcuVersion() {
  UVersionInfo version;
  u_getVersion(version);
  return fmt::format("{}.{}", version[0], version[1]);
}

std::string PublicSuffixes() {
  const char* file = psl_dist_filename();
  std::error_code error;
  const bool there = file != nullptr && *file != '\0' && std::filesystem::exists(file, error);
  return fmt::format("{}, {}", psl_get_version(), there ? file : "the list that is built in");
}

Check CheckSqlite() {
  if (SqliteIsNewEnough()) return {CheckMark::kOk, "SQLite", SqliteVersion()};
  return {CheckMark::kFail, "SQLite", SqliteVersion() + " is too old: 3.37 has what is needed"};
}

}  // namespace

std::vector<Check> CheckLibraries() {
  std::vector<Check> checks;
  for (const LibraryVersion& library : FetcherLibraries()) {
    checks.push_back({CheckMark::kOk, library.name, library.version});
  }
  checks.push_back(CheckSqlite());
  checks.push_back({CheckMark::kOk, "RE2", FileOfLibrary("libre2.so")});
  checks.push_back({CheckMark::kOk, "ICU", IcuVersion()});
  checks.push_back({CheckMark::kOk, "libpsl", PublicSuffixes()});
  return checks;
}

std::vector<Check> CheckSandbox() {
  std::vector<Check> checks;
  try {
    for (const SandboxLayer& layer : ProbeSandbox({})) checks.push_back(CheckLayer(layer));
  } catch (const std::system_error& error) {
    checks.push_back({CheckMark::kFail, "processes", error.what()});
  }
  return checks;
}

}  // namespace thresh
