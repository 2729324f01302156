// The crawl loop: hand out URLs as politeness allows, take completions, account for them.
//
//   Crawl crawl(configs, options, store, fetcher, clock, listener);
//   std::vector<SiteReport> reports = crawl.Run();
//
// Fetching happens in other processes; everything else, parsing and storing, in Run's callbacks,
// one at a time. A page is acknowledged when its batch is committed: body, rows, links, the URL's
// state and the host's clock together. So a kill at any instant leaves a database that Run
// continues from.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "fetcher/fetcher.h"
#include "parser/extractor.h"
#include "pipeline/address_book.h"
#include "pipeline/clock.h"
#include "pipeline/config.h"
#include "pipeline/crawl_listener.h"
#include "pipeline/fetch_verdict.h"
#include "pipeline/frontier.h"
#include "pipeline/parse_page.h"
#include "pipeline/politeness.h"
#include "pipeline/robots_cache.h"
#include "pipeline/site_run.h"
#include "storage/log_watch.h"
#include "storage/store.h"

namespace thresh {

struct SeedMarks;

// A transaction with so many pages is committed, unless making them durable takes so long that it
// is worth waiting for more (see CommitIsWorthIt); after 50 ms it is committed in any case.
inline constexpr size_t kPagesPerCommit = 50;

// So many processes may die of a URL that is alone in them, before it is not asked for any more.
inline constexpr int kLoneDeaths = 3;

// What an answer that waits to be read takes beside its body, about: its headers, its job.
inline constexpr size_t kBytesBesideBody = 4096;

// Before a URL that the fetcher had no room for is offered again.
inline constexpr Milliseconds kNoRoomRest{20};

// How long it is to `time`, rounded up; zero when that is past.
inline Milliseconds Until(SteadyTime time, SteadyTime now) {
  return std::max(std::chrono::ceil<Milliseconds>(time - now), Milliseconds(0));
}

struct CrawlOptions {
  bool fresh = false;                // abandon an unfinished run
  std::optional<int64_t> max_pages;  // a site
  std::optional<Milliseconds> time;  // from Run's begin
  // Of what is known only the seeds are fetched, and what was found from them and may still be:
  // whole, whenever they were fetched before. All else is left as it is.
  bool seeds_only = false;
};

// What a site's run came to.
struct SiteReport {
  std::string site;
  RunOutcome outcome = RunOutcome::kComplete;
  int exit_code = 0;
  int64_t pages = 0, failed = 0, pending = 0;
  RunId run = 0;
  RunTotals totals;                   // of the run, over all processes that it took
  bool first = false;                 // the site had no run before
  std::vector<std::string> findings;  // what needs attention, a line each
};

// Single-threaded but for Stop. The references must outlive it.
class Crawl {
 public:
  Crawl(std::vector<Config> configs, CrawlOptions options, Store& store, Fetcher& fetcher,
        const Clock& clock, CrawlListener& listener);

  // Runs until nothing is due within limits.wait, a budget is used up or Stop was called. Throws
  // StorageError; what was committed until then is continued from by the next crawl.
  std::vector<SiteReport> Run();
  // Makes Run hand out nothing more, wait at most 5 s for what is in flight and return.
  // Async-signal-safe.
  void Stop();

 private:
  // A host as the crawl knows it beside its queue; indexed by HostId.
  struct HostState {
    explicit HostState(Milliseconds delay) : politeness(delay) {}
    Politeness politeness;
    struct Origin {
      std::string name;
      bool answers = false;     // it gave a response to this process
      bool in_trouble = false;  // its last fetch failed as those of a host do that is down
    };
    std::vector<Origin> origins;
    enum class Unsaved : uint8_t { kNothing, kClock, kAll };
    Unsaved unsaved = Unsaved::kNothing;   // what the database does not know: in changed_hosts_
    SteadyTime saved_at{};                 // when it was told
    bool saved = false;                    // it knows the host
    WaitReason rest = WaitReason::kDelay;  // why it rests until rest_until
    SteadyTime rest_until{};
    size_t given_back = 0;  // fetches in a row that were not begun
  };
  struct PageFetch {
    HandOut from;
    UrlDetails details;
    Url url;
    SteadyTime started;
    bool conditional = false;  // asked for changes only
    bool alone = false;        // in a process of its own
    uint64_t cookies = 0;      // that went along, as a hash
    int worker = 0;            // the process that has it
    size_t place = 0;          // in running_

