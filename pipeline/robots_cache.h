// What the robots.txt of each origin says, and for how long that holds.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fetcher/fetch.h"
#include "parser/robots.h"
#include "pipeline/clock.h"
#include "storage/store.h"

namespace thresh {

// RFC 9309 §2.3 and §2.4: an answer holds for 24 hours; 4xx allows all, but 401 and 403 disallow
// (our choice: a site that asks for a password does not want a robot); 5xx and network errors
// disallow and are asked about again, after a rest that grows.
class RobotsCache {
 public:
  enum class Answer : uint8_t {
    kAllowed,
    kDisallowed,   // `why` names the line, or the status that stands for all
    kUnknown,      // fetch robots.txt first
    kUnreachable,  // it could not be fetched: ask again at retry_at
  };
  struct Decision {
    Answer answer;
    std::string why;
    SteadyTime retry_at{};
    bool given_up = false;                      // unreachable, however often it was tried
    std::optional<Milliseconds> crawl_delay{};  // where it is allowed
  };

  // Takes what an earlier process saved.
  void Restore(const HostRecord& record, Timestamp wall);
  // Whether the robot `agent` may fetch `path_and_query` of `origin`.
  Decision Ask(std::string_view origin, std::string_view agent, std::string_view path_and_query,
               SteadyTime now, Timestamp wall);
  // The delay that robots.txt asks `agent` for.
  std::optional<Milliseconds> CrawlDelay(std::string_view origin, std::string_view agent);

  // Accounts for an answer with a status, or for a fetch that failed: after `retries` more attempts
  // the rest is a long one.
  void OnResponse(std::string_view origin, int status, std::string text, Timestamp wall);
  void OnFailure(std::string_view origin, std::string_view why, int retries, SteadyTime now,
                 uint64_t random);
  // Fills the robots columns of `record` for its origin.
  void Save(HostRecord* record) const;

 private:
  struct Origin {
    std::optional<Timestamp> fetched_at;
    int status = 0;
    std::string text;
    std::vector<std::pair<std::string, RobotsRules>> rules;  // one an agent that asked
    int failures = 0;
    std::string failure;
    SteadyTime retry_at{};
    bool given_up = false;
  };
  const RobotsRules& RulesFor(Origin& origin, std::string_view agent) const;

  std::map<std::string, Origin, std::less<>> origins_;
};

}  // namespace thresh
