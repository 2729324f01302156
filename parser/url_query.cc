#include "parser/url_query.h"

#include <unicode/utf8.h>

#include "parser/percent.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

// The characters at the beginning of `text` that are not ASCII; takes them away from it.
std::u32string TakeCharacters(std::string_view* text) {
  std::u32string characters;
  const auto size = static_cast<int32_t>(text->size());
  int32_t at = 0;
  while (at < size && static_cast<signed char>((*text)[at]) < 0) {
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(text->data(), at, size, character);
    characters.push_back(static_cast<char32_t>(character));
  }
  text->remove_prefix(at);
  return characters;
}

void AppendQueryBytes(std::string_view bytes, std::string* out) {
  for (const char byte : bytes) {
    if (IsIn(byte, kQueryBytes)) {
      out->push_back(byte);
    } else {
      AppendEscape(byte, out);
    }
  }
}

void AppendEncoded(std::u32string_view characters, const charset::Encoder& encoder,
                   std::string* out) {
  while (!characters.empty()) {
    std::string bytes;
    characters.remove_prefix(encoder.Encode(characters, &bytes));
    AppendQueryBytes(bytes, out);
    if (characters.empty()) return;
    out->append("%26%23").append(std::to_string(uint32_t{characters[0]})).append("%3B");
    characters.remove_prefix(1);
  }
}

}  // namespace

std::string EscapeQuery(std::string_view query, const charset::Encoder& encoder) {
  std::string out;
  while (!query.empty()) {
    const size_t ascii = SkipAscii(query, 0);
    out.append(query, 0, ascii);
    query.remove_prefix(ascii);
    AppendEncoded(TakeCharacters(&query), encoder, &out);
  }
  return out;
}

}  // namespace thresh
