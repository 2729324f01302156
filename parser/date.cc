#include "parser/date.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "parser/ascii.h"
#include "parser/date_format.h"
#include "parser/date_names.h"
#include "parser/date_parts.h"
#include "parser/half_day.h"

namespace thresh {
namespace {

using ascii::IsDigit;

using re2::RE2;

int Int(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

class FormatReader : public DateReader {
 public:
  FormatReader(std::string_view lang, DateFormat format, bool with_time)
      : names_(lang.empty() ? "en" : lang), format_(std::move(format)), with_time_(with_time) {}

  std::optional<std::string> Read(std::string_view text) const override {
    const auto parts = format_.Read(FoldDateText(text), names_);
    if (!parts) return std::nullopt;
    return ToIso(*parts, with_time_);
  }

 private:
  DateNames names_;
  DateFormat format_;
  bool with_time_;
};

// Takes the one time of day out of a text.
class TimeOfDay {
 public:
  explicit TimeOfDay(std::string_view lang) : lang_(lang) {}

  // False when there are two, or one that is none. What is left in `text` has no time in it.
  bool Take(std::string* text, DateParts* parts) const {
    std::string before, hour, minute, second, fraction, half, zone, hours, offset;
    RE2::Replace(text, dot_behind_word_, R"(\1:\2\3)");
    RE2::Replace(text, dot_before_uhr_, R"(\1:\2\3)");
    re2::StringPiece rest(*text);
    re2::StringPiece whole;
    if (!RE2::PartialMatch(rest, time_, &before, &whole, &hour, &minute, &second, &fraction, &half,
                           &zone, &hours, &offset)) {
      return true;
    }
    parts->hour = Int(hour);
    parts->minute = Int(minute);
    parts->second = Int(second);
    fraction.resize(3, '0');
    parts->millisecond = Int(fraction);
    if (!zone.empty()) parts->offset_minutes = 0;
    if (!hours.empty()) offset = hours.insert(1, "0");
    // "10:00-12:00" is a range, but not behind the T of ISO 8601, nor "10:00 UTC-12:00".
    const bool range =
        second.empty() && zone.empty() && before != "t" && offset.find(':') != std::string::npos;
    if (!offset.empty() && (range || !SetOffset(offset, parts))) return false;
    const auto begin = static_cast<size_t>(whole.data() - text->data());
    if (!SetHalf(HalfOf(parts->hour, half, *text, begin, begin + whole.size()), parts))
      return false;
    text->replace(begin, whole.size(), 1, ' ');
    return !RE2::PartialMatch(*text, time_);
  }

 private:
  // `letter` is that of "am" or "pm" behind the time, which stands in `text` from `begin` to `end`.
  HalfDay HalfOf(int hour, std::string_view letter, std::string_view text, size_t begin,
                 size_t end) const {
    if (!letter.empty()) return letter == "p" ? HalfDay::kAfternoon : HalfDay::kMorning;
    const HalfDay half = HalfDayNames::Of(lang_).Find(text.substr(0, begin), text.substr(end));
    const bool says_no_more = hour > 12 && half != HalfDay::kMorning;  // "下午16:05"
    return says_no_more ? HalfDay::kUnsaid : half;
  }

  // Twelve at night begins the next day, or is written with it.
  static bool SetHalf(HalfDay half, DateParts* parts) {
    if (half == HalfDay::kUnsaid) return true;
    if (parts->hour < 1 || parts->hour > 12) return false;
    if (half == HalfDay::kNight && parts->hour == 12) return false;
    parts->hour = parts->hour % 12 + (half == HalfDay::kMorning ? 0 : 12);
    return true;
  }

  // "+01:00", "-0500", "+01"; behind "UTC" also "+1" and "+5:30"
  static bool SetOffset(std::string_view offset, DateParts* parts) {
    const int hours = Int(offset.substr(1, 2));
    const int minutes = offset.size() > 3 ? Int(offset.substr(offset.size() - 2)) : 0;
    parts->offset_minutes = (offset[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    return hours < 24 && minutes < 60;
  }

  const RE2 time_{R"((^|[^\d:.,])((\d{1,2})(?::|h)(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)"
                  R"((?:\s*([ap])\.?\s?m\b\.?)?(?:\s?(z|utc|gmt)\b([+-]\d(?::?\d{2})?\b)?)?)"
                  R"((?:\s?([+-]\d{2}(?::?\d{2})?)\b)?))"};
  // With a dot where a word says that it is a time: "kl. 16.05", "klo 16.05", "16.05 Uhr".
  const RE2 dot_behind_word_{R"(\b((?:klo?|godz)\b\.?\s*\d{1,2})\.(\d{2})(\.?(?:[^.\d]|$)))"};
  const RE2 dot_before_uhr_{R"(\b(\d{1,2})\.(\d{2})(\s*uhr)\b)"};
  const std::string lang_;
};

// Dates of digits only.
class NumericDate {
 public:
  enum class Outcome { kNone, kFound, kNoDate };

  explicit NumericDate(DateOrder order) : order_(order) {}

  // kNoDate: there is something like a date that is none, or could be two.
  Outcome Find(const std::string& text, DateParts* parts) const {
    for (const RE2* form : {&dashes_, &slashes_, &dots_, &ideographs_}) {
      if (RE2::FullMatch(text, *form, &parts->year, &parts->month, &parts->day)) {
        return Outcome::kFound;
      }
    }
    int first = 0, second = 0;
    char sign = '\0', other_sign = '\0';
    if (!RE2::FullMatch(text, day_month_, &first, &sign, &second, &other_sign, &parts->year)) {
      return Outcome::kNone;
    }
    if (sign != other_sign) return Outcome::kNoDate;
    switch (sign == '.' ? DateOrder::kDayFirst : OrderOf(first, second)) {
      case DateOrder::kDayFirst:
        parts->day = first;
        parts->month = second;
        return Outcome::kFound;
      case DateOrder::kMonthFirst:
        parts->month = first;
        parts->day = second;
        return Outcome::kFound;
      case DateOrder::kUnknown:
        break;
    }
    return Outcome::kNoDate;
  }

 private:
  DateOrder OrderOf(int first, int second) const {
    if (first > 12 || first == second) return DateOrder::kDayFirst;
    return second > 12 ? DateOrder::kMonthFirst : order_;
  }

  DateOrder order_;
  const RE2 dashes_{R"(\D*(\d{4})-(\d{1,2})-(\d{1,2})\D*)"};
  const RE2 slashes_{R"(\D*(\d{4})/(\d{1,2})/(\d{1,2})\D*)"};
  const RE2 dots_{R"(\D*(\d{4})\.\s?(\d{1,2})\.\s?(\d{1,2})\D*)"};
  const RE2 ideographs_{R"(\D*(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]\D*)"};
  const RE2 day_month_{R"(\D*(\d{1,2})([./-])\s?(\d{1,2})([./-])\s?(\d{4})\D*)"};
};

// Dates with a month's name.
class NamedDate {
 public:
  explicit NamedDate(std::string_view lang) : names_(lang) {}

  // The one day, month and year that stand together in one of the three orders that are in use.
  bool Find(std::string_view text, DateParts* parts) const {
    const std::vector<Token> tokens = Tokenize(text);
    std::vector<const Token*> found;
    size_t numbers = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].kind == Token::kNumber) ++numbers;
      const std::vector<const Token*> three = ThreeFrom(tokens, i);
      if (!IsDate(three)) continue;
      if (!found.empty()) return false;
      found = three;
    }
    if (found.empty() || numbers != 2) return false;
    for (const Token* token : found) {
      if (token->kind == Token::kMonth) parts->month = token->value;
      if (token->kind == Token::kNumber)
        (token->digits == 4 ? parts->year : parts->day) = token->value;
    }
    return true;
  }

 private:
  struct Token {
    enum Kind { kNumber, kMonth, kFiller, kWord } kind = kWord;
    int value = 0;
    size_t digits = 0;
  };

  static bool IsLetter(char c) { return ascii::IsLower(c) || (c & 0x80) != 0; }

  std::vector<Token> Tokenize(std::string_view text) const {
    std::vector<Token> tokens;
    for (size_t i = 0; i < text.size();) {
      const size_t begin = i;
      if (IsDigit(text[i])) {
        while (i < text.size() && IsDigit(text[i])) ++i;
        const std::string_view digits = text.substr(begin, i - begin);
        tokens.push_back({Token::kNumber, Int(digits), digits.size()});
      } else if (IsLetter(text[i])) {
        while (i < text.size() && IsLetter(text[i])) ++i;
        tokens.push_back(Word(text.substr(begin, i - begin)));
      } else {
        ++i;
      }
    }
    return tokens;
  }

  Token Word(std::string_view word) const {
    // What stands between a day, a month and a year: "3rd of March", "3 de marzo de 2026", "3 d.".
    static constexpr std::array<std::string_view, 24> kFillers = {
        "st", "nd", "rd", "th", "of", "the", "de", "del",  "den", "d",    "er", "ème",
        "o",  "a",  "m",  "r",  "do", "di",  "г",  "года", "р",   "року", "à",  "le"};
    if (const auto month = names_.Month(word)) return {Token::kMonth, *month, 0};
    const bool filler = std::find(kFillers.begin(), kFillers.end(), word) != kFillers.end();
    return {filler ? Token::kFiller : Token::kWord, 0, 0};
  }

  // The token at `i` and the two behind it that are no fillers.
  static std::vector<const Token*> ThreeFrom(const std::vector<Token>& tokens, size_t i) {
    std::vector<const Token*> three;
    if (tokens[i].kind == Token::kFiller) return three;
    for (; i < tokens.size() && three.size() < 3; ++i) {
      if (tokens[i].kind != Token::kFiller) three.push_back(&tokens[i]);
    }
    return three;
  }

  // Day month year, month day year, or year month day.
  static bool IsDate(const std::vector<const Token*>& three) {
    if (three.size() != 3) return false;
    std::string shape;
    for (const Token* token : three) {
      const bool number = token->kind == Token::kNumber;
      shape += token->kind == Token::kMonth   ? 'm'
               : number && token->digits == 4 ? 'y'
               : number && token->digits <= 2 ? 'd'
                                              : '-';
    }
    return shape == "dmy" || shape == "mdy" || shape == "ymd";
  }

  DateNames names_;
};

class FreeReader : public DateReader {
 public:
  FreeReader(std::string_view lang, bool with_time)
      : time_(lang), numeric_(OrderOfNumbers(lang)), named_(lang), with_time_(with_time) {}

