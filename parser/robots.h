// robots.txt by RFC 9309.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

// The rules of one robots.txt for one user agent. A value; holds no view of the text it was made
// from.
class RobotsRules {
 public:
  // Everything allowed: what a missing file means (§2.3.1.3).
  static RobotsRules AllowAll();
  // Nothing allowed: what a server error means (§2.3.1.4).
  static RobotsRules DisallowAll();
  // Parses at most the first 512 KiB of `text` (§2.5 asks for 500) and keeps the groups that name
  // `agent`'s product token, merged (§2.2.1), or else those of "*".
  static RobotsRules Parse(std::string_view text, std::string_view agent);

  // Whether `path_and_query` may be fetched: the longest match decides, Allow on a tie (§2.2.2).
  // Costs at most (rules × pattern × path); never backtracks exponentially.
  bool Allows(std::string_view path_and_query) const;
  // The line that decided, such as "Disallow: /private"; empty when none did.
  std::string_view DecidingRule(std::string_view path_and_query) const;

  std::optional<std::chrono::milliseconds> crawl_delay() const { return crawl_delay_; }
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  struct Rule {
    std::string pattern;  // normalised: escapes of unreserved characters decoded
    std::string line;     // as people wrote it
    bool allow = false;
  };
  const Rule* Deciding(std::string_view path_and_query) const;

  std::vector<Rule> rules_;
  std::vector<std::string> sitemaps_;
  std::optional<std::chrono::milliseconds> crawl_delay_;
};

}  // namespace thresh