    UrlId id() const { return from.item.url(); }
    SiteIndex site() const { return from.item.site(); }
  };
  // A fetch that has ended, and whose host has been told; its page is still to be read.
  struct Arrival {
    std::shared_ptr<const PageFetch> fetch;
    FetchResult result;
    FetchVerdict verdict;
    Timestamp fetched_at;
    std::string_view error;  // why the page is none for all that it was fetched; empty: it is one

    size_t bytes() const {
      return kBytesBesideBody + result.text.size() + result.stored_body.size();
    }
  };
  struct RobotsFetch {
    std::string origin;  // whose robots.txt it is
    HostId held;         // its host, which waits for the answer
    HostId host;         // where to ask: another one after a redirect
    Url url;
    const SiteRun* site;
    int redirects = 0;
    bool in_flight = false;
    SteadyTime started{};
    int worker = 0;
  };
  using RobotsFetches = std::list<RobotsFetch>;

  // crawl_start.cc: how it begins.
  void Start();
  void AccountForDeath();
  void OpenRun(SiteRun& site);

  // crawl_known.cc: the URLs that the database knows.
  struct KnownUrls;
  void LoadUrls();
  void LoadUrl(const KnownUrl& known, SiteRun& site, KnownUrls* all);
  static bool LoadSeed(const KnownUrl& known, uint64_t fingerprint, const SeedMarks& marks,
                       SiteRun* site, KnownUrls* all);
  void LoadSeeds();
  static void AskAnew(const SiteRun& site, UrlId id, UrlDetails* details);
  void AskAgain(const FrontierItem& item);
  bool IsDue(const SiteRun& site, const KnownUrl& known, Timestamp wall) const;

  // crawl_logins.cc: what must be told again.
  void LogIn(SiteRun& site);
  bool LogsIn(const SiteRun& site, UrlId id);
  FetchResult LastAnswer(UrlId id, const UrlDetails& url);

  // crawl.cc: the loop.
  bool IsFinished(SteadyTime now) const;
  void Dispatch();
  void Refill(SteadyTime now);
  void DispatchRobots(SteadyTime now);
  void HandleHandOut(const HandOut& next, SteadyTime now);
  bool RobotsLetIn(const HandOut& next, UrlDetails& details, const Url& url, SteadyTime now);
  void KeepOut(const HandOut& next, const UrlDetails& details, const std::string& why);
  void WaitForRobots(const HandOut& next, const UrlDetails& details, const Url& url,
                     const RobotsCache::Decision& decision, SteadyTime now);
  bool WaitsForCrawlDelay(const HandOut& next, std::optional<Milliseconds> delay, SteadyTime now);
  void PutBack(const HandOut& next, bool alone, SteadyTime now);
  void StartFetch(const HandOut& next, UrlDetails details, Url url, SteadyTime now);
  FetchJob MakeJob(const SiteRun& site, const Url& url) const;
  FetchJob MakePageJob(SiteRun& site, PageFetch& fetch) const;
  bool Submit(HostId host, FetchJob job, SteadyTime now, Fetcher::Callback callback);
  bool Fetch(HostId host, FetchJob job, Fetcher::Callback callback);
  Milliseconds WaitTime(SteadyTime now) const;
  void CheckBudgets(SteadyTime now);
  void TellProgress(SteadyTime now);
  void TellTrouble();
  void CommitIfDue(SteadyTime now);
  bool CommitIsWorthIt(SteadyTime now) const;
  void NoteWritten(SteadyTime now);
  void Commit();
  void Drain();

