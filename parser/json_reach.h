// How far a JSON pointer leads that names nothing.
#pragma once

#include <string>
#include <string_view>

#include "parser/json_scan.h"

namespace thresh {

struct JsonReach {
  bool is_json = false;  // the text has a JSON value at all
  JsonFault fault;       // if not: of what begins as one
  std::string reached;   // the longest leading part of the pointer that names something
  // What that is, in words: "an array of 3", "an object with a, b, c", "a string". The names are
  // the document's own, a few of them.
  std::string there;
};

// Follows `pointer` (RFC 6901) in the first JSON value of `text`, as a rule does.
JsonReach FollowJsonPointer(std::string_view text, std::string_view pointer);

}  // namespace thresh
