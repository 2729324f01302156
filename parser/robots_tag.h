// What pages and their headers say about themselves to crawlers: <meta name="robots"> and
// X-Robots-Tag.
#pragma once

#include <string_view>

namespace thresh {

struct RobotsDirectives {
  bool noindex = false;
  bool nofollow = false;

  RobotsDirectives& operator|=(RobotsDirectives other) {
    noindex |= other.noindex;
    nofollow |= other.nofollow;
    return *this;
  }
  friend bool operator==(RobotsDirectives, RobotsDirectives) = default;
};

// The content of <meta name="robots">: words between commas, in any case; "none" is both. White
// space separates words, too, as careless authors have it.
RobotsDirectives ParseRobotsMeta(std::string_view content);

// The value of one X-Robots-Tag header. "name: nofollow, noindex" speaks only to that agent, up to
// the next name or the value's end; `agent` is the whole user agent or its product token.
RobotsDirectives ParseRobotsTag(std::string_view value, std::string_view agent);

}  // namespace thresh
