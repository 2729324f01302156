// Dates as people write them, in the languages that ICU knows, as ISO 8601.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

// Reads dates of one language or format. Immutable; making one costs some ICU lookups (about a
// millisecond without a language): make it at load.
//
// Without a format these are understood, with words of the language or, without one, of twenty:
// "2026-03-03", "2026-03-03T10:00:00+01:00", "3. März 2026", "March 3rd, 2026", "Tue, 03 Mar 2026
// 10:00:00 GMT", "03.03.2026", "2026年3月3日". Nothing is guessed: a month name that is two
// months in two languages, a "3/4/2026" without a language that orders it, a year of two digits, a
// second date or a number too many give nothing.
//
// The format is strptime's: %Y %m %d %e %y %b %B %h %a %A %j %H %I %M %S %f %p %z %Z %s %D %F %R
// %T %n %t %%, with names of the language (English without one). It must describe the whole text.
class DateReader {
 public:
  // Why a format cannot be read.
  struct FormatError {
    std::string message;
    size_t offset = 0;
  };
  // `with_time`: gives "2026-03-03T10:00:00.000Z" in UTC where the text names an offset, the same
  // without "Z" where it does not, midnight where it names no time; else "2026-03-03", the date as
  // written.
  static std::shared_ptr<const DateReader> Make(std::string_view lang, std::string_view format,
                                                bool with_time, FormatError* error);
  virtual ~DateReader() = default;

  // `text` must be trimmed.
  virtual std::optional<std::string> Read(std::string_view text) const = 0;
};

}  // namespace thresh
