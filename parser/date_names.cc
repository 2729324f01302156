#include "parser/date_names.h"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/smpdtfmt.h>

#include <algorithm>
#include <array>
#include <memory>

namespace thresh {
namespace {

constexpr int kTwoMonths = -1;
constexpr std::array kTwentyLanguages = {"en", "de", "fr", "es", "it", "pt", "nl",
                                         "pl", "cs", "sk", "hu", "ro", "sv", "da",
                                         "nb", "fi", "ru", "uk", "tr", "el"};

// Short names that are in use and that ICU does not list.
struct ShortName {
  std::string_view lang;
  std::string_view name;
  int month;
};
constexpr std::array kMoreNames = {
    ShortName{"en", "sept", 9},      ShortName{"en", "mar", 3},    ShortName{"de", "mrz", 3},
    ShortName{"de", "jän", 1},       ShortName{"de", "jänner", 1}, ShortName{"de", "feber", 2},
    ShortName{"es", "setiembre", 9}, ShortName{"nl", "mrt", 3},    ShortName{"sv", "sept", 9},
    ShortName{"it", "sett", 9},      ShortName{"pt", "março", 3}};

icu::Locale Gregorian(std::string_view lang) {
  icu::Locale locale = icu::Locale::createCanonical(std::string(lang).c_str());
  UErrorCode status = U_ZERO_ERROR;
  locale.setKeywordValue("calendar", "gregorian", status);
  return locale;
}

std::string Folded(const icu::UnicodeString& name) {
  std::string utf8;
  name.toUTF8String(utf8);
  std::string folded = FoldDateText(utf8);
  while (folded.ends_with('.')) folded.pop_back();
  return folded;
}

// "de gener" and "3月" are found otherwise: by their standalone form, as numbers.
bool IsOneWord(std::string_view name) {
  return !name.empty() && name.find_first_of(" 0123456789") == std::string_view::npos;
}

size_t LongestPrefix(const std::unordered_map<std::string, int>& names, std::string_view text,
                     int* value) {
  size_t best = 0;
  for (const auto& [name, number] : names) {
    if (name.size() <= best || !text.starts_with(name)) continue;
    best = name.size();
    *value = number;
  }
  return best;
}

}  // namespace

std::string FoldDateText(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  std::string result;
  if (U_FAILURE(status)) return std::string(text);
  icu::StringByteSink<std::string> sink(&result);
  fold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
                      nullptr, status);
  return U_FAILURE(status) ? std::string(text) : result;
}

DateNames::DateNames(std::string_view lang) {
  if (!lang.empty()) {
    Add(lang);
  } else {
    for (const char* language : kTwentyLanguages) Add(language);
  }
}

void DateNames::Add(std::string_view lang) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale = Gregorian(lang);
  const icu::DateFormatSymbols symbols(locale, status);
  if (U_FAILURE(status)) return;
  using Symbols = icu::DateFormatSymbols;
  for (const auto context : {Symbols::FORMAT, Symbols::STANDALONE}) {
    for (const auto width : {Symbols::WIDE, Symbols::ABBREVIATED}) {
      int32_t count = 0;
      const icu::UnicodeString* months = symbols.getMonths(count, context, width);
      for (int32_t i = 0; i < std::min(count, 12); ++i) AddMonth(Folded(months[i]), i + 1);
      const icu::UnicodeString* days = symbols.getWeekdays(count, context, width);
      for (int32_t i = 1; i < count; ++i) {  // ICU's first is empty
        if (std::string day = Folded(days[i]); !day.empty()) weekdays_.emplace(day, i);
      }
    }
  }
  for (const ShortName& more : kMoreNames) {
    if (more.lang == locale.getLanguage()) AddMonth(FoldDateText(more.name), more.month);
  }
}

void DateNames::AddMonth(std::string name, int month) {
  if (!IsOneWord(name)) return;
  const auto [place, added] = months_.emplace(std::move(name), month);
  if (!added && place->second != month) place->second = kTwoMonths;
}

std::optional<int> DateNames::Month(std::string_view folded) const {
  const auto found = months_.find(std::string(folded));
  if (found == months_.end() || found->second == kTwoMonths) return std::nullopt;
  return found->second;
}

std::optional<int> DateNames::MonthPrefix(std::string_view folded, size_t* size) const {
  int month = kTwoMonths;
  *size = LongestPrefix(months_, folded, &month);
  if (*size == 0 || month == kTwoMonths) return std::nullopt;
  return month;
}

size_t DateNames::WeekdayPrefix(std::string_view folded) const {
  int day = 0;
  return LongestPrefix(weekdays_, folded, &day);
}

DateOrder OrderOfNumbers(std::string_view lang) {
  const icu::Locale locale = Gregorian(lang);
  const std::string_view language = locale.getLanguage();
  const bool unsure = language == "en" && *locale.getCountry() == '\0';
  if (lang.empty() || unsure) return DateOrder::kUnknown;
  const std::unique_ptr<icu::DateFormat> format(
      icu::DateFormat::createDateInstance(icu::DateFormat::kShort, locale));
  const auto* simple = dynamic_cast<const icu::SimpleDateFormat*>(format.get());
  if (simple == nullptr) return DateOrder::kUnknown;
  icu::UnicodeString pattern;
  simple->toPattern(pattern);
  const int32_t day = pattern.indexOf(u'd');
  const int32_t month = pattern.indexOf(u'M');
  if (pattern.indexOf(u'y') < std::min(day, month)) return DateOrder::kUnknown;
  return day < month ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
}

}  // namespace thresh
