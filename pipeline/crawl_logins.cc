// What a crawl must be told again before it goes on: cookies end with the process that had them.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/crawl.h"
#include "pipeline/stored_page.h"

namespace thresh {
namespace {

// More are no logins, but what sets cookies with every answer.
constexpr size_t kMostLogins = 16;

}  // namespace

// What logged in, or took note of a consent, is asked again before all else, if anything else is
// left to be asked for.
void Crawl::LogIn(SiteRun& site) {
  std::vector<std::pair<HostId, FrontierItem>> first;
  for (const SiteRun::Login& login : site.logins) {
    const bool again =
        first.size() < kMostLogins && (login.due || site.pending > 0) && LogsIn(site, login.id);
    if (!again && !login.due) {
      site.settled += login.settled ? 1 : 0;
      continue;
    }
    const HostId host = HostOf(site, ParseStoredUrl(store_.ReadUrl(login.id).url));
    const FrontierItem item(site.index, login.id);
    ++site.pending;
    if (again) {
      first.emplace_back(host, item);
    } else {
      frontier_.Add(host, item);
    }
  }
  std::for_each(first.rbegin(), first.rend(),
                [&](const auto& login) { frontier_.AddFirst(login.first, login.second); });
}

// Whether its last answer set a cookie for what comes after it: that of a seed did, or one that led
// back to where it was come from.
bool Crawl::LogsIn(const SiteRun& site, UrlId id) {
  const UrlDetails url = store_.ReadUrl(id);
  const FetchResult answer = LastAnswer(id, url);
  if (answer.Header("set-cookie").empty()) return false;
  if (url.found_on == 0) return true;
  const FetchVerdict verdict = JudgeFetch(ParseStoredUrl(url.url), answer);
  if (verdict.kind != FetchVerdict::Kind::kRedirect) return false;
  const std::string target = site.Stripped(*verdict.target).href();
  UrlId before = url.found_on;
  for (int hop = 0; before != 0 && hop < kMaxRedirects; ++hop) {
    const UrlDetails from = store_.ReadUrl(before);
    if (from.url == target) return true;
    before = from.found_on;
  }
  return false;
}

// As far as it is stored.
FetchResult Crawl::LastAnswer(UrlId id, const UrlDetails& url) {
  FetchResult answer;
  answer.status = url.last_status;
  answer.headers = ParseHeaders(store_.LastHeaders(id));
  return answer;
}

}  // namespace thresh
