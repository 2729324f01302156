// Pages whose matter is not in their HTML.
#pragma once

#include <string_view>

namespace thresh {

// Whether an HTML page has scripts and hardly any text that people would see: what a browser shows
// of it is then made by these, of data that they load, and no rule finds it. Reads the first 2 MB;
// linear.
bool IsDrawnByScripts(std::string_view html);

// What that means, for people.
inline constexpr std::string_view kDrawnByScripts =
    "hardly any text is in this page: its scripts make what a browser shows of it, of data that "
    "they load, which is often JSON; the network tab of the browser's tools has its URL, which can "
    "be crawled instead";

}  // namespace thresh
