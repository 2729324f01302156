// What becomes of a finished fetch: its page and rows, its URL's state, its host's delay.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "parser/charset.h"
#include "parser/link_header.h"
#include "parser/robots_tag.h"
#include "parser/utf8.h"
#include "pipeline/crawl.h"
#include "pipeline/validators.h"

namespace thresh {
namespace {

// The least time between two visits to a page, where recrawl.min does not say.
constexpr Milliseconds kLeastInterval = std::chrono::hours(1);

constexpr size_t kMaxHeaderLinks = 16;
// More fetches in a row no process gives back, except one that lies; then that counts as a failure.
constexpr size_t kMostGivenBack = 1000;
// So much may wait to be read: what comes then is taken only as pages are read. One of them may be
// larger.
constexpr size_t kMostArrivedBytes = 8u << 20;
// Pages are read for so long, then answers are taken and URLs handed out.
constexpr std::chrono::microseconds kLongestUnfilled{500};
// Why a page failed that was fetched well: a host's `reject` matches its body, or there was not the
// memory to parse it.
constexpr std::string_view kBlocked = "blocked";
constexpr std::string_view kOutOfMemory = "out-of-memory";

// As UTF-8, since a column of text holds it.
std::string HeaderText(const HeaderList& headers) {
  std::string text;
  size_t bytes = 0;
  for (const auto& [name, value] : headers) bytes += name.size() + value.size() + 3;
  text.reserve(bytes);
  for (const auto& [name, value] : headers) {
    text.append(name).append(": ").append(value).append("\n");
  }
  return CopyAsValidUtf8(text);
}

std::string PageFlags(const FetchResult& result, bool cut_short) {
  std::string flags;
  if (!result.charset.name.empty()) flags.append("charset=").append(Name(result.charset.source));
  if (cut_short) flags += flags.empty() ? "cut-short" : " cut-short";
  if (result.mislabelled) flags += flags.empty() ? "mislabelled" : " mislabelled";
  return flags;
}

// A page that failed, though it was fetched well, may do better another time.
void Fail(std::string_view why, FetchVerdict* verdict) {
  verdict->kind = FetchVerdict::Kind::kRetry;
  verdict->reason = why;
}

// The next page that an API names in its Link header.
void AddHeaderLinks(const FetchResult& result, const Url& base, PageLinks* links) {
  for (const auto& [name, value] : result.headers) {
    if (name != "link") continue;
    for (const HeaderLink& link : ParseLinkHeader(value, kMaxHeaderLinks)) {
      if (auto url = Url::Parse(link.target, &base)) links->links.push_back({*url, link.nofollow});
    }
  }
}

// As a page that had rows must not do in silence.
bool LeadsElsewhere(const FetchResult& result) {
  return result.error == FetchError::kNone && result.status >= 300 && result.status < 400 &&
         result.status != 304;
}

bool HeaderForbidsFollowing(const FetchResult& result, const std::string& user_agent) {
  for (const auto& [name, value] : result.headers) {
    if (name == "x-robots-tag" && ParseRobotsTag(value, user_agent).nofollow) return true;
  }
  return false;
}

}  // namespace

// The completion callback of a page's fetch: does what decides on when its host is asked next. The
// page itself is read when all that has ended was taken and the next URLs were handed out, so that
// neither a host nor the fetcher's processes wait for a page to be parsed.
void Crawl::OnFetched(std::shared_ptr<const PageFetch> fetch, FetchResult result) {
  SiteRun& site = *sites_[fetch->site()];
  --site.in_flight;
  NoteEnded(*fetch);
  frontier_.Release(fetch->from.host);
  if (result.error == FetchError::kCancelled) return;  // it stays pending
  HostState& host = hosts_[fetch->from.host];
  if (result.error == FetchError::kNotBegun && ++host.given_back <= kMostGivenBack) {
    return frontier_.AddFirst(fetch->from.host, fetch->from.item);
  }
  host.given_back = 0;

  FetchVerdict verdict = JudgeFetch(fetch->url, result, fetch->conditional);
  const bool rejected =
      verdict.kind == FetchVerdict::Kind::kPage && site.Settings(fetch->url).Rejects(result.text);
  if (rejected) {
    Fail(kBlocked, &verdict);
    verdict.host_failed = true;
  }
  ++site.pages;
  AccountForHost(fetch->from.host, fetch->url, verdict, result, fetch->started);
  const Timestamp now = clock_.Wall();
  site.TakeCookies(fetch->url, result, now);
  arrivals_.push_back({std::move(fetch), std::move(result), std::move(verdict), now,
                       rejected ? kBlocked : std::string_view()});
  arrived_bytes_ += arrivals_.back().bytes();
  while (arrived_bytes_ > kMostArrivedBytes) HandleNextArrival();
}

// Reads pages for a while, or until what they came to is worth a commit.
void Crawl::HandleArrivals() {
  const SteadyTime begin = clock_.Steady();
  for (SteadyTime now = begin; now - begin < kLongestUnfilled; now = clock_.Steady()) {
    if (arrivals_.empty() || CommitIsWorthIt(now)) return;
    HandleNextArrival();
  }
}

void Crawl::HandleNextArrival() {
  Arrival arrival = std::move(arrivals_.front());
  arrivals_.pop_front();
  arrived_bytes_ -= arrival.bytes();
  HandleArrival(std::move(arrival));
}

void Crawl::HandleArrival(Arrival arrival) {
  UrlUpdate update;
  const size_t rows = TakePage(arrival, &update);
  Settle(*sites_[arrival.fetch->site()], *arrival.fetch, update);
  TellPage(arrival, update, rows);
  progress_.rows += static_cast<int64_t>(rows);
  progress_.bytes += static_cast<int64_t>(arrival.result.body_bytes);
  NoteWritten(clock_.Steady());
  ++uncommitted_pages_;
}

// Stores the page, its rows and what it leads to, and says what becomes of its URL; gives how many
// rows there were.
size_t Crawl::TakePage(Arrival& arrival, UrlUpdate* update) {
  const PageFetch& fetch = *arrival.fetch;
  const FetchResult& result = arrival.result;
  FetchVerdict& verdict = arrival.verdict;
  SiteRun& site = *sites_[fetch.site()];
  ParsedPage parsed;
  if (verdict.kind == FetchVerdict::Kind::kPage) parsed = Parse(site, arrival);
  if (verdict.kind == FetchVerdict::Kind::kRedirect) AddRedirect(site, fetch, &verdict);
  if (LeadsElsewhere(result) && verdict.kind != FetchVerdict::Kind::kAgain) {
    parsed.extraction.records.resize(site.config.extractor->schemas().size());
  }
  if (parsed.out_of_memory) Fail(arrival.error = kOutOfMemory, &verdict);
  const bool changed = IsChanged(site, fetch, result);
  const bool cut_short = parsed.extraction.cut_short || parsed.rule_links.cut_short;
  const PageId page = StorePage(site, arrival, PageFlags(result, cut_short));
  bool kept_old = false;
  const size_t rows = StoreRows(site, fetch, page, parsed, &kept_old);
  if (verdict.kind == FetchVerdict::Kind::kPage) {
    if (IsSitemap(site, fetch)) {
      AddSitemap(site, fetch, result.text, &verdict);
    } else {
      AddLinks(site, fetch, parsed);
    }
  }
  *update = UpdateFor(site, arrival);
  // A page that was bad, or had not the time to tell all, must come whole again.
  if (kept_old || cut_short) update->etag = update->last_modified = "";
  const bool gone = IsGoneAgain(*update) && update->attempts >= site.config.recrawl.gone_after;
  if (update->state == UrlState::kDone || gone) SetInterval(site, fetch, changed && !gone, update);
  return rows;
}

void Crawl::TellPage(const Arrival& arrival, const UrlUpdate& update, size_t rows) {
  const PageFetch& fetch = *arrival.fetch;
  const FetchResult& result = arrival.result;
  PageEvent event;
  event.site = sites_[fetch.site()]->config.name;
  event.url = fetch.details.url;
  event.status = result.status;
  event.state = update.state;
  event.reason = update.reason;
  if (result.error != FetchError::kNone) event.error = Name(result.error);
  event.attempts = update.attempts;
  event.next_at = update.state == UrlState::kPending ? update.next_at : std::nullopt;
  event.worker = fetch.worker;
  event.elapsed = result.elapsed;
  event.bytes = result.body_bytes;
  event.rows = rows;
  event.seed = fetch.details.seed_url;
  event.ends_seed = fetch.details.depth == 0 && update.state != UrlState::kPending &&
                    arrival.verdict.kind != FetchVerdict::Kind::kRedirect;
  listener_.OnPage(event);
}

// A URL that failed without a fetch.
void Crawl::TellFailed(const SiteRun& site, const UrlDetails& url, std::string_view why) {
  PageEvent event;
  event.site = site.config.name;
  event.url = url.url;
  event.state = UrlState::kFailed;
  event.reason = why;
  event.attempts = url.attempts;
  event.seed = url.seed_url;
  event.ends_seed = url.depth == 0;
  listener_.OnPage(event);
}

PageId Crawl::StorePage(const SiteRun& site, const Arrival& arrival, std::string_view flags) {
  const PageFetch& fetch = *arrival.fetch;
  const FetchResult& result = arrival.result;
  const std::string headers = HeaderText(result.headers);
  const std::string content_type = CopyAsValidUtf8(result.Header("content-type"));
  PageRecord page;
  page.url_id = fetch.id();
  page.fetched_at = arrival.fetched_at;
  page.status = result.status;
  page.final_url = fetch.details.url;
  page.content_type = content_type;
  page.charset = result.charset.name;
  page.bytes = result.body_bytes;
  page.elapsed = result.elapsed;
  page.headers = headers;
  page.body_hash = result.body_hash;
  page.stored_body = result.stored_body;
  if (result.error != FetchError::kNone) page.error = Name(result.error);
  if (!arrival.error.empty()) page.error = arrival.error;
  page.flags = flags;
  page.keep_all_bodies = site.config.store.bodies == StoreConfig::Bodies::kAll;
  return store_.AddPage(site.run, page);
}

ParsedPage Crawl::Parse(SiteRun& site, const Arrival& arrival) {
  const PageFetch& fetch = *arrival.fetch;
  const FetchResult& result = arrival.result;
  if (IsSitemap(site, fetch)) return {};
  const std::string content_type = MediaType(result.Header("content-type"));
  const std::string fetched_at = ToIso8601(arrival.fetched_at);
  PageView page;
  page.text = result.text;
  page.charset = result.charset.name;
  page.url = &fetch.url;
  page.seed = fetch.details.seed_url;
  page.content_type = content_type;
  page.fetched_at = fetched_at;
  page.status = result.status;
  page.size = result.body_bytes;
  page.headers = &result.headers;
  const bool nofollow = HeaderForbidsFollowing(result, site.UserAgent(site.Settings(fetch.url)));
  store_.NoteParsing(fetch.id());
  ParsedPage parsed = ParsePage(site.config, page, clock_, nofollow ? nullptr : &site.known_links);
  store_.NoteParsing(0);
  if (nofollow) parsed.links.meta_nofollow = true;
  if (site.config.html_links) AddHeaderLinks(result, fetch.url, &parsed.links);
  return parsed;
}

// Writes the rows of every record that let the page in; gives how many.
size_t Crawl::StoreRows(SiteRun& site, const PageFetch& fetch, PageId page,
                        const ParsedPage& parsed, bool* kept_old) {
  size_t rows = 0;
  const auto& schemas = site.config.extractor->schemas();
  for (size_t i = 0; i < parsed.extraction.records.size(); ++i) {
    const RecordExtraction& found = parsed.extraction.records[i];
    const RowChanges changes =
        store_.ApplyRows(site.config.name, site.run, fetch.id(), page, schemas[i], found,
                         clock_.Wall(), site.config.recrawl.gone_after);
    if (changes.kept_old) *kept_old = true;
    if (!found.applies) continue;
    listener_.OnRows(fetch.details.seed_url, schemas[i], found.rows);
    if (!found.no_json.empty()) listener_.OnNoJson(fetch.details.url, found.no_json);
    rows += found.rows.size();
  }
  return rows;
}

// Whether the body differs from the last one that was fetched well. Only asked where it decides on
// the next visit.
bool Crawl::IsChanged(const SiteRun& site, const PageFetch& fetch, const FetchResult& result) {
  if (!site.config.recrawl.max || result.status == 304) return false;
  return store_.LatestBodyHash(fetch.id()) != result.body_hash;
}

// With recrawl.max a page is due again after an interval of its own: half the last one when it has
// changed, half as much again when it has not.
void Crawl::SetInterval(const SiteRun& site, const PageFetch& fetch, bool changed,
                        UrlUpdate* update) {
  const RecrawlConfig& recrawl = site.config.recrawl;
  if (!recrawl.max) return;
  const Milliseconds least = std::min(recrawl.min.value_or(kLeastInterval), *recrawl.max);
  const auto last = fetch.details.interval;
  const Milliseconds next = !last ? least : changed ? *last / 2 : *last * 3 / 2;
  update->interval = std::clamp(next, least, *recrawl.max);
  update->next_at = clock_.Wall() + *update->interval;
}

UrlUpdate Crawl::UpdateFor(SiteRun& site, const Arrival& arrival) {
  using Kind = FetchVerdict::Kind;
  const PageFetch& fetch = *arrival.fetch;
  const FetchResult& result = arrival.result;
  const FetchVerdict& verdict = arrival.verdict;
  const UrlDetails& before = fetch.details;
  UrlUpdate update = AsItIs(before);
  update.reason = verdict.reason;
  if (result.error == FetchError::kWorkerLost) {
    JudgeLoss(site, fetch, &update);
    return update;
  }
  update.last_status = result.status;
  update.etag = update.last_modified = "";
  if (verdict.kind == Kind::kAgain) {
    update.state = UrlState::kPending;
  } else if (verdict.kind == Kind::kRetry || verdict.kind == Kind::kFail) {
    JudgeFailure(site, fetch, verdict, &update);
  } else {
    update.state = UrlState::kDone;
    update.reason.clear();
    update.attempts = 0;
    update.lone_deaths = 0;
    const bool unchanged = verdict.kind == Kind::kUnchanged;
    const Validators its = ValidatorsOf(result, arrival.fetched_at);
    update.etag = unchanged && its.etag.empty() ? before.etag : its.etag;
    update.last_modified =
        unchanged && its.last_modified.empty() ? before.last_modified : its.last_modified;
  }
  return update;
}

// Tried again after a back-off, as long as attempts are left, of which each run has as many. What
// says again that it is not there is counted over the runs; a site that was down meanwhile makes it
// no news.
void Crawl::JudgeFailure(const SiteRun& site, const PageFetch& fetch, const FetchVerdict& verdict,
                         UrlUpdate* update) {
  const UrlDetails& before = fetch.details;
  const bool may_go_on = verdict.kind == FetchVerdict::Kind::kRetry;
  const bool says_the_same = before.last_status == update->last_status ||
                             (IsGone(before.last_status) && IsGone(update->last_status));
  const bool counts_on = may_go_on ? before.state == UrlState::kPending : says_the_same;
  update->attempts = (counts_on ? before.attempts : 0) + 1;
  if (!counts_on && before.attempts > 0 && IsGone(update->last_status)) {
    update->attempts += store_.WasGoneBefore(fetch.id()).value_or(false);
  }
  const bool again = may_go_on && update->attempts <= site.config.fetch.retries;
  update->state = again ? UrlState::kPending : UrlState::kFailed;
  if (again) {
    update->next_at = clock_.Wall() + RetryBackoff(verdict.retry, update->attempts, random_());
  } else if (may_go_on && update->attempts > 1) {
    update->reason = fmt::format("{}, {} times", verdict.reason, update->attempts);
  }
}

// A worker's death counts against a URL only when the URL was alone in it: three such deaths and it
// is not asked for again. Otherwise it is a suspect, and goes alone next.
void Crawl::JudgeLoss(SiteRun& site, const PageFetch& fetch, UrlUpdate* update) {
  update->state = UrlState::kPending;
  site.suspects.insert(fetch.id());
  if (!fetch.alone) return;
  if (++update->lone_deaths < kLoneDeaths) return;
  update->state = UrlState::kSkipped;  // not asked for again until the config changes
  update->reason = fmt::format("quarantined: {} processes died of it", update->lone_deaths);
}

void Crawl::Settle(SiteRun& site, const PageFetch& fetch, const UrlUpdate& update) {
  store_.UpdateUrl(fetch.id(), site.run, update);
  if (update.state == UrlState::kPending) {
    --site.pending;
    Queue(site, fetch.url, fetch.id(), update.next_at);
    return;
  }
  site.suspects.erase(fetch.id());
  CountSettled(site, fetch.id(), update);
}

void Crawl::CountSettled(SiteRun& site, UrlId url, const UrlUpdate& update) {
  --site.pending;
  ++site.settled;
  ++progress_.done;
  if (update.state != UrlState::kFailed) return;
  ++progress_.failed;
  if (!IsGoneAgain(update)) CountFailed(site, url, IsGone(update.last_status));
}

void Crawl::CountFailed(SiteRun& site, UrlId url, bool gone) {
  ++site.failed;
  if (!gone || site.first) return;  // in a first run nothing was there before
  site.newly_gone += store_.WasGoneBefore(url) == false;
}

}  // namespace thresh
