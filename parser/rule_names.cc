#include "parser/rule_names.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "parser/ascii.h"

namespace thresh {
namespace {

constexpr size_t kMaxNameBytes = 128;
constexpr std::array<std::string_view, 9> kOurTables = {
    "runs", "configs", "urls", "pages", "bodies", "hosts", "extraction", "dropped", "progress"};

bool MayStandInName(UChar32 c) {
  const int mark = U_GET_GC_MASK(c) & U_GC_M_MASK;
  return u_isalpha(c) || u_isdigit(c) || mark != 0 || c == '_';
}

// What is wrong with the spelling, for any name.
std::string SpellingFault(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxNameBytes) return "is longer than 128 bytes";
  if (name[0] == '_') return "begins with _, which is kept for thresh's own columns";
  const auto size = static_cast<int32_t>(name.size());
  for (int32_t i = 0; i < size;) {
    const bool first = i == 0;
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(name.data(), i, size, c);
    if (c < 0) return "is not UTF-8";
    if (first && u_isdigit(c)) return "begins with a digit";
    if (MayStandInName(c)) continue;
    const auto bytes = static_cast<size_t>(i - begin);
    return "has '" + std::string(name.substr(static_cast<size_t>(begin), bytes)) +
           "' in it: letters, digits and _ are allowed";
  }
  return {};
}

}  // namespace

std::string FoldedName(std::string_view name) { return ascii::Lowered(name); }

std::string ColumnNameFault(std::string_view name) {
  if (std::string fault = SpellingFault(name); !fault.empty()) return fault;
  const std::string folded = FoldedName(name);
  if (folded == "rowid" || folded == "oid") return "is SQLite's own name for a row's number";
  return {};
}

bool IsViewColumn(std::string_view name) {
  const std::string folded = FoldedName(name);
  return folded == "page_url" || folded == "fetched_at" || folded == "checked_at";
}

std::string TableNameFault(std::string_view name) {
  if (std::string fault = SpellingFault(name); !fault.empty()) return fault;
  const std::string folded = FoldedName(name);
  if (std::find(kOurTables.begin(), kOurTables.end(), folded) != kOurTables.end()) {
    return "is one of thresh's own tables";
  }
  if (folded.starts_with("sqlite_")) return "begins with sqlite_, which is kept for SQLite";
  if (folded.ends_with("_v")) return "ends in _v, which is kept for the views of tables";
  if (folded.ends_with("_history")) return "ends in _history, which is kept for tables' histories";
  return {};
}

}  // namespace thresh
