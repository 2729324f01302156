// robots.txt by RFC 9309.
//
// Taken although the standard does not ask for it, as the best-known crawler does: the misspellings
// "useragent", "user agent", "disalow", "dissallow", "dissalow", "diasllow", "disallaw" and
// "site-map"; white space for the colon, when just two words are on the line; a byte order mark
// that is cut short. "Allow: /a/index.html" (or ".htm") is for "/a/", too. Crawl-delay is no rule:
// it does not end a list of user agents, and holds for those above it.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/robots_pattern.h"

namespace thresh {

// The longest delay that Crawl-delay can ask for; what is above it is this.
inline constexpr std::chrono::hours kMaxCrawlDelay{24};

// So much is read of a robots.txt (§2.5 asks for 500 KiB).
inline constexpr size_t kMaxRobotsBytes = 512 * 1024;

// The leading letters, '-' and '_' of `agent` (§2.2.1), by which robots.txt files know a crawler:
// "thresh" for "thresh/0.1 (+https://x.test/)".
std::string_view ProductToken(std::string_view agent);

// The rules of one robots.txt for one user agent. A value; holds no view of the text it was made
// from.
class RobotsRules {
 public:
  // Everything allowed: what a missing file means (§2.3.1.3).
  static RobotsRules AllowAll();
  // Nothing allowed, by no line: what a server error means (§2.3.1.4).
  static RobotsRules DisallowAll();
  // Parses at most the first kMaxRobotsBytes of `text`, and of a line 16 KiB, and keeps the groups
  // that name `agent`'s product token, merged (§2.2.1), or else those of "*". An agent of two words
  // ("Foo Bar/1.0") has no token that a file could name. Never fails: a line that says nothing is
  // skipped.
  static RobotsRules Parse(std::string_view text, std::string_view agent);

  // Whether `path_and_query`, as Url gives it, may be fetched: the longest match decides, Allow on
  // a tie (§2.2.2). "/robots.txt" always may. Costs at most (rules × path) plus the patterns'
  // bytes.
  bool Allows(std::string_view path_and_query) const;
  // The line that decided, such as "Disallow: /private"; empty when none did. It dies with this.
  std::string_view DecidingRule(std::string_view path_and_query) const;

  // What the chosen groups ask for, the longest if they differ.
  std::optional<std::chrono::milliseconds> crawl_delay() const { return crawl_delay_; }
  // The values of all Sitemap lines, wherever they stand (§2.2.4), each once. They are as written:
  // resolve them against the URL of robots.txt.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  friend class RobotsParser;

  struct Rule {
    RobotsPattern pattern;
    std::string line;  // as people wrote it
    bool allow = false;
  };
  const Rule* Deciding(std::string_view path_and_query) const;

  std::vector<Rule> rules_;  // the one to be asked first comes first
  std::vector<std::string> sitemaps_;
  std::optional<std::chrono::milliseconds> crawl_delay_;
};

}  // namespace thresh
