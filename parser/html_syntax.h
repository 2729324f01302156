// Where the tokens of an HTML page end: the tokenizer states of the HTML standard (§13.2.5) as
// functions over offsets. What html.h's scanner is made of. Nothing is allocated; each function
// looks at the bytes that it passes over a bounded number of times.
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/ascii.h"

namespace thresh::html {

constexpr bool IsSpace(char c) {  // §13.2.5: tab, LF, FF, CR (before its normalisation), space
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
constexpr std::string_view WithoutSpace(std::string_view text) {
  return ascii::Trimmed(text, IsSpace);
}
// As std::string_view::find. Most of what is looked for in a page stands near, where calling memchr
// takes longer than looking.
inline size_t FindByte(std::string_view text, char byte, size_t at) {
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(byte);
  for (int block = 0; block < 4 && at + sizeof(__m128i) <= text.size(); ++block) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const int equal = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted));
    if (equal != 0) return at + static_cast<size_t>(__builtin_ctz(equal));
    at += sizeof(__m128i);
  }
#endif
  return text.find(byte, at);
}

// The text behind `last` in the functions below, which read so much at a time.
inline constexpr size_t kReadAhead = 16;

// The first of `bytes` at `at` or behind it; nullptr when there is none before `last`. For bytes
// that stand near.
template <typename... Bytes>
inline const char* FindFirst(const char* at, const char* last, Bytes... bytes) {
#ifdef __SSE2__
  for (; at < last; at += sizeof(__m128i)) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i equal = _mm_setzero_si128();
    ((equal = _mm_or_si128(equal, _mm_cmpeq_epi8(block, _mm_set1_epi8(bytes)))), ...);
    const int found = _mm_movemask_epi8(equal);
    if (found != 0) return at + __builtin_ctz(found);
  }
#else
  for (; at < last; ++at) {
    if (((*at == bytes) || ...)) return at;
  }
#endif
  return nullptr;
}

// What ends a run of bytes in a tag.
enum ByteClass : uint8_t {
  kEndsTagName = 1,     // space, '/', '>'
  kEndsAttrName = 2,    // space, '/', '>', '='
  kEndsUnquoted = 4,    // space, '>'
  kBetweenAttrs = 8,    // space, '/'
  kPlainAttrName = 16,  // what nearly all names of attributes are made of
};
inline constexpr std::array<uint8_t, 256> kByteClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (unsigned char c : {' ', '\n', '\t', '\r', '\f'}) {
    classes[c] = kEndsTagName | kEndsAttrName | kEndsUnquoted | kBetweenAttrs;
  }
  classes['/'] = kEndsTagName | kEndsAttrName | kBetweenAttrs;
  classes['>'] = kEndsTagName | kEndsAttrName | kEndsUnquoted;
  classes['='] = kEndsAttrName;
  for (unsigned char c = 'a'; c <= 'z'; ++c) {
    classes[c] = kPlainAttrName;
    classes[c - 'a' + 'A'] = kPlainAttrName;
  }
  for (unsigned char c = '0'; c <= '9'; ++c) classes[c] = kPlainAttrName;
  for (unsigned char c : {'-', '_', ':', '.'}) classes[c] = kPlainAttrName;
  return classes;
}();
constexpr bool Is(char c, ByteClass byte_class) {
  return (kByteClasses[static_cast<unsigned char>(c)] & byte_class) != 0;
}

// Whether a quote in a tag, the first one or the first one behind another value, opens the value of
// an attribute, as it nearly always does: before it stand white space, a plain name and '='. Says
// no where in doubt: the quote of `<a b= c="` is part of a value without quotes.
inline bool OpensValue(const char* quote) {
  const char* at = quote - 1;
  if (*at != '=') return false;
  const char* const equals = at--;
  while (Is(*at, kPlainAttrName)) --at;  // '<' is none
  if (at + 1 == equals || !IsSpace(*at)) return false;
  while (IsSpace(*at)) --at;  // the tag's name is none
  return *at != '=';
}

