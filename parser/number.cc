#include "parser/number.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "parser/multipliers.h"

namespace thresh {
namespace {

// What characters are mapped to. Letters stay themselves.
constexpr char32_t kDecimalSign = 1;  // U+066B: never groups
constexpr char32_t kGroupSign = 2;    // U+066C: always groups
constexpr char32_t kCurrency = U'¤';

char32_t Normalised(UChar32 c) {
  switch (c) {
    case 0x2019:
    case 0x02bc:
      return U'\'';
    case 0x2212:
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0xff0d:
      return U'-';
    case 0xff0e:
      return U'.';
    case 0xff0c:
      return U',';
    case 0x066b:
      return kDecimalSign;
    case 0x066c:
      return kGroupSign;
    // Marks of the direction of writing.
    case 0x200e:
    case 0x200f:
    case 0x061c:
      return 0;
    default:
      break;
  }
  if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER) {
    return U'0' + static_cast<char32_t>(u_charDigitValue(c));
  }
  if (u_isUWhiteSpace(c)) return U' ';
  return u_charType(c) == U_CURRENCY_SYMBOL ? kCurrency : static_cast<char32_t>(c);
}

std::u32string Normalised(std::string_view text) {
  std::u32string result;
  const auto size = static_cast<int32_t>(std::min<size_t>(text.size(), 1 << 20));
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT_OR_FFFD(text.data(), i, size, c);
    if (const char32_t sign = Normalised(c); sign != 0) result += sign;
  }
  return result;
}

bool IsDecimalDigit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool IsLetter(char32_t c) { return u_isalpha(static_cast<UChar32>(c)); }
bool IsPoint(char32_t c) { return c == U'.' || c == U','; }
// "½": it belongs to the digits before it.
bool IsFraction(char32_t c) {
  const double value = u_getNumericValue(static_cast<UChar32>(c));
  return value != U_NO_NUMERIC_VALUE && value != std::floor(value);
}
// "²": an exponent, or the number of a note.
bool IsSuperscriptDigit(char32_t c) {
  const auto character = static_cast<UChar32>(c);
  return u_charType(character) == U_OTHER_NUMBER &&
         u_getIntPropertyValue(character, UCHAR_DECOMPOSITION_TYPE) == U_DT_SUPER;
}
bool MayGroup(char32_t c) { return c == U' ' || c == U'\'' || c == kGroupSign; }

// Words that stand between a currency's letters and its digits: "EUR12", "Rs.500", "kr 99".
bool IsCurrencyWord(std::u32string_view word) {
  constexpr std::array kWords = {
      U"EUR", U"USD", U"GBP", U"CHF", U"JPY", U"CNY", U"RMB", U"INR", U"RUB", U"PLN", U"CZK",
      U"HUF", U"SEK", U"NOK", U"DKK", U"AUD", U"CAD", U"NZD", U"BRL", U"MXN", U"KRW", U"TRY",
      U"UAH", U"RON", U"BGN", U"ILS", U"ZAR", U"SGD", U"HKD", U"TWD", U"THB", U"AED", U"SAR",
      U"Rs",  U"kr",  U"Kr",  U"Fr",  U"zł",  U"Kč",  U"US",  U"R",   U"RM",  U"Rp"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [word](const char32_t* other) { return word == other; });
}

// The digits between separators, and the separators between them.
struct Lexeme {
  size_t begin = 0;
  size_t end = 0;
  std::vector<std::string> parts;
  std::u32string separators;  // one less than parts
};

class Lexer {
 public:
  explicit Lexer(std::u32string_view text) : text_(text) {}

  std::optional<Lexeme> Run() {
    size_t at = 0;
    while (at < text_.size() && !IsDecimalDigit(text_[at])) ++at;
    if (at == text_.size()) return std::nullopt;
    Lexeme lexeme;
    lexeme.begin = at;
    if (LeadingPoint(at)) {
      lexeme.begin = at - 1;
      lexeme.parts.emplace_back();
      lexeme.separators += text_[at - 1];
    }
    at = Digits(at, &lexeme);
    while (Continues(lexeme, at)) {
      lexeme.separators += text_[at];
      at = Digits(at + 1, &lexeme);
    }
    lexeme.end = at;
    return lexeme;
  }

 private:
  char32_t At(size_t i) const { return i < text_.size() ? text_[i] : 0; }

  // ".5", but not "Rs.500" or "No.5".
  bool LeadingPoint(size_t at) const {
    if (at == 0 || !IsPoint(text_[at - 1])) return false;
    return at == 1 || !(IsLetter(text_[at - 2]) || IsPoint(text_[at - 2]));
  }

  size_t Digits(size_t at, Lexeme* lexeme) const {
    std::string& part = lexeme->parts.emplace_back();
    while (IsDecimalDigit(At(at))) part += static_cast<char>(text_[at++]);
    return at;
  }

