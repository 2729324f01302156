#include "pipeline/page_fetch.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "parser/charset.h"
#include "pipeline/fetch_verdict.h"
#include "pipeline/site_run.h"

namespace thresh {
namespace {

bool Names(const SeedConfig& seed, const Url& url) {
  for (size_t i = 0; i < seed.url_count(); ++i) {
    if (seed.UrlAt(i) == url) return true;
  }
  return false;
}

// Of the config only what shapes a request counts; the host of what is named is the seeds'.
Config WithSeed(Config config, const Url& url, SeedConfig* seed) {
  for (const SeedConfig& known : config.seeds) {
    if (!known.IsPlainGet() && Names(known, url)) *seed = known;
  }
  seed->urls = SeedPattern(url.href());
  config.seeds = {*seed};
  return config;
}

FetchResult FetchOne(Fetcher& fetcher, FetchJob job) {
  std::optional<FetchResult> answer;
  const auto keep = [&](FetchResult result) { answer = std::move(result); };
  if (!fetcher.TryFetch(std::move(job), 0, keep))
    return FetchResult{.error = FetchError::kCancelled};
  while (!answer) fetcher.Poll(std::chrono::seconds(1));
  return *std::move(answer);
}

// What the next request has of the seed's own.
void TakeAlong(const Url& from, const FetchVerdict& redirect, SeedConfig* seed) {
  if (!redirect.keeps_method) {
    seed->method = "GET";
    seed->body.clear();
  }
  std::erase_if(seed->headers, [&](const std::string& line) {
    return LinesAfterRedirect(line + "\n", from, *redirect.target).empty();
  });
}

LoadedPage PageOf(FetchResult result, const Url& url, const Url& asked, const Clock& clock) {
  LoadedPage page;
  page.url = url;
  page.seed = asked.href();
  page.content_type = MediaType(result.Header("content-type"));
  page.fetched_at = ToIso8601(clock.Wall());
  page.status = result.status;
  page.size = result.body_bytes;
  page.charset = result.charset;
  page.headers = std::move(result.headers);
  page.text = std::move(result.text);
  return page;
}

}  // namespace

std::variant<FetchedPage, std::string> FetchPage(Fetcher& fetcher, Config config, const Url& asked,
                                                 const Clock& clock) {
  SeedConfig seed;
  SiteRun site(WithSeed(std::move(config), asked, &seed));
  FetchedPage fetched;
  Url url = asked;
  for (int redirects = 0; redirects <= kMaxRedirects; ++redirects) {
    FetchJob job = site.JobFor(url);
    job.method = seed.method;
    job.body = seed.body;
    job.headers.insert(job.headers.end(), seed.headers.begin(), seed.headers.end());
    const std::string cookies = site.CookiesFor(url, clock.Wall());
    if (!cookies.empty()) job.headers.push_back("Cookie: " + cookies);
    FetchResult result = FetchOne(fetcher, std::move(job));
    site.TakeCookies(url, result, clock.Wall());
    const FetchVerdict verdict = JudgeFetch(url, result);
    if (verdict.kind == FetchVerdict::Kind::kRedirect) {
      if (*verdict.target == url && site.CookiesFor(url, clock.Wall()) == cookies) {
        return "redirects in a circle";
      }
      TakeAlong(url, verdict, &seed);
      url = *verdict.target;
      fetched.notes.push_back("redirects to " + url.href());
      continue;
    }
    if (verdict.kind != FetchVerdict::Kind::kPage) return verdict.reason;
    if (site.Settings(url).Rejects(result.text)) {
      fetched.notes.push_back("a pattern of reject matches: a crawl takes this page for blocked");
    }
    if (result.text.empty() && result.body_bytes > 0) {
      fetched.notes.push_back("its body is binary: there is no text for the rules");
    }
    fetched.page = PageOf(std::move(result), url, asked, clock);
    return fetched;
  }
  return fmt::format("more than {} redirects in a row", kMaxRedirects);
}

}  // namespace thresh
