#include "pipeline/diagnostic.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace thresh {
namespace {

// Characters that would change what a terminal shows around them.
bool IsUnsafe(UChar32 c) {
  return u_charType(c) == U_CONTROL_CHAR || u_charType(c) == U_FORMAT_CHAR || c == 0x2028 ||
         c == 0x2029;
}

}  // namespace

std::string Visible(std::string_view text) {
  std::string result;
  const int32_t size = static_cast<int32_t>(std::min<size_t>(text.size(), 1u << 20));
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0) {
      result += "\uFFFD";
    } else if (IsUnsafe(c)) {
      result += fmt::format("\\u{{{:X}}}", static_cast<uint32_t>(c));
    } else {
      result += text.substr(begin, i - begin);
    }
  }
  return result;
}

std::string ToString(const Diagnostic& diagnostic) {
  std::string result = Visible(diagnostic.file);
  if (diagnostic.line > 0) result += fmt::format(":{}", diagnostic.line);
  if (diagnostic.line > 0 && diagnostic.column > 0) result += fmt::format(":{}", diagnostic.column);
  const bool is_error = diagnostic.severity == Diagnostic::Severity::kError;
  return result + (is_error ? ": error: " : ": warning: ") + Visible(diagnostic.message);
}

bool HasErrors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Diagnostic::Severity::kError;
  });
}

void SortDiagnostics(std::vector<Diagnostic>* diagnostics) {
  std::map<std::string, size_t> order;
  for (const Diagnostic& diagnostic : *diagnostics) order.emplace(diagnostic.file, order.size());
  const auto rank = [&](const Diagnostic& d) {
    return std::tuple(order.at(d.file), d.line, d.column);
  };
  std::stable_sort(diagnostics->begin(), diagnostics->end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return rank(a) < rank(b); });
  std::vector<Diagnostic> unique;
  for (Diagnostic& diagnostic : *diagnostics) {
    const auto same_place = [&](const Diagnostic& other) { return other == diagnostic; };
    const size_t lookback = std::min<size_t>(unique.size(), 100);
    if (std::none_of(unique.end() - lookback, unique.end(), same_place)) {
      unique.push_back(std::move(diagnostic));
    }
  }
  *diagnostics = std::move(unique);
}

}  // namespace thresh
