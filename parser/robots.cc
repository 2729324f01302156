#include "parser/robots.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <unordered_set>
#include <utility>

#include "parser/ascii.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

using ascii::EqualsIgnoringCase;

constexpr size_t kMaxLineBytes = 16 * 1024;

enum class Key { kUserAgent, kAllow, kDisallow, kCrawlDelay, kSitemap, kOther };

bool IsAnyOf(std::string_view key, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return EqualsIgnoringCase(key, name); });
}

Key KeyOf(std::string_view key) {
  if (IsAnyOf(key, {"user-agent", "useragent", "user agent"})) return Key::kUserAgent;
  if (IsAnyOf(key, {"allow"})) return Key::kAllow;
  if (IsAnyOf(key, {"disallow", "disalow", "dissallow", "dissalow", "diasllow", "disallaw"})) {
    return Key::kDisallow;
  }
  if (IsAnyOf(key, {"crawl-delay", "crawldelay", "crawl delay"})) return Key::kCrawlDelay;
  if (IsAnyOf(key, {"sitemap", "site-map"})) return Key::kSitemap;
  return Key::kOther;
}

struct Line {
  std::string_view text;  // trimmed, without its comment
  Key key = Key::kOther;
  std::string_view value;
};

// "Disallow /private" is taken for "Disallow: /private"; with a third word it is prose.
size_t SeparatorOf(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) return colon;
  const auto blank = std::find_if(text.begin(), text.end(), ascii::IsSpace);
  const size_t at = blank - text.begin();
  if (blank == text.end()) return std::string_view::npos;
  const std::string_view value = ascii::WithoutSpace(text.substr(at));
  return std::none_of(value.begin(), value.end(), ascii::IsSpace) ? at : std::string_view::npos;
}

Line ParseLine(std::string_view text) {
  text = text.substr(0, kMaxLineBytes);
  Line line;
  line.text = ascii::WithoutSpace(text.substr(0, text.find('#')));
  const size_t separator = SeparatorOf(line.text);
  if (separator == std::string_view::npos) return line;
  line.key = KeyOf(ascii::WithoutSpace(line.text.substr(0, separator)));
  line.value = ascii::WithoutSpace(line.text.substr(separator + 1));
  return line;
}

// Takes the next line off `text`; CR, LF and CR LF end one (§2.2).
std::string_view TakeLine(std::string_view* text) {
  const size_t end = std::min(text->find_first_of("\r\n"), text->size());
  const std::string_view line = text->substr(0, end);
  const bool crlf = text->substr(end, 2) == "\r\n";
  text->remove_prefix(std::min(text->size(), end + (crlf ? 2 : 1)));
  return line;
}

// What is to be read: not the byte order mark, and of a file that is too long no half line, which
// could forbid more than its author did.
std::string_view Body(std::string_view text) {
  const bool too_long = text.size() > kMaxRobotsBytes;
  text = text.substr(0, kMaxRobotsBytes);
  if (too_long) {
    const size_t end = text.find_last_of("\r\n");
    if (end != std::string_view::npos) text = text.substr(0, end);
  }
  for (const char byte : kUtf8ByteOrderMark) {
    if (!text.starts_with(byte)) break;
    text.remove_prefix(1);
  }
  return text;
}

// Seconds, possibly fractional; what follows the number is ignored.
std::optional<std::chrono::milliseconds> ParseDelay(std::string_view value) {
  double seconds = 0;
  const auto [end, failure] =
      std::from_chars(value.data(), value.data() + value.size(), seconds, std::chars_format::fixed);
  if (failure != std::errc() || !std::isfinite(seconds) || seconds < 0) return std::nullopt;
  const double longest = std::chrono::duration<double>(kMaxCrawlDelay).count();
  return std::chrono::milliseconds(std::llround(std::min(seconds, longest) * 1000));
}

}  // namespace

std::string_view ProductToken(std::string_view agent) {
  const auto is_of_token = [](char byte) {
    return ascii::IsAlpha(byte) || byte == '-' || byte == '_';
  };
  const auto end = std::find_if_not(agent.begin(), agent.end(), is_of_token);
  return agent.substr(0, end - agent.begin());
}

namespace {

// The token that groups are compared with; empty when `agent` has none.
std::string_view OwnToken(std::string_view agent) {
  const std::string_view token = ProductToken(agent);
  const std::string_view rest = agent.substr(token.size());
  const bool two_words = rest.size() > 1 && rest[0] == ' ' && ascii::IsAlpha(rest[1]);
  return two_words ? std::string_view() : token;
}

}  // namespace

