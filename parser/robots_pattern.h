// What stands behind Allow and Disallow (RFC 9309 §2.2.2 and §2.2.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace thresh {

// `path_and_query` as patterns compare it: escapes of unreserved characters are decoded, all that
// is neither unreserved nor reserved is escaped in UTF-8, and so is "'", which URLs escape in their
// query only. "%2A" and "%24" are "*" and "$", as they have no other spelling in a pattern.
std::string RobotsPath(std::string_view path_and_query);

// A path's beginning, in which '*' stands for any characters; a '$' at its end makes it the whole
// path. An immutable value.
class RobotsPattern {
 public:
  explicit RobotsPattern(std::string_view pattern);

  // `path` is what RobotsPath gave. Linear in the sizes of both: each part between two stars is
  // looked for once, from where the one before it ended.
  bool Matches(std::string_view path) const;

  // In octets of its normal form, in which "%2A" and "%24" are three: the longest of the patterns
  // that match decides.
  size_t length() const { return length_; }
  bool empty() const { return length_ == 0; }

 private:
  std::vector<std::string> parts_;  // what stands between the stars; there is at least one
  bool anchored_ = false;
  size_t length_ = 0;
};

}  // namespace thresh
