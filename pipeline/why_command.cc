// thresh why: the story of one URL.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "parser/robots.h"
#include "parser/url.h"
#include "pipeline/commands.h"
#include "pipeline/config.h"
#include "pipeline/robots_cache.h"
#include "pipeline/scope.h"
#include "pipeline/stored_config.h"
#include "pipeline/story_text.h"
#include "pipeline/version.h"
#include "storage/query.h"

namespace thresh {
namespace {

// Of a longer way from the seed only so many steps are told at each end.
constexpr size_t kToldSteps = 15;

bool IsRobotsReason(std::string_view reason) { return reason.starts_with(kRobotsReason); }

std::string UserAgentFor(const Config* config, const Url& url) {
  if (config == nullptr) return kUserAgent;
  const HostConfig host = config->ForHost(fmt::format("{}:{}", url.host(), url.port()));
  if (host.user_agent) return *host.user_agent;
  return config->fetch.user_agent.empty() ? kUserAgent : config->fetch.user_agent;
}

// What the stored robots.txt says, at the time when it was fetched.
std::string DescribeRobots(const Config* config, const Url& url,
                           const std::optional<HostRecord>& origin, Timestamp now) {
  if (config != nullptr && !config->fetch.robots) return "not asked (fetch.robots is false)";
  if (!origin || !origin->robots_at) {
    return fmt::format("not fetched yet, or not to be had: {}/robots.txt", url.origin());
  }
  const std::string agent = UserAgentFor(config, url);
  RobotsCache cache;
  cache.Restore(*origin, *origin->robots_at);
  const auto decision =
      cache.Ask(url.origin(), agent, url.path_and_query(), SteadyTime(), *origin->robots_at);
  const std::string fetched =
      fmt::format("fetched {}, status {}", When(*origin->robots_at, now), origin->robots_status);
  const bool is_file = origin->robots_status >= 200 && origin->robots_status <= 299;
  if (decision.answer != RobotsCache::Answer::kAllowed) {
    if (!is_file) return "disallowed by its status; " + fetched;
    const std::string_view why = std::string_view(decision.why).substr(kRobotsReason.size());
    return fmt::format("disallowed by \"{}\"; {}", why, fetched);
  }
  if (!is_file) return "allowed, there is none; " + fetched;
  const RobotsRules rules = RobotsRules::Parse(origin->robots_text, agent);
  const std::string_view line = rules.DecidingRule(url.path_and_query());
  return line.empty() ? "allowed, no rule matches; " + fetched
                      : fmt::format("allowed by \"{}\"; {}", line, fetched);
}

// Tells the stories of one URL.
class WhyTeller {
 public:
  WhyTeller(const Url& url, const UrlInquiry& inquiry, const SiteConfigs& configs, Timestamp now)
      : url_(url), inquiry_(inquiry), configs_(configs), now_(now) {}

  // A URL that is listed.
  void Tell(const UrlStory& story);
  // One that is not: says whether it was met at all.
  bool TellUnlisted();
  const std::string& text() const { return text_.text(); }

 private:
  const Config* ConfigOf(std::string_view site) const {
    const auto found = configs_.find(site);
    return found == configs_.end() ? nullptr : &found->second;
  }
  void TellPath(const UrlStory& story);
  void TellRule(const UrlStory& story);
  void TellState(const UrlStory& story);
  void TellDue(const UrlStory& story);
  void TellAttempts(const UrlStory& story);
  void TellRows(const UrlStory& story);
  void TellUnlistedFor(const SiteRules& site);
  bool WouldCrawl(const SiteRules& site, std::string* reason) const;

