// A site's cookies: what its servers set and what its user gave (RFC 6265 §5.3 and §5.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/cookie.h"
#include "parser/url.h"
#include "pipeline/cookie_file.h"
#include "storage/timestamp.h"

namespace thresh {

// Keeps cookies and says which of them a request carries. Each site has a jar of its own, in
// memory: cookies are secrets, and a new process begins without those of the last one.
//
// It is narrower than the standard in one thing: a cookie goes back only to the scheme and port
// that set it (§8.5 says that browsers do not keep ports apart, and §8.6 that this is weak), so
// what https://x.test set is never sent to http://x.test or https://x.test:8443. What Domain says
// of other hosts holds as ever. Cookies of a file name neither, and go to any port, and over http
// unless they are Secure; what a server sets instead of one counts for that server's origin alone.
// No clock: expiry is by the `now` of each call. One thread.
class CookieJar {
 public:
  static constexpr size_t kMaxPerDomain = 50;
  static constexpr size_t kMaxCookies = 3000;
  static constexpr size_t kMaxHeadersPerResponse = 180;
  static constexpr size_t kMaxHeaderBytes = 8190;  // of a request: what servers commonly take

  // Takes the cookies of a file over. They are the user's: no cap removes them.
  void Add(std::vector<GivenCookie> cookies);

  // Obeys the Set-Cookie headers of one response, of `url`. Those behind kMaxHeadersPerResponse are
  // not read. A cookie is ignored when it cannot be parsed, names a Domain that `url` is not in or
  // that is a public suffix, or is Secure and came over http.
  // Where a cap is passed those that were not sent for the longest time go.
  void Store(const Url& url, std::span<const std::string_view> set_cookie, Timestamp now);

  // The value of the Cookie header for a request of `url`, "a=1; b=2"; empty: send none. `fixed`
  // ("name=value", of the host's section of the config) come first, and stand for all others of
  // their names; then the longest paths, then the oldest. What does not fit into kMaxHeaderBytes is
  // left out.
  std::string Header(const Url& url, std::span<const std::string> fixed, Timestamp now);

  // Cookies that servers set, expired ones among them until they are in the way.
  size_t size() const { return size_; }

 private:
  struct Cookie {
    std::string name;
    std::string value;
    std::string path;
    Timestamp expires = Timestamp::max();
    bool host_only = true;
    bool https = false;  // the scheme and port that set it, and that it goes back to
    uint16_t port = 0;
    bool replaces_given = false;  // stays when it has expired, or the file's would come back
    uint64_t created = 0;         // both from `ticks_`
    uint64_t used = 0;
  };
  using Bucket = std::vector<Cookie>;
  struct Sendable;

  void StoreOne(const Url& url, const SetCookie& parsed, Timestamp now);
  void Insert(const std::string& domain, Cookie cookie, Timestamp now);
  void MakeRoom(Bucket* bucket, Timestamp now);
  void RemoveExpired(Bucket* bucket, Timestamp now);
  void RemoveLeastUsed(Bucket* bucket);
  bool HasGiven(const std::string& domain, const Cookie& cookie) const;
  std::vector<Sendable> Matching(const Url& url, Timestamp now);
  void AddSet(const Url& url, std::string_view domain, bool own, Timestamp now,
              std::vector<Sendable>* found);
  void AddGiven(const Url& url, std::string_view domain, bool own, Timestamp now, size_t first,
                std::vector<Sendable>* found) const;

  std::map<std::string, Bucket, std::less<>> buckets_;                  // by domain
  std::map<std::string, std::vector<GivenCookie>, std::less<>> given_;  // by domain
  size_t size_ = 0;
  uint64_t ticks_ = 0;
};

}  // namespace thresh