// Reads a robots.txt once, collecting what it says to our agent and what to everyone; which of the
// two counts is known at the end only.
class RobotsParser {
 public:
  explicit RobotsParser(std::string_view agent) : token_(OwnToken(agent)) {}

  RobotsRules Parse(std::string_view text) {
    text = Body(text);
    while (!text.empty()) Handle(ParseLine(TakeLine(&text)));
    Group& chosen = named_ ? ours_ : everyones_;
    RobotsRules rules;
    rules.rules_ = std::move(chosen.rules);
    rules.crawl_delay_ = chosen.delay;
    rules.sitemaps_ = std::move(sitemaps_);
    // The first that matches shall decide.
    std::stable_sort(rules.rules_.begin(), rules.rules_.end(), [](const auto& a, const auto& b) {
      if (a.pattern.length() != b.pattern.length()) return a.pattern.length() > b.pattern.length();
      return a.allow && !b.allow;
    });
    return rules;
  }

 private:
  struct Group {
    bool open = false;  // the lines that we are in speak to it
    std::vector<RobotsRules::Rule> rules;
    std::optional<std::chrono::milliseconds> delay;
  };

  void Handle(const Line& line) {
    switch (line.key) {
      case Key::kUserAgent:
        return HandleAgent(line.value);
      case Key::kAllow:
      case Key::kDisallow:
        return HandleRule(line);
      case Key::kCrawlDelay:
        return HandleDelay(line.value);
      case Key::kSitemap:
        if (!line.value.empty() && known_sitemaps_.emplace(line.value).second) {
          sitemaps_.emplace_back(line.value);
        }
        return;
      case Key::kOther:
        return;
    }
  }

  // A user agent behind a rule begins a new group; before one it joins those above it.
  void HandleAgent(std::string_view value) {
    if (rule_seen_) ours_.open = everyones_.open = false;
    rule_seen_ = false;
    if (value.starts_with('*') && (value.size() == 1 || ascii::IsSpace(value[1]))) {
      everyones_.open = true;
    } else if (!token_.empty() && EqualsIgnoringCase(ProductToken(value), token_)) {
      ours_.open = named_ = true;
    }
  }

  void HandleRule(const Line& line) {
    rule_seen_ = true;
    if (line.value.empty()) return;  // "Disallow:" forbids nothing
    AddRule(line, line.value);
    // Who allows a folder's index allows the folder's own URL.
    const size_t slash = line.value.rfind('/');
    if (line.key != Key::kAllow || slash == std::string_view::npos) return;
    if (line.value.substr(slash).starts_with("/index.htm")) {
      AddRule(line, std::string(line.value.substr(0, slash + 1)) + "$");
    }
  }

  void AddRule(const Line& line, std::string_view pattern) {
    for (Group* group : {&ours_, &everyones_}) {
      if (!group->open) continue;
      group->rules.push_back(
          {RobotsPattern(pattern), std::string(line.text), line.key == Key::kAllow});
    }
  }

  void HandleDelay(std::string_view value) {
    const auto delay = ParseDelay(value);
    if (!delay) return;
    for (Group* group : {&ours_, &everyones_}) {
      if (group->open) group->delay = std::max(group->delay.value_or(*delay), *delay);
    }
  }

  const std::string_view token_;
  Group ours_;
  Group everyones_;
  bool named_ = false;      // some group names us
  bool rule_seen_ = false;  // since the last user agent
  std::vector<std::string> sitemaps_;
  std::unordered_set<std::string_view> known_sitemaps_;
};

RobotsRules RobotsRules::AllowAll() { return {}; }

RobotsRules RobotsRules::DisallowAll() {
  RobotsRules rules;
  rules.rules_.push_back({RobotsPattern("/"), "", false});
  return rules;
}

RobotsRules RobotsRules::Parse(std::string_view text, std::string_view agent) {
  return RobotsParser(agent).Parse(text);
}

const RobotsRules::Rule* RobotsRules::Deciding(std::string_view path_and_query) const {
  if (rules_.empty() || path_and_query == "/robots.txt") return nullptr;
  const std::string path = RobotsPath(path_and_query);
  const auto found = std::find_if(rules_.begin(), rules_.end(),
                                  [&](const Rule& rule) { return rule.pattern.Matches(path); });
  return found == rules_.end() ? nullptr : &*found;
}

bool RobotsRules::Allows(std::string_view path_and_query) const {
  const Rule* rule = Deciding(path_and_query);
  return rule == nullptr || rule->allow;
}

std::string_view RobotsRules::DecidingRule(std::string_view path_and_query) const {
  const Rule* rule = Deciding(path_and_query);
  return rule == nullptr ? std::string_view() : rule->line;
}

}  // namespace thresh
