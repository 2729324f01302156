#include "pipeline/toml_scan.h"

#include <vector>

namespace thresh {
namespace {

constexpr size_t kUnclosed = std::string_view::npos;

bool IsTriple(std::string_view text, size_t at) {
  return at + 2 < text.size() && text[at + 1] == text[at] && text[at + 2] == text[at];
}

// The offset behind the closing quotes of the string whose opening quote is at `begin`.
size_t EndOfString(std::string_view text, size_t begin) {
  const char quote = text[begin];
  const bool multi_line = IsTriple(text, begin);
  for (size_t at = begin + (multi_line ? 3 : 1); at < text.size(); ++at) {
    if (text[at] == '\\' && quote == '"') {
      ++at;
    } else if (text[at] == '\n' && !multi_line) {
      return kUnclosed;
    } else if (text[at] == quote && !multi_line) {
      return at + 1;
    } else if (text[at] == quote && IsTriple(text, at)) {
      at += 3;
      while (at < text.size() && text[at] == quote) ++at;  // '''a'''' ends in a quote of its own
      return at;
    }
  }
  return kUnclosed;
}

}  // namespace

TomlScan ScanToml(std::string_view text) {
  TomlScan scan;
  size_t dots = 0;
  std::vector<size_t> brackets;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const size_t end = EndOfString(text, at);
      if (end == kUnclosed) {
        scan.unclosed_string = at;
        scan.unclosed_is_multi_line = IsTriple(text, at);
        return scan;
      }
      at = end;
      continue;
    }
    if (c == '#') {
      at = text.find('\n', at);
      if (at == std::string_view::npos) break;
      continue;
    }
    if (c == '\n') dots = 0;
    if (c == '.' && ++dots > kMaxDotsALine && !scan.too_deep) scan.too_deep = at;
    if (c == '[') brackets.push_back(at);
    if (c == ']' && !brackets.empty()) brackets.pop_back();
    ++at;
  }
  if (!brackets.empty()) scan.unclosed_bracket = brackets.back();
  return scan;
}

}  // namespace thresh