  // crawl_finish.cc: what it came to.
  std::vector<SiteReport> Finish();
  void MarkGone(const std::vector<SiteReport>& reports);
  void Prune(const std::vector<SiteReport>& reports);
  RunOutcome OutcomeOf(const SiteRun& site) const;
  SiteReport Report(const SiteRun& site, PagesLeftOut& left_out);
  void ReportFailures(const SiteRun& site, SiteReport* report);
  std::string WhyNoPage(const SiteRun& site, std::string_view url, std::string_view reason);
  std::string WhyHostRests(const SiteRun& site, std::string_view url);
  bool ReportSeeds(const SiteRun& site, SiteReport* report);
  bool ReportSeedTargets(const SiteRun& site, SiteReport* report);

  // crawl_page.cc: what becomes of a fetch.
  void OnFetched(std::shared_ptr<const PageFetch> fetch, FetchResult result);
  void HandleArrivals();
  void HandleNextArrival();
  void HandleArrival(Arrival arrival);
  size_t TakePage(Arrival& arrival, UrlUpdate* update);
  void TellPage(const Arrival& arrival, const UrlUpdate& update, size_t rows);
  void TellFailed(const SiteRun& site, const UrlDetails& url, std::string_view why);
  PageId StorePage(const SiteRun& site, const Arrival& arrival, std::string_view flags);
  ParsedPage Parse(SiteRun& site, const Arrival& arrival);
  size_t StoreRows(SiteRun& site, const PageFetch& fetch, PageId page, const ParsedPage& parsed,
                   bool* kept_old);
  bool IsChanged(const SiteRun& site, const PageFetch& fetch, const FetchResult& result);
  void SetInterval(const SiteRun& site, const PageFetch& fetch, bool changed, UrlUpdate* update);
  UrlUpdate UpdateFor(SiteRun& site, const Arrival& arrival);
  void JudgeFailure(const SiteRun& site, const PageFetch& fetch, const FetchVerdict& verdict,
                    UrlUpdate* update);
  void JudgeLoss(SiteRun& site, const PageFetch& fetch, UrlUpdate* update);
  void Settle(SiteRun& site, const PageFetch& fetch, const UrlUpdate& update);
  void CountSettled(SiteRun& site, UrlId url, const UrlUpdate& update);
  // `gone`: its last answer says so (IsGone).
  void CountFailed(SiteRun& site, UrlId url, bool gone);

  // crawl_seeds.cc: the seeds that nobody knows yet.
  void AddSeeds(SiteRun& site);
  void AddSeed(SiteRun& site, const SeedConfig& seed, const Url& named);
  void AddSeedList(SiteRun& site, const std::string& path);

  // crawl_links.cc: the URLs that a page leads to.
  void AddLinks(SiteRun& site, const PageFetch& fetch, const ParsedPage& parsed);
  void AddLink(SiteRun& site, const PageFetch& fetch, const Url& url);
  void AddRedirect(SiteRun& site, const PageFetch& fetch, FetchVerdict* verdict);
  uint64_t NoteRedirect(SiteRun& site, UrlId id, const UrlDetails& from,
                        const FetchVerdict& redirect);
  void RestoreRedirects(SiteRun& site);
  void LeadBack(SiteRun& site, const PageFetch& fetch, const Url& url, uint64_t fingerprint,
                FetchVerdict* verdict);
  std::vector<UrlId> RedirectsBefore(const PageFetch& fetch);
  UrlId ReachedFrom(const PageFetch& fetch, uint64_t fingerprint);
  bool MayLeadOut(SiteRun& site, UrlId id, const Url& url) const;
  void AskOnceMore(SiteRun& site, const PageFetch& fetch, UrlId id, const Url& url,
                   FetchVerdict* verdict);
  bool IsSitemap(const SiteRun& site, const PageFetch& fetch) const;
  void AddSitemap(SiteRun& site, const PageFetch& fetch, std::string_view text,
                  FetchVerdict* verdict);
  size_t ReadSitemap(SiteRun& site, const PageFetch& fetch, std::string_view text);
  void AddFound(SiteRun& site, const PageFetch& fetch, const Url& url, NewUrl added,
                const ScopeDecision& decision);
  void CountDropped(const SiteRun& site, const PageFetch& fetch, std::string_view reason,
                    size_t count);

