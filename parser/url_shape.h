// What makes a URL look like a trap: endless variations of one page (calendars, session ids in
// paths), and paths that grow in circles.
#pragma once

#include <string>
#include <string_view>

#include "parser/url.h"

namespace thresh {

// What URLs of one kind have in common: host (and port), path and the sorted names of the query, in
// which '#' stands for each number, hexadecimal id (8 bytes and more, with a digit: UUIDs, hashes)
// and other id (mixed case and digits, or a quarter of digits in 16 bytes and more). So
// "x.test/cal/#/#?day" is one shape for all days. Linear.
std::string UrlShape(const Url& url);

// How often the same group of segments follows itself in `path`: 3 for "/a/a/a/x", 2 for
// "/a/b/a/b", 1 when nothing is repeated. Groups are of up to 32 segments, so that the longest path
// costs some 10 µs.
int PathRepeats(std::string_view path);

}  // namespace thresh
