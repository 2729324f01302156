// What a finished fetch means for its URL: a pure decision, without effects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fetcher/fetch.h"
#include "parser/url.h"

namespace thresh {

// So many redirects in a row are followed.
inline constexpr int kMaxRedirects = 10;

struct FetchVerdict {
  enum class Kind : uint8_t {
    kPage,       // a response to take rows and links from
    kUnchanged,  // 304: what we have of the page still holds
    kRedirect,   // to `target`
    kAgain,      // at once: a redirect that leads back, where there are other cookies now
    kRetry,      // try again after a back-off, if attempts are left
    kFail,       // for good
  };
  Kind kind = Kind::kPage;
  std::string reason;         // for people; empty for a page
  std::optional<Url> target;  // of a redirect
  bool keeps_method = false;  // 307 or 308: the method and the body go along
  RetryClass retry = RetryClass::kSoon;
  bool pushback = false;     // 429 or 503: the host asks for less
  bool host_failed = false;  // counts towards the host's circuit
};

// `result` is the answer to a fetch of `url`; `conditional`: it asked for changes only.
FetchVerdict JudgeFetch(const Url& url, const FetchResult& result, bool conditional = false);

// The header lines, each ended by "\n", that a request of `from` takes along to `to`: all within an
// origin. Another one gets Accept and Content-Type alone, as the others may be secrets.
std::string LinesAfterRedirect(std::string_view lines, const Url& from, const Url& to);

}  // namespace thresh
