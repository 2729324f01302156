// URLs of the web, parsed and normalised as the WHATWG URL standard says (§4.4), for the two
// schemes a crawler fetches: http and https.
//
//   auto base = Url::Parse("https://x.test/list?page=2#top");
//   auto next = Url::Parse("?page=3", &*base);      // next->href() == "https://x.test/list?page=3"
//   Url::Parse("mailto:someone@x.test");            // nullopt: UrlError::kOtherScheme
//
// A Url is always normalised: the host is lower case and in punycode (UTS #46, by ICU, since
// libidn2 refuses emoji and "r3---x" labels that the standard lets pass), default ports, fragments,
// tabs and newlines are gone, dot segments are resolved. Beyond the standard, escapes of unreserved
// characters are decoded (RFC 3986 §6.2.2.2: "%7E" is "~") and the others are in upper case, so
// that two spellings of one resource are one string; "%2F" stays. A query is encoded as UTF-8,
// unless it stands in a page of another encoding (UrlBase). Parsing href() again gives the same
// Url.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

class Url;
namespace charset {
class Encoder;
}

enum class UrlError : uint8_t {
  kNone,
  kRelativeWithoutBase,
  kOtherScheme,  // javascript:, mailto:, data:, ftp: …: a link, but not one to fetch
  kBadHost,
  kBadPort,
  kCredentials,  // user:password@: refused, so that no secret is stored or sent by accident
  kTooLong,      // more than kMaxUrlBytes, or of an input eight times as long
};

// Whether `text` begins as a normalised absolute URL does, "http://" or "https://" in lower case,
// wherever it leads. What is something else is mostly told by its first letter.
inline bool BeginsAsUrl(std::string_view text) {
  return text.starts_with('h') && (text.starts_with("https://") || text.starts_with("http://"));
}

// The longest URL that is accepted, in bytes of its normalised form.
inline constexpr size_t kMaxUrlBytes = 8192;

// A sentence part for people, such as "has no valid host name"; empty for kNone.
std::string_view Describe(UrlError error);

// What a reference is resolved against. Both must outlive it.
struct UrlBase {
  // Not explicit: a base is mostly a URL alone.
  UrlBase(const Url* base = nullptr, const charset::Encoder* encoder = nullptr)
      : url(base), queries(encoder) {}

  const Url* url;  // null: only absolute URLs can be read
  // Of the page in which the reference stands, for its query; null: UTF-8. Paths are UTF-8 always.
  const charset::Encoder* queries;
};

// A value: copying copies one string. The views it gives die with it or with an assignment to it.
class Url {
 public:
  // No URL at all: every part is empty. A place to assign to; as a base it is none.
  Url() = default;

  // Parses `input`, which may be relative when there is a `base`. On failure gives nullopt and
  // says why in `error`, when that is asked for. Costs about 100 ns for a usual link.
  static std::optional<Url> Parse(std::string_view input, UrlBase base = {},
                                  UrlError* error = nullptr);

  const std::string& href() const { return href_; }
  std::string_view scheme() const { return Part(0, scheme_end_); }        // "https"
  std::string_view host() const { return Part(host_begin_, host_end_); }  // "[::1]" with brackets
  uint16_t port() const { return port_; }                                 // 443 when none is named
  std::string_view origin() const { return Part(0, path_begin_); }        // "https://x.test:8443"
  std::string_view path() const { return Part(path_begin_, path_end_); }  // "/list"
  std::string_view query() const;           // "page=3", without its '?'; empty when there is none
  std::string_view path_and_query() const;  // "/list?page=3": what robots.txt speaks of

  friend bool operator==(const Url& a, const Url& b) { return a.href_ == b.href_; }

 private:
  friend class UrlParser;

  std::string_view Part(size_t begin, size_t end) const {
    return std::string_view(href_).substr(begin, end - begin);
  }

  std::string href_;
  uint16_t scheme_end_ = 0;
  uint16_t host_begin_ = 0;
  uint16_t host_end_ = 0;
  uint16_t path_begin_ = 0;
  uint16_t path_end_ = 0;
  uint16_t port_ = 0;
};

}  // namespace thresh
