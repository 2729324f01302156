// Numbers as people write them on pages: "1 234,50 €", "1,234.50", "£12.99", "−3 °C".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

// A number's decimal digits. Empty parts are zero.
struct DecimalNumber {
  bool negative = false;
  std::string whole;     // without leading zeros
  std::string fraction;  // without trailing zeros
};

// The one number in `text`, which may have a currency, a unit or other words around it.
//
// `decimal` is '.' or ',' when the language is known, else '\0'. Then a value is taken where only
// one reading is possible: the last of two kinds of separators is the decimal sign ("1,234.50"), a
// repeated one groups ("1.234.567"), and so does a space or an apostrophe; a single one is the
// decimal sign unless exactly three digits follow one to three others.
//
// Gives nothing where that is so ("1.234"), and for two numbers ("3 of 5", "10-20"), for groups
// that are none ("12.99" where ',' is the decimal sign), for multiples ("1.2M", "3 Mio.", "10⁶"),
// for fractions ("1½") and for digits that belong to a word ("A4").
std::optional<DecimalNumber> ParseNumber(std::string_view text, char decimal = '\0');

// The number as an integer; nothing when it has a fraction or more than 64 bits.
std::optional<int64_t> ToInteger(const DecimalNumber& number);

// The nearest double; nothing when it is beyond all of them.
std::optional<double> ToReal(const DecimalNumber& number);

}  // namespace thresh
