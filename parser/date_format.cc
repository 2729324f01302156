#include "parser/date_format.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "parser/ascii.h"

namespace thresh {
namespace {

using ascii::IsDigit;
using ascii::IsSpace;

constexpr std::string_view kDirectives = "YymdeBbhAajHIMSfpzZs";
// What glibc lets stand between the sign and the letter: how a number is padded.
constexpr std::string_view kFlags = "-_0^#EO";

// What the directives that stand for several are written out as.
std::string_view Expansion(char directive) {
  switch (directive) {
    case 'D':
      return "%m/%d/%y";
    case 'F':
      return "%Y-%m-%d";
    case 'R':
      return "%H:%M";
    case 'T':
      return "%H:%M:%S";
    default:
      return {};
  }
}

}  // namespace

// One reading of one text.
class DateFormat::Reading {
 public:
  Reading(std::string_view text, const DateNames& names) : rest_(text), names_(names) {}

  bool Take(const Item& item) {
    const bool behind_dot = std::exchange(took_dot_, false);
    if (item.directive != '\0') return TakeDirective(item.directive);
    std::string_view literal = item.literal;
    if (behind_dot && literal.starts_with('.')) literal.remove_prefix(1);
    return TakeLiteral(literal);
  }

  // What was read, once all items are taken.
  std::optional<DateParts> Finish() {
    SkipSpace();
    if (!rest_.empty()) return std::nullopt;
    if (epoch_) return FromEpoch(*epoch_);
    if (half_day_) {
      if (parts_.hour < 1 || parts_.hour > 12) return std::nullopt;
      parts_.hour = parts_.hour % 12 + *half_day_;
    }
    if (day_of_year_ && !ResolveDayOfYear()) return std::nullopt;
    if (!IsPossible(parts_)) return std::nullopt;
    return parts_;
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && IsSpace(rest_[0])) rest_.remove_prefix(1);
  }

  bool TakeLiteral(std::string_view literal) {
    for (const char c : literal) {
      if (IsSpace(c)) {
        SkipSpace();
      } else if (rest_.empty() || rest_[0] != c) {
        return false;
      } else {
        rest_.remove_prefix(1);
      }
    }
    return true;
  }

  bool TakeDirective(char directive) {
    if (directive != 'f') SkipSpace();
    switch (directive) {
      case 'Y':
        return Number(4, 4, &parts_.year);
      case 'y':
        return ShortYear();
      case 'm':
        return Number(1, 2, &parts_.month);
      case 'd':
      case 'e':
        return Number(1, 2, &parts_.day);
      case 'H':
      case 'I':
        return Number(1, 2, &parts_.hour);
      case 'M':
        return Number(1, 2, &parts_.minute);
      case 'S':
        return Number(1, 2, &parts_.second);
      case 'f':
        return Fraction();
      case 'j':
        return Number(1, 3, &day_of_year_.emplace());
      case 'p':
        return HalfDay();
      case 'z':
        return Offset();
      case 'Z':
        return ZoneName();
      case 's':
        return Epoch();
      case 'B':
      case 'b':
      case 'h':
        return MonthName();
      default:
        return WeekdayName();
    }
  }

  bool Number(size_t least, size_t most, int* value) {
    size_t digits = 0;
    while (digits < std::min(most, rest_.size()) && IsDigit(rest_[digits])) ++digits;
    if (digits < least) return false;
    std::from_chars(rest_.data(), rest_.data() + digits, *value);
    rest_.remove_prefix(digits);
    return true;
  }

  // As POSIX says: 69 to 99 are of the last century.
  bool ShortYear() {
    if (!Number(2, 2, &parts_.year)) return false;
    parts_.year += parts_.year < 69 ? 2000 : 1900;
    return true;
  }

  bool Fraction() {
    int digits = 0;
    for (; !rest_.empty() && IsDigit(rest_[0]); rest_.remove_prefix(1), ++digits) {
      if (digits < 3) parts_.millisecond = parts_.millisecond * 10 + (rest_[0] - '0');
    }
    for (int i = digits; i < 3; ++i) parts_.millisecond *= 10;
    return digits > 0;
  }

  bool HalfDay() {
    for (const auto& [word, hours] :
         {std::pair<std::string_view, int>{"am", 0}, {"pm", 12}, {"a.m.", 0}, {"p.m.", 12}}) {
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      half_day_ = hours;
      return true;
    }
    return false;
  }