  const Url& url_;
  const UrlInquiry& inquiry_;
  const SiteConfigs& configs_;
  const Timestamp now_;
  StoryText text_;
};

void WhyTeller::Tell(const UrlStory& story) {
  const bool plain = story.method == "GET" && !story.sends_body;
  text_.Title(plain ? story.url
                    : fmt::format("{} {}{}", story.method, story.url,
                                  story.sends_body ? " with a body" : ""));
  text_.Line("site", story.site);
  TellPath(story);
  TellRule(story);
  text_.Line("robots", DescribeRobots(ConfigOf(story.site), url_, inquiry_.origin, now_));
  TellState(story);
  TellDue(story);
  TellAttempts(story);
  TellRows(story);
}

void WhyTeller::TellPath(const UrlStory& story) {
  if (story.path.empty()) return text_.Line("found", "it is a seed");
  const size_t steps = story.path.size();
  for (size_t i = 0; i < steps; ++i) {
    const FoundOn& hop = story.path[i];
    if (i == kToldSteps && steps > 2 * kToldSteps) {
      i = steps - kToldSteps - 1;
      text_.More(fmt::format("… {} more …", steps - 2 * kToldSteps));
      continue;
    }
    const std::string how = i == 0                        ? "seed "
                            : story.path[i - 1].redirects ? "redirected to "
                                                          : "link to ";
    text_.Line(i == 0 ? "found" : "", how + hop.url);
  }
  text_.More(story.path.back().redirects ? "redirected here"
                                         : fmt::format("link to here, at depth {}", story.depth));
}

// Which rule let it in or kept it out. Robots.txt has a line of its own.
void WhyTeller::TellRule(const UrlStory& story) {
  if (story.state == UrlState::kSkipped && !IsRobotsReason(story.reason)) {
    return text_.Line("rule", "kept out: " + story.reason);
  }
  if (story.depth == 0) {
    return text_.Line("rule", story.path.empty() ? "let in: seeds are not asked"
                                                 : "let in: where a seed leads counts as a seed");
  }
  const Config* config = ConfigOf(story.site);
  if (config == nullptr) return text_.Line("rule", "let in; the config is not known");
  const FollowRules rules(config->follow);
  const FollowRules::Decision decision = rules.Ask(url_);
  text_.Line("rule", decision.admits
                         ? "let in: " + rules.Reason(decision)
                         : "let in by an earlier config; the follow rules of this one keep it out");
}

void WhyTeller::TellState(const UrlStory& story) {
  std::string state(Name(story.state));
  if (!story.reason.empty()) state += ": " + story.reason;
  if (story.state == UrlState::kDone && story.last_status != 0) {
    state += fmt::format(", status {}", story.last_status);
  }
  if (story.state == UrlState::kPending && story.failures > 0) {
    state += fmt::format(" ({} so far)", Counted(story.failures, "failure"));
  }
  text_.Line("state", state);
}

void WhyTeller::TellDue(const UrlStory& story) {
  const Config* config = ConfigOf(story.site);
  const bool has_interval = config == nullptr || config->recrawl.max.has_value();
  const bool later = story.next_at && *story.next_at > now_;
  const bool settled = story.last_run_is_unfinished && story.settled_in >= story.last_run;
  if (story.state == UrlState::kSkipped && !IsRobotsReason(story.reason)) {
    return text_.Line("due", "never, unless the config changes");
  }
  if (later && (story.state == UrlState::kPending || has_interval)) {
    text_.Line("due", When(*story.next_at, now_));
  } else {
    text_.Line("due", story.state != UrlState::kPending && settled ? "when the next run begins"
                                                                   : "when a crawl runs");
  }
  if (inquiry_.origin && inquiry_.origin->next_at && *inquiry_.origin->next_at > now_) {
    text_.More("its host rests until " + When(*inquiry_.origin->next_at, now_));
  }
}

std::string DescribeAttempt(const FetchAttempt& attempt, const Url& url) {
  std::string text = fmt::format("{}  run {}  ", attempt.fetched_at, attempt.run);
  text += attempt.error.empty() ? fmt::format("status {}", attempt.status) : attempt.error;
  text += fmt::format(", {} ms, {}", Grouped(attempt.elapsed_ms), Counted(attempt.bytes, "byte"));
  if (!attempt.flags.empty()) text += fmt::format(" [{}]", attempt.flags);
  constexpr std::string_view kLocation = "location: ";
  const std::string headers = "\n" + attempt.redirect_headers;
  const size_t at = headers.find("\n" + std::string(kLocation));
  if (at == std::string::npos) return text;
  const size_t begin = at + 1 + kLocation.size();
  const std::string location = headers.substr(begin, headers.find('\n', begin) - begin);
  const auto target = Url::Parse(location, &url);
  return text + ", to " + (target ? target->href() : WithoutCredentials(location));
}

void WhyTeller::TellAttempts(const UrlStory& story) {
  const auto left_out = story.attempts_in_all - static_cast<int64_t>(story.attempts.size());
  text_.Line("attempts", story.attempts_in_all == 0 ? "none yet"
                         : left_out > 0
                             ? fmt::format("{}, of which the last {}:",
                                           Grouped(story.attempts_in_all), story.attempts.size())
                             : Grouped(story.attempts_in_all));
  for (const FetchAttempt& attempt : story.attempts) text_.More(DescribeAttempt(attempt, url_));
}

void WhyTeller::TellRows(const UrlStory& story) {
  std::string label = "rows";
  if (story.rows.empty()) text_.Line(label, "none");
  for (const GivenRows& rows : story.rows) {
    std::string text = fmt::format("{}: {}", rows.table, Grouped(rows.present));
    if (rows.gone > 0) text += fmt::format(", and {} gone", Grouped(rows.gone));
    text_.Line(std::exchange(label, ""), text);
  }
}

// Whether the rules of a site's config let the URL in, as far as they can be asked without a page
// that links to it. `reason` says why so.
bool WhyTeller::WouldCrawl(const SiteRules& site, std::string* reason) const {
  const Config* config = ConfigOf(site.site);
  if (config == nullptr) {
    *reason = "the config is not known";
    return false;
  }
  Scope scope(*config);
  if (site.has_seed_on_host) scope.AddSeedHost(url_.host());
  const ScopeDecision decision = scope.Ask(url_, 1);
  const bool let_in = decision.verdict == ScopeDecision::Verdict::kAdmit;
  *reason = let_in ? scope.follow().Reason(scope.follow().Ask(url_)) : decision.reason;
  return let_in;
}

void WhyTeller::TellUnlistedFor(const SiteRules& site) {
  text_.Line("site", site.site);
  std::string reason;
  const bool let_in = WouldCrawl(site, &reason);
  bool was_dropped = false;
  for (const DroppedLinks& dropped : inquiry_.dropped) {
    if (dropped.site != site.site || !dropped.names_url) continue;
    text_.Line("found", fmt::format("and dropped: {}; {} counted so, a few are kept as examples",
                                    dropped.reason, Counted(dropped.count, "link")));
    was_dropped = true;
  }
  if (!was_dropped) text_.Line("found", "on no page yet, as far as the database tells");
  text_.Line("rule", (let_in ? "would be let in: " : "would be kept out: ") + reason);
  if (was_dropped) return;
  for (const DroppedLinks& dropped : inquiry_.dropped) {
    if (dropped.site != site.site || dropped.names_url) continue;
    text_.More(fmt::format("{} of this host counted, not listed: {}",
                           Counted(dropped.count, "link"), dropped.reason));
    if (FollowRules::IsReason(dropped.reason)) {
      text_.More(
          "what follow refuses is listed up to 1,000 a host, and only counted beyond: it "
          "may be one of these");
    }
  }
}

bool WhyTeller::TellUnlisted() {
  text_.Title(fmt::format("{} is not among the URLs of this database", url_.href()));
  bool was_met = false;
  size_t elsewhere = 0;
  for (const SiteRules& site : inquiry_.sites) {
    const bool dropped =
        std::any_of(inquiry_.dropped.begin(), inquiry_.dropped.end(), [&](const DroppedLinks& d) {
          was_met = was_met || d.names_url;
          return d.site == site.site;
        });
    std::string reason;
    const bool let_in = WouldCrawl(site, &reason);
    if (inquiry_.sites.size() > 1 && !dropped && !let_in && reason == kHostReason) {
      ++elsewhere;
      continue;
    }
    TellUnlistedFor(site);
  }
  if (elsewhere > 0) {
    text_.Line("sites", fmt::format("{} more would keep it out: {}",
                                    Grouped(static_cast<int64_t>(elsewhere)), kHostReason));
  }
  const Config* config = configs_.empty() ? nullptr : &configs_.begin()->second;
  text_.Line("robots", DescribeRobots(config, url_, inquiry_.origin, now_));
  return was_met;
}

}  // namespace

int RunWhy(const WhyFlags& flags) {
  UrlError error = UrlError::kNone;
  const auto asked = Url::Parse(flags.url, nullptr, &error);
  if (!asked)
    throw UsageError(fmt::format("{} {}", WithoutCredentials(flags.url), Describe(error)));
  Url url = *asked;
  const auto reader = Reader::Open(DatabaseOf(flags.db));
  UrlInquiry inquiry = reader->Inquire(url.href(), url.host(), url.origin());
  const SiteConfigs configs = CurrentConfigs(flags.db, inquiry.sites);
  std::string note;
  if (const auto stripped = StrippedUrl(url, configs); inquiry.stories.empty() && stripped) {
    note = StrippedNote(*stripped) + "\n";
    url = *stripped;
    inquiry = reader->Inquire(url.href(), url.host(), url.origin());
  }
  WhyTeller teller(url, inquiry, configs, SystemClock().Wall());
  for (const UrlStory& story : inquiry.stories) teller.Tell(story);
  const bool was_met = inquiry.stories.empty() ? teller.TellUnlisted() : true;
  Output output = Output::Stdout();
  output.Write(note + teller.text());
  output.Close();
  return was_met ? kExitOk : kExitError;
}

}  // namespace thresh