  bool Continues(const Lexeme& lexeme, size_t at) const {
    const char32_t c = At(at);
    if (IsPoint(c) || c == kDecimalSign) return IsDecimalDigit(At(at + 1));
    if (!MayGroup(c)) return false;
    const bool three = IsDecimalDigit(At(at + 1)) && IsDecimalDigit(At(at + 2)) &&
                       IsDecimalDigit(At(at + 3)) && !IsDecimalDigit(At(at + 4));
    const bool fits =
        lexeme.parts.size() == 1 ? lexeme.parts[0].size() <= 3 : lexeme.parts.back().size() == 3;
    return three && fits;
  }

  std::u32string_view text_;
};

// Which separator is the decimal sign: its index, or the count of separators when all group.
std::optional<size_t> DecimalIndex(const Lexeme& lexeme, char decimal) {
  const std::u32string& signs = lexeme.separators;
  const size_t none = signs.size();
  if (none == 0) return none;
  const char32_t last = signs.back();
  if (last == kDecimalSign) return none - 1;
  if (MayGroup(last)) return none;
  if (decimal != '\0') return last == static_cast<char32_t>(decimal) ? none - 1 : none;
  const auto same = std::count(signs.begin(), signs.end(), last);
  if (same > 1) return none;
  if (none > 1) return none - 1;
  const std::string& before = lexeme.parts[0];
  const bool could_group =
      lexeme.parts[1].size() == 3 && !before.empty() && before.size() <= 3 && before[0] != '0';
  if (could_group) return std::nullopt;
  return none - 1;
}

// Whether the parts before `count` separators are groups of three (or, as in India, of two before
// the last three), all with one sign.
bool AreGroups(const Lexeme& lexeme, size_t count, char decimal) {
  if (count == 0) return true;
  const char32_t sign = lexeme.separators[0];
  if (sign == kDecimalSign || sign == static_cast<char32_t>(decimal)) return false;
  if (lexeme.parts[0].empty() || lexeme.parts[0].size() > 3 || lexeme.parts[0][0] == '0') {
    return false;
  }
  const bool indian = sign == U',' && count > 1 && lexeme.parts[1].size() == 2;
  if (indian && lexeme.parts[0].size() > 2) return false;
  for (size_t i = 1; i <= count; ++i) {
    const size_t digits = indian && i < count ? 2 : 3;
    if (lexeme.separators[i - 1] != sign || lexeme.parts[i].size() != digits) return false;
  }
  return true;
}

// Takes the word at the end of `text`, and the dot behind it, away from it.
std::u32string_view TakeWord(std::u32string_view* text) {
  if (text->ends_with(U'.')) text->remove_suffix(1);
  size_t letters = 0;
  while (letters < text->size() && IsLetter((*text)[text->size() - 1 - letters])) ++letters;
  const std::u32string_view word = text->substr(text->size() - letters);
  text->remove_suffix(letters);
  return word;
}

// `text` without the currencies and spaces at its end.
std::u32string_view WithoutCurrency(std::u32string_view text) {
  for (std::u32string_view rest = text; !text.empty(); text = rest) {
    if (text.back() == U' ' || text.back() == kCurrency) {
      rest.remove_suffix(1);
    } else if (!IsCurrencyWord(TakeWord(&rest))) {
      return text;
    }
  }
  return text;
}

// A sign before a currency, "-US$5" or "-€ 5", as long as it is none that may be a dash: "- 5". A
// word that is not known for one may be one: "-XAU 5". False where it leaves no number.
bool ReadSign(std::u32string_view text, bool* negative) {
  std::u32string_view before = WithoutCurrency(text);
  if (before.empty()) return true;
  if (before.back() != U'-') {
    TakeWord(&before);
    return before != U"-";
  }
  *negative = true;
  return before.size() == 1 && text.size() > 1 && text[1] != U' ';
}

// Whether what stands before the digits, a sign, a currency, other words, leaves the number what it
// is; then `negative` says its sign.
bool ReadBefore(std::u32string_view text, bool* negative) {
  bool signed_already = false;
  while (!text.empty()) {
    const char32_t c = text.back();
    if (c == U'-' || c == U'+') {
      if (signed_already) return false;
      signed_already = true;
      *negative = c == U'-';
      text.remove_suffix(1);
      if (!text.empty() && text.back() == U' ') return true;
    } else if (c == kCurrency) {
      text.remove_suffix(1);
    } else if (c == U'.' || IsLetter(c)) {
      std::u32string_view rest = text;
      if (!IsCurrencyWord(TakeWord(&rest))) return false;
      return signed_already ? rest.empty() : ReadSign(text, negative);
    } else if (c == U' ') {
      return ReadSign(text, negative);
    } else {
      return !signed_already || c == U'(' || c == U':';
    }
  }
  return true;
}

