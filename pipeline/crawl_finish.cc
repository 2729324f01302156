// How a crawl ends: what its sites' runs came to, what is gone, what is kept of the past.
#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "pipeline/commands.h"
#include "pipeline/crawl.h"
#include "pipeline/fallen_share.h"
#include "pipeline/health.h"
#include "pipeline/number_text.h"
#include "pipeline/seen_set.h"
#include "pipeline/stored_page.h"
#include "pipeline/story_text.h"
#include "storage/pages_left_out.h"

namespace thresh {
namespace {

constexpr int64_t kNamedSeeds = 10;

// What seeds lead to: not what they led to in another run, whatever that leads to now.
std::unordered_set<uint64_t> TargetsOf(const std::vector<SeedRedirect>& redirects) {
  std::unordered_multimap<uint64_t, uint64_t> next;
  for (const SeedRedirect& redirect : redirects) next.emplace(redirect.from, redirect.to);
  std::unordered_set<uint64_t> targets;
  std::vector<uint64_t> open = {0};
  while (!open.empty()) {
    const auto [begin, end] = next.equal_range(open.back());
    open.pop_back();
    for (auto redirect = begin; redirect != end; ++redirect) {
      if (targets.insert(redirect->second).second) open.push_back(redirect->second);
    }
  }
  return targets;
}

// That some pages go is how sites are: of a few, chance says how many may be gone at a time.
bool TooManyFailed(const SiteRun& site) {
  const double limit = site.config.limits.failed;
  const auto share_of = [&](int64_t part) { return Share{part, site.settled}; };
  if (share_of(site.failed).value() <= limit) return false;
  return share_of(site.failed - site.newly_gone).value() > limit ||
         ChanceOf(share_of(site.settled - site.failed), 1 - limit) <= kByChance;
}

}  // namespace

RunOutcome Crawl::OutcomeOf(const SiteRun& site) const {
  if (site.pending == 0) return RunOutcome::kComplete;
  if (stop_.load()) return RunOutcome::kInterrupted;
  return site.stopped.value_or(RunOutcome::kWaiting);
}

// What needs attention, and the exit code that says so.
SiteReport Crawl::Report(const SiteRun& site, PagesLeftOut& left_out) {
  SiteReport report;
  report.site = site.config.name;
  report.outcome = OutcomeOf(site);
  report.pages = site.pages;
  report.failed = site.failed;
  report.pending = site.pending;
  if (report.outcome == RunOutcome::kInterrupted) {
    report.exit_code = kExitInterrupted;
    return report;
  }
  report.findings = CheckHealth(store_, site.config.name, site.run, report.outcome,
                                *site.config.extractor, left_out);
  if (site.kept_out_pages > 0) {
    report.findings.push_back(
        fmt::format("robots.txt keeps out {} that earlier runs fetched, {} among them: exclude "
                    "them (follow) if that is right",
                    Counted(site.kept_out_pages, "page"), site.kept_out_page));
  }
  if (!report.findings.empty()) report.exit_code = kExitHealth;
  ReportFailures(site, &report);
  if (site.kept_out_by_budget > 0) {
    report.findings.push_back(
        fmt::format("{} URLs kept out by limits.per_shape or limits.per_domain: is that a trap? "
                    "See the table dropped",
                    site.kept_out_by_budget));
  }
  return report;
}

// Seeds that gave no page, too large a share of failures, and hosts that let little be done; only
// that they let nothing be done is a failure.
void Crawl::ReportFailures(const SiteRun& site, SiteReport* report) {
  const bool bad_seeds = report->outcome != RunOutcome::kBudget && ReportSeeds(site, report);
  const bool too_many = TooManyFailed(site);
  if (too_many) {
    report->findings.push_back(
        fmt::format("{} of {} pages failed (limits.failed)", site.failed, site.settled));
  }
  const bool mostly_left = report->outcome == RunOutcome::kWaiting && site.pending > site.settled;
  if (mostly_left && !bad_seeds && !site.seeds.empty()) {
    const std::string done = site.settled == 0
                                 ? "nothing was fetched"
                                 : Counted(site.settled, "URL was", "URLs were") + " fetched";
    const std::string seed = store_.ReadUrl(site.seeds.front().first).url;
    const std::string rest = WhyHostRests(site, seed);
    report->findings.push_back(
        fmt::format("{}, {} left; {}: {}", done, Counted(site.pending, "URL"), seed,
                    rest.empty() ? "others wait for longer than limits.wait" : rest));
  }
  const bool nothing_done = mostly_left && site.settled == 0;
  if ((bad_seeds || too_many || nothing_done) && report->exit_code == kExitOk) {
    report->exit_code = kExitFailedPages;  // kExitHealth is worse
  }
}

// Why a URL is not done, which has `reason`; without one it waits for its turn.
std::string Crawl::WhyNoPage(const SiteRun& site, std::string_view url, std::string_view reason) {
  if (!reason.empty()) return std::string(reason);
  const std::string rest = WhyHostRests(site, url);
  return rest.empty() ? "not fetched yet" : "not fetched yet: " + rest;
}

// Empty when it does not, or not for long.
std::string Crawl::WhyHostRests(const SiteRun& site, std::string_view url) {
  const Url parsed = ParseStoredUrl(url);
  const auto host = LookAtHost(HostOf(site, parsed), clock_.Steady());
  if (!host || host->rest <= site.config.limits.wait) return "";
  const auto crawl_delay =
      robots_.CrawlDelay(parsed.origin(), site.UserAgent(site.Settings(parsed)));
  const bool by_robots = host->why == WaitReason::kDelay && crawl_delay >= host->delay;
  return fmt::format("its host rests for {}: {}", InWords(host->rest),
                     by_robots ? "Crawl-delay in its robots.txt" : Describe(*host));
}

// Whether there are seeds that gave no page. Names the first of them: a list may have millions.
bool Crawl::ReportSeeds(const SiteRun& site, SiteReport* report) {
  int64_t count = 0;
  store_.ForEachSeedNotDone(site.seeds, [&](const SeedNotDone& seed) {
    const std::string why = WhyNoPage(site, seed.url, seed.reason);
    if (seed.state != UrlState::kFailed) listener_.OnSeedLeft({site.config.name, seed.url, why});
    if (++count > kNamedSeeds) return;
    report->findings.push_back(fmt::format("seed {}: {}", seed.url, why));
  });
  const int64_t more = count - kNamedSeeds;
  if (more > 0) report->findings.push_back(Counted(more, "more seed") + " gave no page");
  for (const std::string& path : site.empty_lists) {
    report->findings.push_back(fmt::format("seed list:{}: no line of it is a URL", path));
  }
  return ReportSeedTargets(site, report) || count > 0 || !site.empty_lists.empty();
}

// Whether there are seeds whose redirects ended in no page. Reads the row of each URL that
// redirects of seeds may have led to.
bool Crawl::ReportSeedTargets(const SiteRun& site, SiteReport* report) {
  if (site.seed_redirects.empty()) return false;
  const std::unordered_set<uint64_t> targets = TargetsOf(site.seed_redirects);
  int64_t not_done = 0;
  for (const UrlId id : site.found_at_depth_0) {
    const UrlDetails url = store_.ReadUrl(id);
    if (url.state == UrlState::kDone) continue;
    if (!targets.contains(FingerprintOf(url))) continue;
    const std::string why = WhyNoPage(site, url.url, url.reason);
    if (url.state != UrlState::kFailed) listener_.OnSeedLeft({site.config.name, url.url, why});
    if (++not_done > kNamedSeeds) continue;
    report->findings.push_back(fmt::format("seed {}: led to {}: {}", url.seed_url, url.url, why));
  }
  const int64_t more = not_done - kNamedSeeds;
  if (more > 0) report->findings.push_back(Counted(more, "more seed") + " led to no page");
  return not_done > 0;
}

std::vector<SiteReport> Crawl::Finish() {
  std::vector<SiteReport> reports;
  std::vector<RunId> runs;
  for (const auto& site : sites_) runs.push_back(site->run);
  const auto left_out = store_.FindPagesLeftOut(runs);
  for (const auto& site : sites_) {
    RestoreRedirects(*site);
    reports.push_back(Report(*site, *left_out));
  }
  MarkGone(reports);
  for (size_t i = 0; i < sites_.size(); ++i) {
    const SiteRun& site = *sites_[i];
    SiteReport& report = reports[i];
    store_.FinishRun(site.run, report.outcome, report.exit_code, clock_.Wall());
    report.run = site.run;
    report.totals = store_.ReadTotals(site.run);
    report.first = site.first;
  }
  SaveHosts(HostsToSave::kAll);
  Commit();
  Prune(reports);
  return reports;
}

// Of the sites that were crawled wholly. All rows of a first run are of what is there: to look for
// others would be to read them all.
void Crawl::MarkGone(const std::vector<SiteReport>& reports) {
  std::map<int, std::map<std::string, RunId>> runs;  // by recrawl.gone_after
  for (size_t i = 0; i < sites_.size(); ++i) {
    const SiteRun& site = *sites_[i];
    if (reports[i].outcome != RunOutcome::kComplete || site.first) continue;
    runs[site.config.recrawl.gone_after].emplace(site.config.name, site.run);
  }
  for (const auto& [gone_after, sites] : runs) store_.MarkGone(sites, clock_.Wall(), gone_after);
}

void Crawl::Prune(const std::vector<SiteReport>& reports) {
  std::map<Milliseconds, std::vector<std::string>> sites;  // by store.keep
  for (size_t i = 0; i < sites_.size(); ++i) {
    const Config& config = sites_[i]->config;
    if (config.store.keep && reports[i].outcome == RunOutcome::kComplete) {
      sites[*config.store.keep].push_back(config.name);
    }
  }
  for (const auto& [keep, names] : sites) store_.Prune(names, clock_.Wall() - keep);
}

}  // namespace thresh
