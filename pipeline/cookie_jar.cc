#include "pipeline/cookie_jar.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "pipeline/public_suffix.h"

namespace thresh {
namespace {

bool IsHttps(const Url& url) { return url.scheme() == "https"; }

// §5.1.4
std::string DefaultPath(const Url& url) {
  const size_t slash = url.path().rfind('/');
  if (slash == std::string_view::npos || slash == 0) return "/";
  return std::string(url.path().substr(0, slash));
}

// §5.1.4
bool PathMatches(std::string_view request, std::string_view cookie) {
  if (!request.starts_with(cookie)) return false;
  return request.size() == cookie.size() || cookie.ends_with('/') || request[cookie.size()] == '/';
}

// §5.1.3
bool DomainMatches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.' && !IsIpAddress(host);
}

// Gives `host`, then each domain above it. An address is in no domain.
template <typename Visit>
void ForEachDomain(std::string_view host, Visit visit) {
  const bool is_address = IsIpAddress(host);
  for (bool own = true; !host.empty(); own = false) {
    visit(host, own);
    const size_t dot = host.find('.');
    if (is_address || dot == std::string_view::npos) return;
    host.remove_prefix(dot + 1);
  }
}

Timestamp ExpiryOf(const SetCookie& cookie, Timestamp now) {
  if (cookie.max_age) return *cookie.max_age > cookie.max_age->zero() ? now + *cookie.max_age : now;
  return cookie.expires ? Timestamp(*cookie.expires) : Timestamp::max();
}

std::string_view NameOf(std::string_view pair) { return pair.substr(0, pair.find('=')); }

void AppendPair(std::string_view pair, std::string* header) {
  const std::string_view separator = header->empty() ? "" : "; ";
  if (header->size() + separator.size() + pair.size() > CookieJar::kMaxHeaderBytes) return;
  header->append(separator).append(pair);
}

}  // namespace

// A cookie that matches a request. Views into the jar.
struct CookieJar::Sendable {
  std::string_view name;
  std::string_view value;
  std::string_view path;
  uint64_t created = 0;  // 0: of a file, older than all others
  bool alive = true;     // expired ones only keep the file's away
};

void CookieJar::Add(std::vector<GivenCookie> cookies) {
  for (GivenCookie& cookie : cookies) {
    std::vector<GivenCookie>& bucket = given_[cookie.domain];
    std::erase_if(bucket, [&](const GivenCookie& other) {
      return other.name == cookie.name && other.path == cookie.path &&
             other.host_only == cookie.host_only;
    });
    bucket.push_back(std::move(cookie));
  }
}

void CookieJar::Store(const Url& url, std::span<const std::string_view> set_cookie, Timestamp now) {
  if (url.host().empty()) return;
  for (const std::string_view header :
       set_cookie.first(std::min(set_cookie.size(), kMaxHeadersPerResponse))) {
    if (const auto parsed = ParseSetCookie(header)) StoreOne(url, *parsed, now);
  }
}

// §5.3, steps 2 to 12
void CookieJar::StoreOne(const Url& url, const SetCookie& parsed, Timestamp now) {
  if (parsed.secure && !IsHttps(url)) return;
  std::string domain(url.host());
  // A public suffix may set cookies for itself alone (step 5).
  const bool host_only = parsed.domain.empty() || IsIpAddress(domain) ||
                         (parsed.domain == domain && IsPublicSuffix(domain));
  if (!parsed.domain.empty()) {
    if (!DomainMatches(domain, parsed.domain)) return;
    if (!host_only && IsPublicSuffix(parsed.domain)) return;
    domain = parsed.domain;
  }
  Cookie cookie;
  cookie.name = parsed.name;
  cookie.value = parsed.value;
  cookie.path = parsed.path.empty() ? DefaultPath(url) : parsed.path;
  cookie.expires = ExpiryOf(parsed, now);
  cookie.host_only = host_only;
  cookie.https = IsHttps(url);
  cookie.port = url.port();
  Insert(domain, std::move(cookie), now);
}

void CookieJar::Insert(const std::string& domain, Cookie cookie, Timestamp now) {
  cookie.replaces_given = HasGiven(domain, cookie);
  cookie.created = cookie.used = ++ticks_;
  Bucket& bucket = buckets_[domain];
  const auto identity = [](const Cookie& c) {
    return std::tie(c.name, c.path, c.host_only, c.https, c.port);
  };
  const auto old = std::find_if(bucket.begin(), bucket.end(), [&](const Cookie& other) {
    return identity(other) == identity(cookie);
  });
  if (old != bucket.end()) {
    cookie.created = old->created;  // step 11.3: it keeps its place in the header
    bucket.erase(old);
    --size_;
  }
  if (cookie.expires > now || cookie.replaces_given) {
    bucket.push_back(std::move(cookie));
    ++size_;
    MakeRoom(&bucket, now);
  }
  if (bucket.empty()) buckets_.erase(domain);
}

