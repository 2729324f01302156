#include "pipeline/html_writer.h"

#include <fmt/format.h>

#include <cmath>

#include "parser/ascii.h"
#include "parser/url.h"
#include "parser/utf8.h"
#include "pipeline/web_files.h"

namespace thresh {
namespace {

// What `sequence`, which is valid, encodes.
char32_t Decode(std::string_view sequence) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0);
  char32_t point = byte(0) & (0x7Fu >> sequence.size());
  for (size_t i = 1; i < sequence.size(); ++i) point = point << 6 | (byte(i) & 0x3Fu);
  return point;
}

// Controls of C1, of the reading direction (Unicode's Bidi_Control), and what the eye does not see.
bool IsTreacherous(char32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

// Noncharacters are errors in HTML, too.
bool IsNoncharacter(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

void AppendAscii(char c, std::string* out) {
  switch (c) {
    case '&':
      *out += "&amp;";
      return;
    case '<':
      *out += "&lt;";
      return;
    case '>':
      *out += "&gt;";
      return;
    case '"':
      *out += "&quot;";
      return;
    case '\'':
      *out += "&#39;";
      return;
    case '\n':
    case '\t':
      *out += c;
      return;
    default:
      break;
  }
  if (c == 0x7f) return AppendUtf8(0x2421, out);
  if (c < 0x20) return AppendUtf8(0x2400 + static_cast<char32_t>(c), out);  // its picture
  *out += c;
}

void AppendPercentEncoded(std::string_view text, std::string* out) {
  for (const char c : text) {
    const bool plain = ascii::IsAlphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      *out += c;
    } else {
      *out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

void AppendParameter(std::string_view name, std::string_view value, std::string* query) {
  *query += query->empty() ? '?' : '&';
  AppendPercentEncoded(name, query);
  *query += '=';
  AppendPercentEncoded(value, query);
}

}  // namespace

Address::Address(LocalPath path, const Query& query) : text_(path.text()) {
  std::string parameters;
  for (const auto& [name, value] : query) AppendParameter(name, value, &parameters);
  text_ += parameters;
}

Address Address::Place(LocalPath prefix, int64_t number) {
  Address address(prefix);
  address.text_ += std::to_string(number);
  return address;
}

std::optional<Address> Address::Web(std::string_view url) {
  if (!BeginsAsUrl(url)) return std::nullopt;
  Address address;
  address.text_ = url;
  return address;
}

WrittenAttribute::WrittenAttribute(AttributeName name, double value) : name_(name) {
  if (!std::isfinite(value)) value = 0;
  value_ = fmt::format("{:.2f}", value);
  value_.erase(value_.find_last_not_of('0') + 1);
  if (value_.ends_with('.')) value_.pop_back();
  if (value_ == "-0") value_ = "0";
}

void AppendHtmlText(std::string_view text, std::string* out) {
  for (size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      const bool ends_line = text.substr(at).starts_with("\r\n");
      if (!ends_line) AppendAscii(text[at], out);
      ++at;
      continue;
    }
    const Utf8Sequence sequence = ReadUtf8Sequence(text.substr(at));
    const char32_t point =
        sequence.valid ? Decode(text.substr(at, sequence.length)) : kReplacementCharacter;
    at += sequence.length;
    if (IsTreacherous(point)) {
      *out += fmt::format("&lt;U+{:04X}&gt;", static_cast<uint32_t>(point));
    } else {
      AppendUtf8(IsNoncharacter(point) ? kReplacementCharacter : point, out);
    }
  }
}

void HtmlWriter::Start(HtmlName name, Attributes attributes) {
  out_ += '<';
  out_ += name.text();
  for (const WrittenAttribute& attribute : attributes) {
    out_ += ' ';
    out_ += attribute.name();
    out_ += "=\"";
    AppendHtmlText(attribute.value(), &out_);
    out_ += '"';
  }
  out_ += '>';
}

void HtmlWriter::End(HtmlName name) {
  out_ += "</";
  out_ += name.text();
  out_ += '>';
}

void HtmlWriter::Leaf(HtmlName name, Attributes attributes, std::string_view text) {
  Start(name, attributes);
  Text(text);
  End(name);
}

void HtmlWriter::StyleSheet(const WebFile& css) { out_ += css.text; }

void HtmlWriter::Text(std::string_view text) { AppendHtmlText(text, &out_); }

}  // namespace thresh
