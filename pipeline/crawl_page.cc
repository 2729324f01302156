// What becomes of a finished fetch: its page, rows and links, its URL's state, its host's delay.
#include <fmt/format.h>

#include <utility>

#include "parser/robots_tag.h"
#include "pipeline/crawl.h"

namespace thresh {
namespace {

constexpr int kMaxRedirects = 10;

std::string HeaderText(const HeaderList& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text += name + ": " + value + "\n";
  return text;
}

// "text/html" of "Text/HTML; charset=utf-8".
std::string MediaType(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  std::string type;
  for (const char c : content_type) {
    if (c == ' ' || c == '\t') continue;
    type += static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  return type;
}

std::string Flags(const FetchResult& result, bool cut_short) {
  std::string flags;
  if (!result.charset.name.empty()) flags = fmt::format("charset={}", Name(result.charset.source));
  if (cut_short) flags += flags.empty() ? "cut-short" : " cut-short";
  return flags;
}

bool IsRejected(const HostSettings& settings, std::string_view text) {
  for (const auto& re : settings.reject) {
    if (re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re)) return true;
  }
  return false;
}

}  // namespace

// The completion callback of a page's fetch.
void Crawl::OnFetched(PageFetch& fetch, FetchResult result) {
  SiteRun& site = *sites_[fetch.from.item.site];
  --site.in_flight;
  frontier_.Release(fetch.from.host);
  if (result.error == FetchError::kCancelled) return;  // it stays pending

  FetchVerdict verdict = JudgeFetch(fetch.url, result);
  if (verdict.kind == FetchVerdict::Kind::kPage &&
      IsRejected(site.Settings(fetch.url), result.text)) {
    verdict.kind = FetchVerdict::Kind::kRetry;
    verdict.reason = "blocked";
    verdict.host_failed = true;
  }
  AccountForHost(fetch.from.host, verdict, result, fetch.started);

  ParsedPage parsed;
  if (verdict.kind == FetchVerdict::Kind::kPage) parsed = Parse(site, fetch, result);
  const PageId page = StorePage(site, fetch, result, Flags(result, parsed.extraction.cut_short));
  const size_t rows = StoreRows(site, fetch, page, parsed);
  AddLinks(site, fetch, parsed.links);
  if (verdict.kind == FetchVerdict::Kind::kRedirect) {
    if (RedirectsBefore(fetch.details) < kMaxRedirects) {
      AddRedirect(site, fetch, *verdict.target);
    } else {
      verdict.kind = FetchVerdict::Kind::kFail;
      verdict.reason = fmt::format("more than {} redirects in a row", kMaxRedirects);
    }
  }
  const UrlUpdate update = UpdateFor(site, fetch, result, verdict);
  Settle(site, fetch, update);

  PageEvent event;
  event.site = site.config.name;
  event.url = fetch.details.url;
  event.status = result.status;
  event.state = update.state;
  event.reason = update.reason;
  event.elapsed = result.elapsed;
  event.bytes = result.body_bytes;
  event.rows = rows;
  event.seed = fetch.details.seed_url;
  event.ends_seed = fetch.details.depth == 0 && update.state != UrlState::kPending &&
                    verdict.kind != FetchVerdict::Kind::kRedirect;
  listener_.OnPage(event);
  progress_.rows += static_cast<int64_t>(rows);
  progress_.bytes += static_cast<int64_t>(result.body_bytes);
  if (!uncommitted_since_) uncommitted_since_ = clock_.Steady();
  if (++uncommitted_pages_ >= kPagesPerCommit) Commit();
}

void Crawl::AccountForHost(HostId id, const FetchVerdict& verdict, const FetchResult& result,
                           SteadyTime started) {
  const SteadyTime now = clock_.Steady();
  Politeness& politeness = hosts_[id].politeness;
  Milliseconds rest{0};
  if (verdict.pushback) {
    const auto retry_after = ParseRetryAfter(result.Header("retry-after"), clock_.Wall());
    rest = politeness.OnPushback(retry_after, started, now, random_());
  } else if (verdict.host_failed) {
    rest = politeness.OnFailure(random_());
  } else if (result.error == FetchError::kNone) {
    rest = politeness.OnSuccess();
  }
  frontier_.NotBefore(id, now + rest);
  MarkChanged(id);
}

PageId Crawl::StorePage(SiteRun& site, const PageFetch& fetch, const FetchResult& result,
                        std::string_view flags) {
  const std::string headers = HeaderText(result.headers);
  PageRecord page;
  page.url_id = static_cast<UrlId>(fetch.from.item.url);
  page.fetched_at = clock_.Wall();
  page.status = result.status;
  page.final_url = fetch.details.url;
  page.content_type = result.Header("content-type");
  page.charset = result.charset.name;
  page.bytes = result.body_bytes;
  page.elapsed = result.elapsed;
  page.headers = headers;
  page.body_hash = result.body_hash;
  page.stored_body = result.stored_body;
  if (result.error != FetchError::kNone) page.error = Name(result.error);
  page.flags = flags;
  page.keep_all_bodies = site.config.store.bodies == StoreConfig::Bodies::kAll;
  ++site.pages;
  return store_.AddPage(site.run, page);
}

ParsedPage Crawl::Parse(const SiteRun& site, const PageFetch& fetch, const FetchResult& result) {
  const std::string content_type = MediaType(result.Header("content-type"));
  const std::string fetched_at = ToIso8601(clock_.Wall());
  PageView page;
  page.text = result.text;
  page.url = &fetch.url;
  page.seed = fetch.details.seed_url;
  page.content_type = content_type;
  page.fetched_at = fetched_at;
  page.status = result.status;
  page.size = result.body_bytes;
  page.headers = &result.headers;
  ParsedPage parsed = ParsePage(site.config, page, clock_);
  for (const auto& [name, value] : result.headers) {
    if (name != "x-robots-tag") continue;
    const auto directives = ParseRobotsTag(value, site.UserAgent(site.Settings(fetch.url)));
    if (directives.nofollow) parsed.links.meta_nofollow = true;
  }
  return parsed;
}

// Writes the rows of every record that let the page in; gives how many.
size_t Crawl::StoreRows(SiteRun& site, const PageFetch& fetch, PageId page,
                        const ParsedPage& parsed) {
  size_t rows = 0;
  const auto& schemas = site.config.extractor->schemas();
  for (size_t i = 0; i < parsed.extraction.records.size(); ++i) {
    const RecordExtraction& found = parsed.extraction.records[i];
    store_.ApplyRows(site.config.name, site.run, static_cast<UrlId>(fetch.from.item.url), page,
                     schemas[i], found, clock_.Wall(), site.config.recrawl.gone_after);
    if (!found.applies) continue;
    listener_.OnRows(fetch.details.seed_url, schemas[i], found.rows);
    rows += found.rows.size();
    ++site.record_pages[i];
    site.record_rows[i] += static_cast<int64_t>(found.rows.size());
    if (found.too_few_rows) ++site.record_too_few[i];
  }
  return rows;
}

void Crawl::AddLinks(SiteRun& site, const PageFetch& fetch, const PageLinks& links) {
  const auto count = [&](std::string_view reason, size_t number) {
    if (number > 0) {
      store_.CountDropped(site.config.name, fetch.url.host(), reason, static_cast<int64_t>(number),
                          fetch.details.url);
    }
  };
  count("not a URL that can be fetched", links.invalid);
  count("more links on a page than limits.links_per_page", links.beyond_limit);
  if (links.meta_nofollow) return count("nofollow", links.links.size());
  for (const Link& link : links.links) {
    if (link.nofollow) {
      count("nofollow", 1);
    } else {
      AddLink(site, fetch, link.url);
    }
  }
}

void Crawl::AddLink(SiteRun& site, const PageFetch& fetch, const Url& found) {
  const Url url = site.Stripped(found);
  if (!site.seen.Insert(UrlFingerprint("GET", url.href(), ""))) return;
  const int depth = fetch.details.depth + 1;
  AddFound(site, fetch, url, depth, site.scope.Ask(url, depth));
}

// A redirect's target is a link of the same depth; a seed's target counts as a seed.
void Crawl::AddRedirect(SiteRun& site, const PageFetch& fetch, const Url& target) {
  const Url url = site.Stripped(target);
  if (!site.seen.Insert(UrlFingerprint("GET", url.href(), ""))) return;
  const int depth = fetch.details.depth;
  if (depth > 0) return AddFound(site, fetch, url, depth, site.scope.Ask(url, depth));
  site.scope.AddSeedHost(url.host());
  AddFound(site, fetch, url, depth, ScopeDecision{});
}

void Crawl::AddFound(SiteRun& site, const PageFetch& fetch, const Url& url, int depth,
                     const ScopeDecision& decision) {
  using Verdict = ScopeDecision::Verdict;
  if (decision.verdict == Verdict::kCount) {
    store_.CountDropped(site.config.name, url.host(), decision.reason, 1, url.href());
    return;
  }
  NewUrl added;
  added.url = url.href();
  added.host = url.host();
  added.depth = depth;
  added.found_on = static_cast<UrlId>(fetch.from.item.url);
  added.seed = fetch.details.seed != 0 ? fetch.details.seed : added.found_on;
  added.state = decision.verdict == Verdict::kAdmit ? UrlState::kPending : UrlState::kSkipped;
  added.reason = decision.reason;
  const UrlId id = store_.AddUrl(site.config.name, added);
  if (added.state == UrlState::kPending) {
    Queue(site, static_cast<SiteIndex>(fetch.from.item.site), url, id, std::nullopt);
  }
}

UrlUpdate Crawl::UpdateFor(const SiteRun& site, const PageFetch& fetch, const FetchResult& result,
                           const FetchVerdict& verdict) {
  using Kind = FetchVerdict::Kind;
  UrlUpdate update;
  update.last_status = result.status;
  update.reason = verdict.reason;
  if (verdict.kind == Kind::kPage || verdict.kind == Kind::kRedirect) {
    update.state = UrlState::kDone;
    update.etag = result.Header("etag");
    update.last_modified = result.Header("last-modified");
    return update;
  }
  update.attempts = fetch.details.attempts + 1;
  if (verdict.kind == Kind::kRetry && update.attempts <= site.config.fetch.retries) {
    update.state = UrlState::kPending;
    update.next_at = clock_.Wall() + RetryBackoff(verdict.retry, update.attempts, random_());
  } else {
    update.state = UrlState::kFailed;
    if (update.attempts > 1) {
      update.reason = fmt::format("{}, {} times", verdict.reason, update.attempts);
    }
  }
  return update;
}

void Crawl::Settle(SiteRun& site, const PageFetch& fetch, const UrlUpdate& update) {
  store_.UpdateUrl(static_cast<UrlId>(fetch.from.item.url), site.run, update);
  --site.pending;
  if (update.state == UrlState::kPending) {
    Queue(site, static_cast<SiteIndex>(fetch.from.item.site), fetch.url,
          static_cast<UrlId>(fetch.from.item.url), update.next_at);
    return;
  }
  ++site.settled;
  ++progress_.done;
  if (update.state == UrlState::kFailed) {
    ++site.failed;
    ++progress_.failed;
  }
}

// How many redirects in a row led to this URL.
int Crawl::RedirectsBefore(const UrlDetails& details) {
  int redirects = 0;
  for (UrlId id = details.found_on; id != 0 && redirects < kMaxRedirects; ++redirects) {
    const UrlDetails before = store_.ReadUrl(id);
    if (before.last_status < 300 || before.last_status >= 400) break;
    id = before.found_on;
  }
  return redirects;
}

}  // namespace thresh