  // crawl_hosts.cc: what is known of hosts.
  void LoadHosts();
  bool RestoreHost(HostId host, const std::string& origin);
  HostId HostOf(const SiteRun& site, const Url& url);
  void AddOrigin(HostId host, const SiteRun& site, const Url& url);
  void SetAhead(HostId host);
  void Queue(SiteRun& site, const Url& url, UrlId id, std::optional<Timestamp> not_before);
  void AccountForHost(HostId host, const Url& url, const FetchVerdict& verdict,
                      const FetchResult& result, SteadyTime started);
  bool OthersMayAnswer(HostId host, std::string_view origin) const;
  enum class HostsToSave { kThoseDue, kAll };
  void MarkChanged(HostId host);
  void MarkUsed(HostId host);
  void SaveHosts(HostsToSave which);
  void SaveHost(HostId host, SteadyTime now, Timestamp wall);

  // crawl_look.cc: what is told to who looks on.
  int64_t UnderWay() const;  // fetches
  CrawlLook Look(CrawlPhase phase, SteadyTime now) const;
  void LookAtHosts(SteadyTime now, CrawlLook* look) const;
  std::optional<WaitingHost> LookAtHost(HostId id, SteadyTime now) const;
  void ShowTo(CrawlListener& listener, CrawlPhase phase) const;
  void NoteRest(HostId host, WaitReason why, Milliseconds rest, SteadyTime now);
  void NoteStarted(PageFetch& fetch);
  void NoteEnded(const PageFetch& fetch);

  // crawl_robots.cc
  void AskForRobots(const HandOut& next, const Url& url);
  void DispatchRobots(RobotsFetches::iterator fetch, SteadyTime now);
  void OnRobots(RobotsFetches::iterator fetch, FetchResult result);
  void EndRobots(RobotsFetches::iterator fetch);

  // crawl_addresses.cc
  bool IsInItsQueue(const HandOut& next, const Url& url, SteadyTime now);
  bool KnowsAddress(const SiteRun& site, const Url& url, SteadyTime now);
  void OnAddresses(const SiteRun& site, const Url& url, HostId held, FetchResult result);

  const CrawlOptions options_;
  Store& store_;
  LogWatch log_;
  Fetcher& fetcher_;
  const Clock& clock_;
  CrawlListener& listener_;

  std::vector<std::unique_ptr<SiteRun>> sites_;
  Frontier frontier_;
  std::vector<HostState> hosts_;
  std::unordered_map<std::string, HostRecord> earlier_hosts_;  // by origin: not asked for yet
  std::vector<HostId> changed_hosts_;
  std::vector<HostId> unsaved_hosts_;  // those whose `saved` is false, and maybe some others
  RobotsCache robots_;
  AddressBook addresses_;
  std::unordered_set<std::string> asked_addresses_;  // hosts
  RobotsFetches robots_fetches_;
  std::vector<PageFetch*> running_;  // in flight, in no order
  std::deque<Arrival> arrivals_;
  size_t arrived_bytes_ = 0;  // of these
  Progress progress_;
  std::mt19937_64 random_;
  size_t uncommitted_pages_ = 0;
  std::optional<SteadyTime> uncommitted_since_;
  std::chrono::nanoseconds commit_time_{0};  // what the last commit took
  SteadyTime next_progress_{};
  int shortage_looks_ = 0;  // in a row, at which there were too few fetcher processes
  bool said_shortage_ = false;
  std::atomic<bool> stop_{false};
  // Ends with this object: the fetcher may outlive it, and calls back what it has to cancel.
  const std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace thresh
