#include "parser/html.h"

#include <algorithm>

#include "parser/ascii.h"
#include "parser/html_syntax.h"

namespace thresh {

bool HtmlTag::NameIs(std::string_view lower) const { return ascii::EqualsLower(name, lower); }

bool HtmlTag::NameIsOneOf(std::initializer_list<std::string_view> lower) const {
  return std::any_of(lower.begin(), lower.end(), [this](auto one) { return NameIs(one); });
}

std::optional<std::string_view> HtmlTag::Attribute(std::string_view lower) const {
  HtmlAttributes walk(attributes);
  HtmlAttribute attribute;
  while (walk.Next(&attribute)) {
    if (ascii::EqualsLower(attribute.name, lower)) return attribute.value;
  }
  return std::nullopt;
}

bool HtmlAttributes::Next(HtmlAttribute* attribute) {
  return html::ReadAttribute(&rest_, &attribute->name, &attribute->value);
}

std::string_view TakeToken(std::string_view* tokens) {
  const auto begin = std::find_if_not(tokens->begin(), tokens->end(), html::IsSpace);
  const auto end = std::find_if(begin, tokens->end(), html::IsSpace);
  *tokens = {end, tokens->end()};
  return {begin, end};
}

bool HasToken(std::string_view tokens, std::string_view lower) {
  std::string_view token;
  do {
    token = TakeToken(&tokens);
    if (ascii::EqualsLower(token, lower)) return true;
  } while (!token.empty());
  return false;
}

bool HtmlScanner::Next(HtmlTag* tag) {
  if (!raw_text_.empty()) {
    at_ = html::RawTextEnd(html_, at_, raw_text_);
    raw_text_ = {};
  }
  for (;;) {
    const size_t begin = html::FindByte(html_, '<', at_);
    if (begin == std::string_view::npos) break;
    const html::MarkupKind kind = html::KindOfMarkup(html_, begin);
    if (kind == html::MarkupKind::kText) {
      at_ = begin + 1;
    } else if (kind == html::MarkupKind::kComment) {
      at_ = html::CommentEnd(html_, begin, foreign_.is_foreign());
    } else {
      return ReadTag(begin, kind == html::MarkupKind::kEndTag, tag);
    }
  }
  at_ = html_.size();
  return false;
}

bool HtmlScanner::ReadTag(size_t begin, bool is_end, HtmlTag* tag) {
  const char* const data = html_.data();
  const size_t name = begin + (is_end ? 2 : 1);
  const size_t name_end = html::TagNameEnd(html_, name + 1);
  html::TagClose close{name_end, false};
  if (name_end == html_.size() || data[name_end] != '>')
    close = html::FindTagClose(html_, name_end);
  if (close.at == std::string_view::npos) {
    at_ = html_.size();
    return false;
  }
  at_ = close.at + 1;
  tag->begin = begin;
  tag->end = at_;
  tag->name = {data + name, name_end - name};
  tag->attributes = {data + name_end, close.at - name_end};
  tag->is_end = is_end;
  tag->self_closing = close.self_closing;
  if (foreign_.is_open() || html::MayChangeTokens(tag->name)) NoteElement(*tag);
  return true;
}

// What a tag does to how the scan goes on behind it.
void HtmlScanner::NoteElement(const HtmlTag& tag) {
  const bool foreign = foreign_.is_foreign();
  foreign_.Pass(tag);
  if (!tag.is_end && !foreign && html::IsRawText(tag.name)) raw_text_ = tag.name;
}

}  // namespace thresh