  std::optional<std::string> Read(std::string_view text) const override {
    if (text.size() > kMaxBytes) return std::nullopt;
    std::string folded = FoldDateText(text);
    DateParts parts;
    if (!time_.Take(&folded, &parts)) return std::nullopt;
    switch (numeric_.Find(folded, &parts)) {
      case NumericDate::Outcome::kNoDate:
        return std::nullopt;
      case NumericDate::Outcome::kFound:
        break;
      case NumericDate::Outcome::kNone:
        if (!named_.Find(folded, &parts)) return std::nullopt;
    }
    if (!IsPossible(parts)) return std::nullopt;
    return ToIso(parts, with_time_);
  }

 private:
  // A longer text is more than a date.
  static constexpr size_t kMaxBytes = 400;

  TimeOfDay time_;
  NumericDate numeric_;
  NamedDate named_;
  bool with_time_;
};

}  // namespace

std::shared_ptr<const DateReader> DateReader::Make(std::string_view lang, std::string_view format,
                                                   bool with_time, FormatError* error) {
  if (format.empty()) return std::make_shared<FreeReader>(lang, with_time);
  FormatError fault;
  auto parsed = DateFormat::Parse(format, &fault.message, &fault.offset);
  if (parsed) return std::make_shared<FormatReader>(lang, std::move(*parsed), with_time);
  if (error != nullptr) *error = std::move(fault);
  return nullptr;
}

}  // namespace thresh
