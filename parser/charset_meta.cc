#include "parser/charset_meta.h"

#include <algorithm>
#include <optional>

#include "parser/ascii.h"
#include "parser/charset.h"
#include "parser/html.h"
#include "parser/html_syntax.h"

namespace thresh::charset {
namespace {

constexpr size_t kPrescanBytes = 1024;
constexpr size_t kLateMetaBytes = 64 * 1024;

size_t FindLower(std::string_view text, std::string_view lower, size_t from) {
  const auto found = std::search(text.begin() + from, text.end(), lower.begin(), lower.end(),
                                 [](char a, char b) { return ascii::ToLower(a) == b; });
  return found == text.end() ? std::string_view::npos : found - text.begin();
}

std::string_view TrimStart(std::string_view text) {
  while (!text.empty() && html::IsSpace(text.front())) text.remove_prefix(1);
  return text;
}

// §2.4.4, "extracting a character encoding from a meta element": the encoding named in `content`.
std::string_view CharsetOfContent(std::string_view content) {
  constexpr std::string_view kCharset = "charset";
  for (size_t at = FindLower(content, kCharset, 0); at != std::string_view::npos;
       at = FindLower(content, kCharset, at)) {
    at += kCharset.size();
    std::string_view rest = TrimStart(content.substr(at));
    if (!rest.starts_with('=')) continue;
    rest = TrimStart(rest.substr(1));
    if (rest.starts_with('"') || rest.starts_with('\'')) {
      const size_t end = rest.find(rest[0], 1);
      return end == std::string_view::npos ? std::string_view()
                                           : CharsetFromLabel(rest.substr(1, end - 1));
    }
    return CharsetFromLabel(rest.substr(0, rest.find_first_of("\t\n\f\r ;")));
  }
  return {};
}

// What a declaration means that was itself read as ASCII (§13.2.3.2, prescan, steps "processing").
std::string_view Usable(std::string_view declared) {
  if (declared == "utf-16le" || declared == "utf-16be") return "utf-8";
  return declared == "x-user-defined" ? "windows-1252" : declared;
}

// The encoding that a <meta> with these attributes declares; empty when it declares none.
std::string_view CharsetOfMeta(std::string_view attributes) {
  HtmlTag meta;
  meta.attributes = attributes;
  if (const auto charset = meta.Attribute("charset")) {
    return Usable(CharsetFromLabel(*charset));
  }
  const auto pragma = meta.Attribute("http-equiv");
  const auto content = meta.Attribute("content");
  if (!pragma || !content || !ascii::EqualsLower(*pragma, "content-type")) return {};
  return Usable(CharsetOfContent(*content));
}

// The prescan. It knows no raw text: a <meta> in a script counts, as in browsers.
std::string_view PrescanMeta(std::string_view bytes) {
  for (size_t at = bytes.find('<'); at != std::string_view::npos; at = bytes.find('<', at)) {
    const html::MarkupKind kind = html::KindOfMarkup(bytes, at);
    if (kind == html::MarkupKind::kText) {
      ++at;
    } else if (kind == html::MarkupKind::kComment) {
      at = html::CommentEnd(bytes, at, /*foreign=*/false);
    } else {
      const size_t name = at + (kind == html::MarkupKind::kEndTag ? 2 : 1);
      const size_t name_end = html::TagNameEnd(bytes, name);
      const html::TagClose close = html::FindTagClose(bytes, name_end);
      if (close.at == std::string_view::npos) return {};
      if (kind == html::MarkupKind::kStartTag &&
          ascii::EqualsLower(bytes.substr(name, name_end - name), "meta")) {
        const std::string_view found = CharsetOfMeta(bytes.substr(name_end, close.at - name_end));
        if (!found.empty()) return found;
      }
      at = close.at + 1;
    }
  }
  return {};
}

// §13.2.3.2, "get an XML encoding"; also the two forms of "<?x" in UTF-16.
std::string_view XmlCharset(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("<\0?\0x\0"sv)) return "utf-16le";
  if (bytes.starts_with("\0<\0?\0x"sv)) return "utf-16be";
  if (!bytes.starts_with("<?xml")) return {};
  const std::string_view declaration = bytes.substr(0, bytes.find('>'));
  const size_t found = declaration.find("encoding");
  if (found == std::string_view::npos) return {};
  std::string_view rest = TrimStart(declaration.substr(found + 8));
  if (!rest.starts_with('=')) return {};
  rest = TrimStart(rest.substr(1));
  if (!rest.starts_with('"') && !rest.starts_with('\'')) return {};
  const size_t end = rest.find(rest[0], 1);
  return end == std::string_view::npos ? std::string_view()
                                       : Usable(CharsetFromLabel(rest.substr(1, end - 1)));
}

// A browser that meets a <meta> behind what it scanned ahead begins anew with its encoding
// (§13.2.3.5, "changing the encoding while parsing"). Here the tokens are read properly.
std::string_view LateMeta(std::string_view bytes) {
  HtmlScanner scanner(bytes);
  HtmlTag tag;
  while (scanner.Next(&tag)) {
    if (tag.is_end || !tag.NameIs("meta")) continue;
    const std::string_view found = CharsetOfMeta(tag.attributes);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

std::string_view DeclaredCharset(std::string_view bytes) {
  const std::string_view head = bytes.substr(0, kPrescanBytes);
  std::string_view found = PrescanMeta(head);
  if (found.empty()) found = XmlCharset(head);
  if (found.empty() && bytes.size() > kPrescanBytes) {
    found = LateMeta(bytes.substr(0, kLateMetaBytes));
  }
  return found;
}

}  // namespace thresh::charset
