// strptime's formats, with month and weekday names of a language.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/date_names.h"
#include "parser/date_parts.h"

namespace thresh {

// A format, checked. Immutable; `names` must outlive it.
class DateFormat {
 public:
  // Nothing when there is a directive that is not known, or no whole day in it; then `fault` says
  // what is wrong and `offset` where.
  static std::optional<DateFormat> Parse(std::string_view format, std::string* fault,
                                         size_t* offset);

  // The parts of `folded` (see FoldDateText), all of which the format must describe.
  std::optional<DateParts> Read(std::string_view folded, const DateNames& names) const;

 private:
  struct Item {
    char directive = '\0';  // '\0': the literal, in which white space matches any, also none
    std::string literal;
  };
  class Reading;
  bool AddItems(std::string_view format, std::string* fault, size_t* offset);
  bool AddDirective(char directive);

  std::vector<Item> items_;
};

}  // namespace thresh
