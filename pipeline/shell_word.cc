#include "pipeline/shell_word.h"

#include <string_view>

namespace thresh {
namespace {

constexpr std::string_view kSafeInShell =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,=";

}  // namespace

std::string ShellWord(const std::string& text) {
  if (text.starts_with('-')) return ShellWord("./" + text);  // no flag
  if (!text.empty() && text.find_first_not_of(kSafeInShell) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace thresh
