// What a URL costs as the frontier grows: to add, to hand out, to hold in memory and to start with.
//
//   frontier_bench DB [URLS]...      DB is created and removed; URLS are sizes, ascending
//
// Does what the crawl does to a link and to a hand-out, through Store, SeenSet and Frontier,
// without fetching anything.
#include <fmt/format.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "parser/url.h"
#include "pipeline/frontier.h"
#include "pipeline/seen_set.h"
#include "storage/store.h"

namespace thresh {
namespace {

constexpr int64_t kHosts = 1000;
constexpr int64_t kUrlsPerCommit = 1000;  // fifty pages with twenty new links each
constexpr int64_t kSample = 10'000;       // URLs of one measurement
constexpr char kSite[] = "bench";

// Seconds, by the clock and of the processor: these do not depend on what else the machine does.
struct Cost {
  double wall = 0;
  double cpu = 0;
};

class Stopwatch {
 public:
  Cost Read() const {
    return {.wall = Seconds(CLOCK_MONOTONIC) - wall_,
            .cpu = Seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_};
  }

 private:
  static double Seconds(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }

  const double wall_ = Seconds(CLOCK_MONOTONIC);
  const double cpu_ = Seconds(CLOCK_PROCESS_CPUTIME_ID);
};

std::string HostName(int64_t number) { return fmt::format("shop{}.example.test", number % kHosts); }

// About 70 bytes, in no order that an index would like.
std::string UrlText(int64_t number) {
  const auto scattered = static_cast<uint64_t>(number) * 0x9e3779b97f4a7c15u;
  return fmt::format("https://{}/catalogue/{:016x}/item-{}.html", HostName(number), scattered,
                     number);
}

// A line of /proc/self/status, in bytes.
int64_t MemoryBytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    int64_t kilobytes = 0;
    if (word == name + ":" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

// What the crawl holds for its URLs.
class Known {
 public:
  explicit Known(const std::filesystem::path& db) : store_(Store::Open(db)) {}

  // As Crawl::AddLink, for `count` URLs from `first` on.
  void Add(int64_t first, int64_t count) {
    for (int64_t i = first; i < first + count; ++i) {
      const std::string text = UrlText(i);
      if (!seen_.Insert(UrlFingerprint("GET", text, ""))) throw std::runtime_error("a collision");
      const std::string host = HostName(i);
      NewUrl url;
      url.url = text;
      url.host = host;
      url.depth = 1;
      const UrlId id = store_->AddUrl(kSite, url);
      frontier_.Add(frontier_.AddHost(host, 1), FrontierItem(0, id));
      if ((i + 1) % kUrlsPerCommit == 0) store_->Commit();
    }
    store_->Commit();
  }

  // As Crawl::LoadUrls.
  int64_t Load() {
    int64_t count = 0;
    store_->ForEachUrl(std::vector<std::string>{kSite}, [&](const KnownUrl& known) {
      seen_.Insert(UrlFingerprint(known.method, known.url, known.body_hash));
      const auto url = Url::Parse(known.url);
      frontier_.Add(frontier_.AddHost(url->host(), 1), FrontierItem(0, known.id));
      ++count;
    });
    return count;
  }

  // Hands out `count` URLs and reads what is needed to fetch them; they go back to the end.
  Cost HandOut(int64_t count) {
    now_ += std::chrono::hours(1);
    std::vector<HandOut_> taken;
    const Stopwatch watch;
    for (int64_t i = 0; i < count; ++i) {
      const auto next = frontier_.Next(now_);
      if (!next) throw std::runtime_error("nothing is due");
      if (store_->ReadUrl(static_cast<UrlId>(next->item.url)).url.empty()) std::abort();
      frontier_.NotBefore(next->host, now_);
      frontier_.Release(next->host);
      taken.push_back(*next);
    }
    const Cost cost = watch.Read();
    for (const HandOut_& back : taken) frontier_.Add(back.host, back.item);
    return cost;
  }

 private:
  using HandOut_ = thresh::HandOut;

  std::unique_ptr<Store> store_;
  SeenSet seen_;
  Frontier frontier_;
  SteadyTime now_{};
};

struct StartCost {
  Cost time;
  int64_t bytes = 0;  // resident, more than before
};

// In a process of its own, as a new crawl would begin: what was freed before must not help.
StartCost MeasureStart(const std::filesystem::path& db, int64_t urls) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("pipe");
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork");
  if (pid == 0) {
    Known known(db);
    const int64_t before = MemoryBytes("VmRSS");
    const Stopwatch watch;
    if (known.Load() != urls) _exit(1);
    StartCost cost{.time = watch.Read(), .bytes = MemoryBytes("VmRSS") - before};
    _exit(write(ends[1], &cost, sizeof cost) == sizeof cost ? 0 : 1);
  }
  close(ends[1]);
  StartCost cost;
  const bool told = read(ends[0], &cost, sizeof cost) == sizeof cost;
  close(ends[0]);
  waitpid(pid, nullptr, 0);
  if (!told) throw std::runtime_error("the start failed");
  return cost;
}

void PrintHead() {
  fmt::print(
      "| URLs | add, µs | CPU | hand out, µs | CPU | start, s a million | CPU | memory, MB | "
      "bytes a URL |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
}

// Costs when `urls` are there. The store is closed for the start, which locks it.
void Measure(const std::filesystem::path& db, int64_t have, int64_t urls) {
  Cost add, hand_out;
  {
    Known known(db);
    if (have > 0) known.Load();
    if (urls - kSample > have) known.Add(have, urls - kSample - have);
    const Stopwatch watch;
    known.Add(urls - kSample, kSample);
    add = watch.Read();
    hand_out = known.HandOut(kSample);
  }
  const StartCost start = MeasureStart(db, urls);
  const auto count = static_cast<double>(urls), bytes = static_cast<double>(start.bytes);
  fmt::print("| {} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.2f} | {:.2f} | {:.1f} | {:.1f} |\n",
             urls, add.wall / kSample * 1e6, add.cpu / kSample * 1e6, hand_out.wall / kSample * 1e6,
             hand_out.cpu / kSample * 1e6, start.time.wall / count * 1e6,
             start.time.cpu / count * 1e6, bytes / 1e6, bytes / count);
  std::fflush(stdout);
}

void Remove(const std::filesystem::path& db) {
  for (const char* end : {"", "-wal", "-shm", "-lock"}) {
    std::filesystem::remove(db.string() + end);
  }
}

int Run(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "usage: frontier_bench DB URLS...\n");
    return 2;
  }
  const std::filesystem::path db = arguments[1];
  if (std::filesystem::exists(db)) {
    fmt::print(stderr, "{}: is there already\n", db.string());
    return 2;
  }
  PrintHead();
  int64_t have = 0;
  for (int i = 2; i < count; ++i) {
    const int64_t urls = std::atoll(arguments[i]);
    if (urls < have + kSample) throw std::runtime_error("sizes must grow by 10000 at least");
    Measure(db, have, urls);
    have = urls;
  }
  Remove(db);
  return 0;
}

}  // namespace
}  // namespace thresh

int main(int count, char** arguments) {
  try {
    return thresh::Run(count, arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "frontier_bench: {}\n", error.what());
    return 1;
  }
}