// Whether a file has a cookie that the new one takes the place of.
bool CookieJar::HasGiven(const std::string& domain, const Cookie& cookie) const {
  const auto found = given_.find(domain);
  return found != given_.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const GivenCookie& given) {
           return given.name == cookie.name && given.path == cookie.path &&
                  (!given.secure || cookie.https);
         });
}

// `bucket` has just got the cookie that may be one too many.
void CookieJar::MakeRoom(Bucket* bucket, Timestamp now) {
  if (bucket->size() > kMaxPerDomain) RemoveExpired(bucket, now);
  if (bucket->size() > kMaxPerDomain) RemoveLeastUsed(bucket);
  if (size_ <= kMaxCookies) return;
  Bucket* stalest = nullptr;
  uint64_t used = UINT64_MAX;
  for (auto& [domain, other] : buckets_) {
    RemoveExpired(&other, now);
    for (const Cookie& cookie : other) {
      if (cookie.used >= used) continue;
      used = cookie.used;
      stalest = &other;
    }
  }
  if (size_ > kMaxCookies) RemoveLeastUsed(stalest);
  std::erase_if(buckets_,
                [&](const auto& entry) { return entry.second.empty() && &entry.second != bucket; });
}

void CookieJar::RemoveExpired(Bucket* bucket, Timestamp now) {
  size_ -= std::erase_if(*bucket, [&](const Cookie& cookie) {
    return cookie.expires <= now && !cookie.replaces_given;
  });
}

void CookieJar::RemoveLeastUsed(Bucket* bucket) {
  bucket->erase(std::min_element(bucket->begin(), bucket->end(),
                                 [](const auto& a, const auto& b) { return a.used < b.used; }));
  --size_;
}

std::vector<CookieJar::Sendable> CookieJar::Matching(const Url& url, Timestamp now) {
  std::vector<Sendable> found;
  ForEachDomain(url.host(), [&](std::string_view domain, bool own) {
    const size_t first = found.size();
    AddSet(url, domain, own, now, &found);
    AddGiven(url, domain, own, now, first, &found);
  });
  std::erase_if(found, [](const Sendable& cookie) { return !cookie.alive; });
  return found;
}

void CookieJar::AddSet(const Url& url, std::string_view domain, bool own, Timestamp now,
                       std::vector<Sendable>* found) {
  const auto bucket = buckets_.find(domain);
  if (bucket == buckets_.end()) return;
  for (Cookie& cookie : bucket->second) {
    if (cookie.https != IsHttps(url) || cookie.port != url.port()) continue;
    if ((cookie.host_only && !own) || !PathMatches(url.path(), cookie.path)) continue;
    cookie.used = ++ticks_;
    found->push_back(
        {cookie.name, cookie.value, cookie.path, cookie.created, cookie.expires > now});
  }
}

// `first` of `found` is the first that a server set for `domain`.
void CookieJar::AddGiven(const Url& url, std::string_view domain, bool own, Timestamp now,
                         size_t first, std::vector<Sendable>* found) const {
  const auto given = given_.find(domain);
  if (given == given_.end()) return;
  const size_t end = found->size();
  for (const GivenCookie& cookie : given->second) {
    if ((cookie.host_only && !own) || !PathMatches(url.path(), cookie.path)) continue;
    if (cookie.secure && !IsHttps(url)) continue;
    if (cookie.expires && Timestamp(*cookie.expires) <= now) continue;
    const bool replaced =
        std::any_of(found->begin() + first, found->begin() + end, [&](const Sendable& other) {
          return other.name == cookie.name && other.path == cookie.path;
        });
    if (!replaced) found->push_back({cookie.name, cookie.value, cookie.path});
  }
}

// §5.4
std::string CookieJar::Header(const Url& url, std::span<const std::string> fixed, Timestamp now) {
  std::vector<Sendable> found = Matching(url, now);
  std::erase_if(found, [&](const Sendable& cookie) {
    return std::any_of(fixed.begin(), fixed.end(),
                       [&](const std::string& pair) { return NameOf(pair) == cookie.name; });
  });
  std::stable_sort(found.begin(), found.end(), [](const Sendable& a, const Sendable& b) {
    if (a.path.size() != b.path.size()) return a.path.size() > b.path.size();
    return a.created < b.created;
  });
  std::string header;
  for (const std::string& pair : fixed) AppendPair(pair, &header);
  for (const Sendable& cookie : found) {
    AppendPair(std::string(cookie.name).append("=").append(cookie.value), &header);
  }
  return header;
}

}  // namespace thresh
