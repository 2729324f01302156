// Words for people, on stderr.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace thresh {

// Prints, as fmt::print does, but never fails: a log on a full disk or a terminal that is gone must
// not stop a crawl, nor change how it ends. What cannot be written is lost.
template <typename... Arguments>
void PrintMessage(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  const std::string text = fmt::format(format, std::forward<Arguments>(arguments)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace thresh