// The '>' of the tag whose name goes on at `at`, for tags as people write them, with all values in
// quotes; nullptr when it has to be read byte by byte, or reaches to `last`.
inline const char* PlainTagClose(const char* at, const char* last) {
  for (;;) {
    at = FindFirst(at, last, '>', '"', '\'');
    if (at == nullptr || *at == '>') return at;
    if (!OpensValue(at)) return nullptr;
    at = FindFirst(at + 1, last, *at);
    if (at == nullptr) return nullptr;
    ++at;
  }
}

// What stands at a '<'.
enum class MarkupKind {
  kText,     // nothing but a '<'
  kComment,  // a comment, bogus comment, doctype, CDATA section or "</>"
  kStartTag,
  kEndTag,
};
inline MarkupKind KindOfMarkup(std::string_view html, size_t begin) {
  if (begin + 1 >= html.size()) return MarkupKind::kText;
  const char c = html[begin + 1];
  if (ascii::IsAlpha(c)) return MarkupKind::kStartTag;
  if (c == '!' || c == '?') return MarkupKind::kComment;
  if (c != '/' || begin + 2 >= html.size()) return MarkupKind::kText;
  return ascii::IsAlpha(html[begin + 2]) ? MarkupKind::kEndTag : MarkupKind::kComment;
}

// Behind the kComment markup at `begin`; the size of `html` when it is never closed. `foreign`:
// inside <svg> or <math>, where <![CDATA[ runs to "]]>" and not to the first '>' (§13.2.5.42).
size_t CommentEnd(std::string_view html, size_t begin, bool foreign);

// Behind the tag name that begins at `at`.
inline size_t TagNameEnd(std::string_view html, size_t at) {
  while (at < html.size() && !Is(html[at], kEndsTagName)) ++at;
  return at;
}

// The '>' of the tag whose name ends at `at`, or npos when the page ends before it: then it is no
// tag at all (§13.2.5.32 and its kin, "eof-in-tag").
struct TagClose {
  size_t at = std::string_view::npos;
  bool self_closing = false;
};
TagClose FindTagClose(std::string_view html, size_t at);

// One attribute of those in `rest`, which it is cut from; false when there is none left.
bool ReadAttribute(std::string_view* rest, std::string_view* name, std::string_view* value);

// Elements whose content is text to the tokenizer, whatever it looks like (§13.2.6.2,
// §13.2.6.4.7).
inline constexpr std::array<std::string_view, 9> kRawTextNames = {
    "script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext"};
bool IsRawText(std::string_view name);

// Whether a tag of that name may have the text behind it read otherwise: it may be a raw text
// element, <svg> or <math>. The scanner asks for every tag: all but a few are known by their size
// and first letter not to be. `name` begins with a letter.
inline constexpr auto kChangersFirstLetters = [] {
  std::array<uint32_t, 10> letters{};  // by the name's size
  for (std::string_view raw : kRawTextNames) letters[raw.size()] |= 1u << (raw[0] & 31);
  letters[3] |= 1u << ('s' & 31);  // svg
  letters[4] |= 1u << ('m' & 31);  // math
  return letters;
}();
inline bool MayChangeTokens(std::string_view name) {
  return name.size() < kChangersFirstLetters.size() &&
         (kChangersFirstLetters[name.size()] >> (name[0] & 31) & 1) != 0;
}

// The second letters of such names, of those that begin with the letter `first`: for each a bit, by
// its place in the alphabet, from 1 on.
inline constexpr auto kChangersSecondLetters = [] {
  std::array<uint32_t, 32> letters{};  // by the first letter
  for (std::string_view raw : kRawTextNames) letters[raw[0] & 31] |= 1u << (raw[1] & 31);
  letters['s' & 31] |= 1u << ('v' & 31);  // svg
  letters['m' & 31] |= 1u << ('a' & 31);  // math
  return letters;
}();
constexpr uint32_t SecondLettersOfChangers(char first) {
  return kChangersSecondLetters[first & 31];
}
constexpr bool MayBeginTokenChange(char first, char second) {
  return (SecondLettersOfChangers(first) >> (second & 31) & 1) != 0;
}

// Where the content of raw text element `name` ends, which begins at `at`: at the '<' of its end
// tag, or the size of `html`. For a script this follows the escaped states (§13.2.5.20 to .31).
size_t RawTextEnd(std::string_view html, size_t at, std::string_view name);

}  // namespace thresh::html
