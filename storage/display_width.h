// How many columns text takes on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace thresh {

// 0, 1 or 2: combining marks and format characters take none, East Asian wide and fullwidth ones
// two (UAX #11). Ambiguous ones take one, as terminals outside East Asia have it.
int CodePointWidth(char32_t code_point);

// Of UTF-8 without control characters; an invalid byte takes one column.
size_t DisplayWidth(std::string_view text);

// `text` itself when it fits into `width` columns, else its beginning and "…". `width` is at
// least 1.
std::string CutToWidth(std::string_view text, size_t width);

}  // namespace thresh
