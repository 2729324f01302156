// robots.txt: an ordinary fetch that goes first. Its host waits for the answer.
#include <algorithm>
#include <utility>

#include "pipeline/crawl.h"

namespace thresh {
namespace {

// RFC 9309 §2.3.1.2 asks for five at least.
constexpr int kMaxRobotsRedirects = 5;
// More than is read, so that a line that was cut is told from the last one: a byte order mark may
// go before.
constexpr size_t kFetchedRobotsBytes = kMaxRobotsBytes + 4;

}  // namespace

// A URL of that host was handed out, and its origin's robots.txt is not known.
void Crawl::AskForRobots(const HandOut& next, const Url& url) {
  RobotsFetch fetch;
  fetch.origin = url.origin();
  fetch.held = fetch.host = next.host;
  fetch.url = *Url::Parse("/robots.txt", &url);
  fetch.site = sites_[next.item.site()].get();
  frontier_.Hold(next.host);
  frontier_.Release(next.host);
  DispatchRobots(robots_fetches_.insert(robots_fetches_.end(), std::move(fetch)), clock_.Steady());
}

void Crawl::DispatchRobots(SteadyTime now) {
  for (auto fetch = robots_fetches_.begin(); fetch != robots_fetches_.end(); ++fetch) {
    if (!fetcher_.HasRoom()) return;
    if (!fetch->in_flight) DispatchRobots(fetch, now);
  }
}

// Asks for it, if its host's turn has come.
void Crawl::DispatchRobots(RobotsFetches::iterator fetch, SteadyTime now) {
  if (!fetcher_.HasRoom() || !KnowsAddress(*fetch->site, fetch->url, now)) return;
  if (fetch->redirects > 0) fetch->host = HostOf(*fetch->site, fetch->url);
  if (!frontier_.TryTake(fetch->host, now)) return;
  FetchJob job = MakeJob(*fetch->site, fetch->url);
  job.keep_body = false;
  job.max_body_bytes = kFetchedRobotsBytes;  // whatever limits.max_body says of pages
  job.cut_body = true;
  fetch->started = now;
  fetch->in_flight = Submit(fetch->host, std::move(job), now, [this, fetch](FetchResult result) {
    OnRobots(fetch, std::move(result));
  });
  if (!fetch->in_flight) frontier_.Release(fetch->host);
  fetch->worker = fetcher_.last_worker();
}

void Crawl::OnRobots(RobotsFetches::iterator fetch, FetchResult result) {
  fetch->in_flight = false;
  frontier_.Release(fetch->host);
  if (result.error == FetchError::kCancelled) return EndRobots(fetch);
  if (result.error == FetchError::kNotBegun) return;  // DispatchRobots asks again
  const SteadyTime now = clock_.Steady();
  const FetchVerdict verdict = JudgeFetch(fetch->url, result);
  AccountForHost(fetch->host, fetch->url, verdict, result, fetch->started);
  if (verdict.kind == FetchVerdict::Kind::kRedirect && fetch->redirects < kMaxRobotsRedirects) {
    ++fetch->redirects;
    fetch->host = HostOf(*fetch->site, *verdict.target);
    fetch->url = *verdict.target;
    return;  // DispatchRobots asks there when that host is due
  }
  if (result.error == FetchError::kNone && result.status < 500 && result.status != 429) {
    const int status = verdict.kind == FetchVerdict::Kind::kRedirect ? 404 : result.status;
    robots_.OnResponse(fetch->origin, status, std::move(result.text), clock_.Wall());
    const SiteRun& site = *fetch->site;
    const auto delay = robots_.CrawlDelay(fetch->origin, site.UserAgent(site.Settings(fetch->url)));
    if (delay) {
      hosts_[fetch->held].politeness.SetCrawlDelay(*delay);
      SetAhead(fetch->held);
    }
    const SteadyTime sent = std::clamp(now - result.since_request, fetch->started, now);
    frontier_.NotBefore(fetch->held, sent + hosts_[fetch->held].politeness.delay());
    listener_.OnRobots({fetch->origin, status, {}, delay});
  } else {
    listener_.OnRobots({fetch->origin, result.status, verdict.reason, std::nullopt});
    const int retries = fetch->site->config.fetch.retries;
    robots_.OnFailure(fetch->origin, verdict.reason, retries, now, random_());
  }
  EndRobots(fetch);
}

void Crawl::EndRobots(RobotsFetches::iterator fetch) {
  MarkChanged(fetch->held);
  NoteWritten(clock_.Steady());
  frontier_.Unhold(fetch->held);
  robots_fetches_.erase(fetch);
}

}  // namespace thresh