  bool Offset() {
    if (rest_.starts_with('z')) {
      rest_.remove_prefix(1);
      parts_.offset_minutes = 0;
      return true;
    }
    if (rest_.empty() || (rest_[0] != '+' && rest_[0] != '-')) return false;
    const int sign = rest_[0] == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!Number(2, 2, &hours)) return false;
    if (rest_.starts_with(':')) rest_.remove_prefix(1);
    if (!rest_.empty() && IsDigit(rest_[0]) && !Number(2, 2, &minutes)) return false;
    parts_.offset_minutes = sign * (hours * 60 + minutes);
    return hours < 24 && minutes < 60;
  }

  // Only these names are one offset all over the world.
  bool ZoneName() {
    size_t letters = 0;
    while (letters < rest_.size() && ascii::IsLower(rest_[letters])) ++letters;
    const std::string_view name = rest_.substr(0, letters);
    if (name == "utc" || name == "gmt" || name == "z") parts_.offset_minutes = 0;
    rest_.remove_prefix(letters);
    return letters > 0;
  }

  bool Epoch() {
    int64_t seconds = 0;
    const auto [end, fault] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), seconds);
    if (fault != std::errc()) return false;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    epoch_ = seconds;
    return true;
  }

  bool MonthName() {
    size_t bytes = 0;
    const std::optional<int> month = names_.MonthPrefix(rest_, &bytes);
    if (!month) return false;
    parts_.month = *month;
    return TakeName(bytes);
  }

  bool WeekdayName() {
    const size_t bytes = names_.WeekdayPrefix(rest_);
    return bytes > 0 && TakeName(bytes);
  }

  // A short name may have a dot that the format does not show, or shows.
  bool TakeName(size_t bytes) {
    rest_.remove_prefix(bytes);
    took_dot_ = rest_.starts_with('.');
    if (took_dot_) rest_.remove_prefix(1);
    return true;
  }

  bool ResolveDayOfYear() {
    using namespace std::chrono;
    if (*day_of_year_ < 1 || *day_of_year_ > 366) return false;
    const DateParts date =
        PartsOf(sys_days(year(parts_.year) / January / 1) + days(*day_of_year_ - 1));
    parts_.month = date.month;
    parts_.day = date.day;
    return date.year == parts_.year;
  }

  static std::optional<DateParts> FromEpoch(int64_t seconds) {
    constexpr int64_t kYear2400 = 13569465600;
    if (seconds < -kYear2400 || seconds > kYear2400) return std::nullopt;
    const DateParts parts = PartsOf(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
    if (!IsPossible(parts)) return std::nullopt;
    return parts;
  }

  std::string_view rest_;
  const DateNames& names_;
  DateParts parts_;
  std::optional<int> half_day_;  // hours to add
  std::optional<int> day_of_year_;
  std::optional<int64_t> epoch_;
  bool took_dot_ = false;  // the last item was a name, and a dot behind it was taken with it
};

bool DateFormat::AddDirective(char directive) {
  if (const std::string_view expansion = Expansion(directive); !expansion.empty()) {
    std::string fault;
    size_t offset = 0;
    return AddItems(expansion, &fault, &offset);
  }
  if (directive == '%' || directive == 'n' || directive == 't') {
    items_.push_back({'\0', directive == '%' ? "%" : " "});
    return true;
  }
  items_.push_back({directive, {}});
  return kDirectives.find(directive) != std::string_view::npos;
}

bool DateFormat::AddItems(std::string_view format, std::string* fault, size_t* offset) {
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      items_.push_back({'\0', std::string(1, format[i])});
      while (i + 1 < format.size() && format[i + 1] != '%') items_.back().literal += format[++i];
      items_.back().literal = FoldDateText(items_.back().literal);
      continue;
    }
    *offset = i++;
    while (i < format.size() && kFlags.find(format[i]) != std::string_view::npos) ++i;
    if (i >= format.size()) {
      *fault = "a % at the end: write %% for the sign itself";
      return false;
    }
    if (!AddDirective(format[i])) {
      *fault = "%" + std::string(1, format[i]) +
               " is not known: there are %Y %y %m %d %e %B %b %j %H %I %M %S %f %p %z %Z %s %A "
               "%a %D %F %R %T";
      return false;
    }
  }
  return true;
}

std::optional<DateFormat> DateFormat::Parse(std::string_view format, std::string* fault,
                                            size_t* offset) {
  DateFormat result;
  if (!result.AddItems(format, fault, offset)) return std::nullopt;
  const auto has = [&result](std::string_view any) {
    return std::any_of(result.items_.begin(), result.items_.end(), [any](const Item& item) {
      return item.directive != '\0' && any.find(item.directive) != std::string_view::npos;
    });
  };
  const bool day = has("j") || (has("de") && has("mBbh"));
  if (has("s") || (has("Yy") && day)) return result;
  *fault = "a date needs a year, a month and a day in its format";
  *offset = 0;
  return std::nullopt;
}

std::optional<DateParts> DateFormat::Read(std::string_view folded, const DateNames& names) const {
  Reading reading(folded, names);
  for (const Item& item : items_) {
    if (!reading.Take(item)) return std::nullopt;
  }
  return reading.Finish();
}

}  // namespace thresh
