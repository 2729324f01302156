// Whether this machine lets a crawl fetch and keep pages.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "fetcher/library_versions.h"
#include "pipeline/doctor_checks.h"
#include "pipeline/trial_fetch.h"
#include "storage/store.h"

namespace thresh {
namespace {

using std::filesystem::path;

// What the fetchers of a default crawl map: four with 16 slots for 16 MB pages.
constexpr uint64_t kAddressSpaceBytes = uint64_t{8} << 30;
constexpr uint64_t kLittleRoomBytes = 100u << 20;
constexpr uint64_t kFewDescriptors = 128;
constexpr uint64_t kTooFewDescriptors = 32;
constexpr Milliseconds kTrialTimeout{10'000};
constexpr long kCifs = 0xff534d42;
constexpr long kSmb2 = 0xfe534d42;

uint64_t SoftLimit(__rlimit_resource resource) {
  rlimit limit{};
  return getrlimit(resource, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
}

std::string Megabytes(uint64_t bytes) { return fmt::format("{} MB", bytes >> 20); }

Check CheckFetching(pool::ForkServer& server, const Clock& clock) {
  const TrialFetch trial = TryToFetch(server, clock, kTrialTimeout);
  if (!trial.ok) {
    return {CheckMark::kFail, "fetching", "no page from a server on 127.0.0.1: " + trial.error};
  }
  return {CheckMark::kOk, "fetching",
          fmt::format("a sandboxed process fetched a page from 127.0.0.1 in {} ms",
                      trial.took.count())};
}

// A crawl's database made, written, committed and closed.
Check CheckDatabase() {
  std::string folder = (std::filesystem::temp_directory_path() / "thresh-doctor-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return {CheckMark::kFail, "database", fmt::format("{}: {}", folder, strerror(errno))};
  }
  Check check{CheckMark::kOk, "database", "made, locked, written and closed in " + folder};
  try {
    const auto store = Store::Open(path(folder) / "trial.db");
    store->AddUrl("trial", {.url = "http://x.test/", .host = "x.test"});
    store->Commit();
    store->Close();
  } catch (const std::exception& error) {
    check = {CheckMark::kFail, "database", error.what()};
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return check;
}

bool IsNetworkFilesystem(long type) {
  return type == NFS_SUPER_MAGIC || type == SMB_SUPER_MAGIC || type == kCifs || type == kSmb2;
}

// A folder that SQLite's temporary files, or a crawl's database, go to.
Check CheckFolder(const std::string& name, const path& folder) {
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return {CheckMark::kWarn, name,
            fmt::format("{} is not yours to write: {}", folder.string(), strerror(errno))};
  }
  struct statfs disk;
  if (statfs(folder.c_str(), &disk) != 0) {
    return {CheckMark::kWarn, name, fmt::format("{}: {}", folder.string(), strerror(errno))};
  }
  const uint64_t room = static_cast<uint64_t>(disk.f_bavail) * static_cast<uint64_t>(disk.f_bsize);
  const std::string words = fmt::format("{}, {} free", folder.string(), Megabytes(room));
  if (IsNetworkFilesystem(static_cast<long>(disk.f_type))) {
    return {CheckMark::kWarn, name, words + ", over the network: keep databases on a local disk"};
  }
  if (room < kLittleRoomBytes) return {CheckMark::kWarn, name, words + ": that is little"};
  return {CheckMark::kOk, name, words};
}

Check CheckCurrentFolder() {
  std::error_code error;
  const path folder = std::filesystem::current_path(error);
  if (error) return {CheckMark::kWarn, "folder", "the current folder is gone"};
  return CheckFolder("folder", folder);
}

Check CheckMemory() {
  const uint64_t allowed = SoftLimit(RLIMIT_AS);
  if (allowed == RLIM_INFINITY) return {CheckMark::kOk, "memory", "address space is not limited"};
  const std::string words = "address space is limited to " + Megabytes(allowed);
  if (allowed >= kAddressSpaceBytes) return {CheckMark::kOk, "memory", words};
  return {CheckMark::kWarn, "memory",
          words + " (ulimit -v): fetchers map large areas that they hardly use; lift it"};
}

Check CheckCertificates() {
  const path file = SystemCaFile();
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (file.empty() || error || size == 0) {
    return {CheckMark::kWarn, "certificates",
            fmt::format("{} is not there: no https (install ca-certificates)", file.string())};
  }
  return {CheckMark::kOk, "certificates", file.string()};
}

Check CheckNames() {
  std::ifstream file("/etc/resolv.conf");
  std::string servers;
  for (std::string word, line; std::getline(file, line);) {
    if (!line.starts_with("nameserver")) continue;
    const size_t begin = line.find_first_not_of(" \t", strlen("nameserver"));
    if (begin == std::string::npos) continue;
    servers += (servers.empty() ? "" : ", ") + line.substr(begin);
  }
  if (!servers.empty()) return {CheckMark::kOk, "names", "asked of " + servers};
  return {CheckMark::kWarn, "names", "no nameserver in /etc/resolv.conf: 127.0.0.1 is asked"};
}

Check CheckProxies() {
  for (const char* name : {"https_proxy", "http_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
    const char* value = getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return {CheckMark::kOk, "proxy",
            fmt::format("{} is set and not used: a config says fetch.proxy", name)};
  }
  return {CheckMark::kOk, "proxy", "none in the environment; a config says fetch.proxy"};
}

Check CheckSystemClock(const Clock& clock) {
  struct stat program {};
  Timestamp built{};
  if (stat("/proc/self/exe", &program) == 0) built += std::chrono::seconds(program.st_mtime);
  timex state{};  // asks, and sets nothing
  return CheckClock(clock.Wall(), built, adjtimex(&state) != TIME_ERROR);
}

}  // namespace

Check CheckClock(Timestamp now, Timestamp program_built, bool synchronised) {
  const std::string words = ToIso8601(now);
  if (now < program_built) {
    return {CheckMark::kWarn, "clock",
            words +
                " is before this program was installed: certificates and saved delays need "
                "the right time"};
  }
  return {CheckMark::kOk, "clock",
          words + (synchronised ? ", synchronised" : ", not known to be synchronised")};
}

Check CheckDescriptors(uint64_t allowed) {
  if (allowed == RLIM_INFINITY) return {CheckMark::kOk, "descriptors", "not limited"};
  const std::string words = fmt::format("{} open files allowed", allowed);
  if (allowed < kTooFewDescriptors) {
    return {CheckMark::kFail, "descriptors", words + " (ulimit -n): a crawl needs 128"};
  }
  if (allowed < kFewDescriptors) {
    return {CheckMark::kWarn, "descriptors", words + " (ulimit -n): few fetches at a time"};
  }
  return {CheckMark::kOk, "descriptors", words};
}

std::vector<Check> CheckMachine(pool::ForkServer& server, const Clock& clock) {
  std::error_code error;
  const path temporary = std::filesystem::temp_directory_path(error);
  std::vector<Check> checks = {CheckFetching(server, clock)};
  if (error) {
    checks.push_back({CheckMark::kFail, "temporary", "no folder for temporary files: set TMPDIR"});
  } else {
    checks.push_back(CheckDatabase());
    checks.push_back(CheckFolder("temporary", temporary));
  }
  checks.insert(checks.end(),
                {CheckCurrentFolder(), CheckDescriptors(SoftLimit(RLIMIT_NOFILE)), CheckMemory(),
                 CheckCertificates(), CheckNames(), CheckProxies(), CheckSystemClock(clock)});
  return checks;
}

}  // namespace thresh