// "($5.00)": what accountants write for less than nothing, or a remark.
bool MayBeNegative(std::u32string_view before, std::u32string_view after) {
  if (!before.starts_with(U'(') || !after.ends_with(U')')) return false;
  before.remove_prefix(1);
  after.remove_suffix(1);
  const bool has_currency = !(before.empty() && after.empty());
  return has_currency && WithoutCurrency(before).empty() && WithoutCurrency(after).empty();
}

// Whether what stands behind the digits leaves the number what it is.
bool ReadAfter(std::u32string_view text) {
  const auto counts = [](char32_t c) { return IsDecimalDigit(c) || IsFraction(c); };
  if (std::any_of(text.begin(), text.end(), counts)) return false;
  if (!text.empty() && IsSuperscriptDigit(text[0])) return false;
  if (text == U"-" || text.starts_with(U"- ")) return false;  // "5-": a sign, or half a range
  const bool attached = !text.empty() && IsLetter(text[0]);
  if (text.starts_with(U'-')) text.remove_prefix(1);  // "$5-million"
  while (!text.empty() && (text[0] == U' ' || text[0] == U'+' || text[0] == kCurrency)) {
    text.remove_prefix(1);
  }
  if (text.starts_with(U"de ")) text.remove_prefix(3);  // Romanian: "20 de milioane"
  size_t letters = 0;
  while (letters < text.size() && IsLetter(text[letters])) ++letters;
  return !IsMultiplier(text.substr(0, letters), attached);
}

DecimalNumber Assemble(const Lexeme& lexeme, size_t decimal_index) {
  DecimalNumber number;
  for (size_t i = 0; i < lexeme.parts.size(); ++i) {
    (i <= decimal_index ? number.whole : number.fraction) += lexeme.parts[i];
  }
  number.whole.erase(0, std::min(number.whole.find_first_not_of('0'), number.whole.size()));
  number.fraction.erase(number.fraction.find_last_not_of('0') + 1);
  return number;
}

// "1.5e-3", as machines write it: nothing but the number.
std::optional<DecimalNumber> ParseExponent(std::u32string_view text) {
  const size_t e = text.find_first_of(U"eE");
  if (e == std::u32string_view::npos) return std::nullopt;
  std::string ascii;
  for (const char32_t c : text) {
    if (c > 0x7f) return std::nullopt;
    ascii += static_cast<char>(c);
  }
  double value = 0;
  const auto [end, fault] = std::from_chars(ascii.data(), ascii.data() + ascii.size(), value);
  if (fault != std::errc() || end != ascii.data() + ascii.size()) return std::nullopt;
  if (!IsDecimalDigit(static_cast<char32_t>(ascii[ascii[0] == '-' ? 1 : 0]))) return std::nullopt;
  std::array<char, 400> digits;
  const auto fixed =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  if (fixed.ec != std::errc()) return std::nullopt;
  std::string_view written(digits.data(), static_cast<size_t>(fixed.ptr - digits.data()));
  DecimalNumber number;
  number.negative = written.starts_with('-');
  if (number.negative) written.remove_prefix(1);
  const size_t point = std::min(written.find('.'), written.size());
  number.whole = written.substr(0, point);
  if (point < written.size()) number.fraction = written.substr(point + 1);
  if (number.whole == "0") number.whole.clear();
  return number;
}

std::u32string_view Trimmed(std::u32string_view text) {
  while (!text.empty() && text.front() == U' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == U' ') text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<DecimalNumber> ParseNumber(std::string_view text, char decimal) {
  const std::u32string characters = Normalised(text);
  const std::u32string_view trimmed = Trimmed(characters);
  if (const auto number = ParseExponent(trimmed)) return number;
  const std::optional<Lexeme> lexeme = Lexer(trimmed).Run();
  if (!lexeme) return std::nullopt;
  bool negative = false;
  const std::u32string_view before = trimmed.substr(0, lexeme->begin);
  const std::u32string_view after = trimmed.substr(lexeme->end);
  if (!ReadBefore(before, &negative) || !ReadAfter(after)) return std::nullopt;
  if (MayBeNegative(before, after)) return std::nullopt;
  const std::optional<size_t> point = DecimalIndex(*lexeme, decimal);
  if (!point || !AreGroups(*lexeme, *point, decimal)) return std::nullopt;
  DecimalNumber number = Assemble(*lexeme, *point);
  number.negative = negative;
  return number;
}

std::optional<int64_t> ToInteger(const DecimalNumber& number) {
  if (!number.fraction.empty()) return std::nullopt;
  const std::string digits = (number.negative ? "-0" : "0") + number.whole;
  int64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc()) return std::nullopt;
  return value;
}

std::optional<double> ToReal(const DecimalNumber& number) {
  const std::string digits =
      (number.negative ? "-0" : "0") + number.whole + "." + number.fraction + "0";
  double value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc()) return std::nullopt;
  return value;
}

}  // namespace thresh
