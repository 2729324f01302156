#include "parser/clean.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "parser/entities.h"
#include "parser/html.h"

namespace thresh {
namespace {

bool IsUnicodeSpace(UChar32 c) { return u_isUWhiteSpace(c) || c == 0xfeff || c == 0x200b; }

std::string Lower(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const auto size = static_cast<int32_t>(text.size());
  std::string lower;
  icu::StringByteSink<std::string> sink(&lower, size);
  icu::CaseMap::utf8ToLower("", 0, icu::StringPiece(text.data(), size), sink, nullptr, status);
  return U_FAILURE(status) ? text : lower;
}

std::string Text(const std::string& value, Markup markup) {
  switch (markup) {
    case Markup::kHtml:
      return VisibleText(value);
    case Markup::kAttribute:
      return CollapseSpace(DecodeEntities(value, EntityContext::kAttribute));
    case Markup::kPlain:
      break;
  }
  return CollapseSpace(value);
}

std::string Unescape(const std::string& value, Markup markup) {
  return DecodeEntities(
      value, markup == Markup::kAttribute ? EntityContext::kAttribute : EntityContext::kText);
}

// A rewrite may be longer than what it replaces: a value that grows beyond the budget ends there.
std::string Replace(const std::string& value, const Cleaner::Step& step, Matcher& matcher) {
  std::string result;
  size_t copied = 0;
  MatchWalk walk(matcher, *step.pattern, value);
  while (matcher.Fits(result.size()) && walk.Next()) {
    result.append(value, copied, walk.begin() - copied);
    step.pattern->re().Rewrite(&result, step.rewrite, walk.groups().data(),
                               static_cast<int>(walk.groups().size()));
    copied = walk.end();
  }
  return result.append(value, copied, std::string::npos);
}

}  // namespace

std::string Cleaner::Clean(std::string_view value, Markup markup, Matcher& matcher) const {
  std::string result(value);
  for (const Step& step : steps_) {
    switch (step.kind) {
      case CleanStep::Kind::kText:
        result = Text(result, markup);
        markup = Markup::kPlain;
        break;
      case CleanStep::Kind::kTrim:
        result = std::string(TrimSpace(result));
        break;
      case CleanStep::Kind::kUnescape:
        result = Unescape(result, markup);
        break;
      case CleanStep::Kind::kLower:
        result = Lower(result);
        break;
      case CleanStep::Kind::kReplace:
        result = Replace(result, step, matcher);
        break;
    }
  }
  return result;
}

std::string_view TrimSpace(std::string_view text) {
  auto size = static_cast<int32_t>(text.size());
  int32_t begin = 0;
  while (begin < size) {
    int32_t next = begin;
    UChar32 c;
    U8_NEXT(text.data(), next, size, c);
    if (c < 0 || !IsUnicodeSpace(c)) break;
    begin = next;
  }
  while (size > begin) {
    int32_t previous = size;
    UChar32 c;
    U8_PREV(text.data(), begin, previous, c);
    if (c < 0 || !IsUnicodeSpace(c)) break;
    size = previous;
  }
  return text.substr(static_cast<size_t>(begin), static_cast<size_t>(size - begin));
}

std::string CollapseSpace(std::string_view text) {
  text = TrimSpace(text);
  std::string result;
  result.reserve(text.size());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0 || !u_isUWhiteSpace(c)) {
      result.append(text.substr(static_cast<size_t>(begin), static_cast<size_t>(i - begin)));
    } else if (result.back() != ' ') {
      result += ' ';
    }
  }
  return result;
}

}  // namespace thresh
