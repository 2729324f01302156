#include "parser/entities.h"

#include <algorithm>
#include <cstdint>

#include "parser/ascii.h"
#include "parser/entity_table.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

std::string_view NameOf(const NamedReference& reference) {
  return {kReferenceNames + reference.name, reference.name_size};
}
std::string_view ValueOf(const NamedReference& reference) {
  return {kReferenceValues + reference.value, reference.value_size};
}

// Null when there is none of that name, which is without ';'.
const NamedReference* FindNamed(std::string_view name) {
  const auto* found = std::lower_bound(
      kNamedReferences.begin(), kNamedReferences.end(), name,
      [](const NamedReference& entry, std::string_view wanted) { return NameOf(entry) < wanted; });
  return found != kNamedReferences.end() && NameOf(*found) == name ? found : nullptr;
}

// §13.2.5.80: what numbers of C1 controls mean, those of windows-1252; zero: the control itself.
constexpr char16_t kC1Replacements[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t CodePointOfNumber(uint32_t number) {
  if (number == 0) return kReplacementCharacter;
  if (number >= 0x80 && number <= 0x9F && kC1Replacements[number - 0x80] != 0) {
    return kC1Replacements[number - 0x80];
  }
  return number;  // AppendUtf8 replaces surrogates and what is above U+10FFFF
}

// A reference at the beginning of `text`, which begins with '&': appends what it stands for and
// gives its length; where there is none, zero.
size_t DecodeNumeric(std::string_view text, std::string* out) {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const uint32_t base = hex ? 16 : 10;
  const size_t digits = hex ? 3 : 2;
  size_t at = digits;
  uint32_t number = 0;
  for (; at < text.size() && ascii::HexValue(text[at]) < base; ++at) {
    number = std::min<uint32_t>(number * base + ascii::HexValue(text[at]), 0x110000);
  }
  if (at == digits) return 0;
  AppendUtf8(CodePointOfNumber(number), out);
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

// The longest name that may go without its ';' at the beginning of `run`.
const NamedReference* FindWithoutSemicolon(std::string_view run) {
  for (size_t size = std::min(run.size(), kLongestOptionalName); size >= 2; --size) {
    const NamedReference* found = FindNamed(run.substr(0, size));
    if (found != nullptr && found->semicolon_optional) return found;
  }
  return nullptr;
}

// As DecodeNumeric (§13.2.5.73). A name with its ';' is the longest match there can be.
size_t DecodeNamed(std::string_view text, EntityContext context, std::string* out) {
  const std::string_view head = text.substr(1, kLongestReferenceName + 1);
  const size_t run_size =
      std::find_if_not(head.begin(), head.end(), ascii::IsAlphanumeric) - head.begin();
  const std::string_view run = head.substr(0, run_size);
  if (run_size < head.size() && head[run_size] == ';') {
    if (const NamedReference* found = FindNamed(run)) {
      *out += ValueOf(*found);
      return 1 + run_size + 1;
    }
  }
  const NamedReference* found = FindWithoutSemicolon(run);
  if (found == nullptr) return 0;
  const size_t end = 1 + found->name_size;
  const bool goes_on = end < text.size() && (text[end] == '=' || ascii::IsAlphanumeric(text[end]));
  if (context == EntityContext::kAttribute && goes_on) return 0;
  *out += ValueOf(*found);
  return end;
}

}  // namespace

std::string DecodeEntities(std::string_view text, EntityContext context) {
  size_t ampersand = text.find('&');
  if (ampersand == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (; ampersand != std::string_view::npos; ampersand = text.find('&')) {
    out += text.substr(0, ampersand);
    text.remove_prefix(ampersand);
    const bool numeric = text.size() > 1 && text[1] == '#';
    size_t length = numeric ? DecodeNumeric(text, &out) : DecodeNamed(text, context, &out);
    if (length == 0) {
      out += '&';
      length = 1;
    }
    text.remove_prefix(length);
  }
  out += text;
  return out;
}

}  // namespace thresh
