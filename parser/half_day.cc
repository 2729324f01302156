#include "parser/half_day.h"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>

#include <functional>
#include <map>
#include <string>

#include "parser/date_names.h"

namespace thresh {
namespace {

using re2::RE2;

// A regex for a name that people write with dots and spaces in it, or without.
std::string NamePattern(std::string_view name) {
  std::string pattern;
  while (!name.empty()) {
    const size_t end = name.find_first_of(". ");
    const std::string_view piece = name.substr(0, end);
    if (!piece.empty()) {
      if (!pattern.empty()) pattern += R"([.\s]*)";
      pattern += RE2::QuoteMeta(re2::StringPiece(piece.data(), piece.size()));
    }
    name.remove_prefix(end == std::string_view::npos ? name.size() : end + 1);
  }
  return pattern;
}

struct HalfDayPatterns {
  std::string morning = "a[.]?m|π[.]?μ|上午|早上|凌晨|午前|오전";
  std::string afternoon = "p[.]?m|μ[.]?μ|下午|午後|오후";
};

HalfDayPatterns PatternsOf(std::string_view lang) {
  HalfDayPatterns patterns;
  if (lang.empty()) return patterns;
  UErrorCode status = U_ZERO_ERROR;
  const icu::DateFormatSymbols symbols(icu::Locale::createCanonical(std::string(lang).c_str()),
                                       status);
  if (U_FAILURE(status)) return patterns;
  int32_t count = 0;
  const icu::UnicodeString* names = symbols.getAmPmStrings(count);
  if (count < 2) return patterns;
  const auto add = [](const icu::UnicodeString& name, std::string* to) {
    std::string utf8;
    const std::string pattern = NamePattern(FoldDateText(name.toUTF8String(utf8)));
    if (!pattern.empty()) to->append("|").append(pattern);
  };
  add(names[0], &patterns.morning);
  add(names[1], &patterns.afternoon);
  return patterns;
}

// A group for each half of the day, in the order of HalfDay.
std::string NamesPattern(std::string_view lang) {
  const HalfDayPatterns patterns = PatternsOf(lang);
  return "(?:(" + patterns.morning + ")|(" + patterns.afternoon + ")|(晚上))";
}

// No part of a longer word; but Chinese and Korean have no spaces between theirs.
constexpr char kWordBegins[] = R"((?:^|[^\pL\pM]|\p{Han}|\p{Hangul}))";
constexpr char kWordEnds[] = R"((?:$|[^\pL\pM]|\p{Han}|\p{Hangul}))";

}  // namespace

HalfDayNames::HalfDayNames(std::string_view lang)
    : before_(kWordBegins + NamesPattern(lang) + R"(\.?\s*$)"),
      after_(R"(^\s*)" + NamesPattern(lang) + kWordEnds) {}

const HalfDayNames& HalfDayNames::Of(std::string_view lang) {
  static std::map<std::string, HalfDayNames, std::less<>> names;
  const auto known = names.find(lang);
  return known != names.end() ? known->second
                              : names.try_emplace(std::string(lang), lang).first->second;
}

HalfDay HalfDayNames::Find(std::string_view before, std::string_view after) const {
  std::string morning, afternoon, night;
  const auto matches = [&](std::string_view text, const RE2& names) {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), names, &morning,
                             &afternoon, &night);
  };
  if (!matches(after, after_) && !matches(before, before_)) return HalfDay::kUnsaid;
  if (!morning.empty()) return HalfDay::kMorning;
  return night.empty() ? HalfDay::kAfternoon : HalfDay::kNight;
}

}  // namespace thresh
