#include "parser/page_view.h"

#include "parser/charset_encode.h"
#include "parser/element_kinds.h"
#include "parser/entities.h"
#include "parser/html.h"
#include "parser/html_names.h"

namespace thresh {
namespace {

// Whether the page ends with the end tag of its first element.
bool EndsWithItsRoot(std::string_view text, std::string_view root) {
  text = text.substr(0, text.find_last_not_of(" \t\r\n\f") + 1);
  return text.ends_with(std::string("</").append(root).append(">"));
}

}  // namespace

bool IsHtml(const PageView& page) {
  if (page.content_type == "text/html" || page.content_type == "application/xhtml+xml") return true;
  if (!page.content_type.empty()) return false;
  const size_t first = page.text.find_first_not_of(" \t\r\n\f");
  return first != std::string_view::npos && page.text[first] == '<';
}

bool HasHtmlElements(const PageView& page) {
  if (!IsHtml(page)) return false;
  HtmlScanner scanner(page.text);
  HtmlTag tag;
  if (!scanner.Next(&tag)) return false;
  if (page.text.starts_with("<?xml")) return tag.NameIs("html");
  const bool custom = tag.name.find('-') != std::string_view::npos;
  return custom || html::KindsOf(html::NameKey(tag.name)) != 0;
}

bool IsXml(const PageView& page) {
  HtmlScanner scanner(page.text);
  HtmlTag root;
  if (!scanner.Next(&root) || root.NameIs("html")) return false;
  if (!IsHtml(page))
    return page.content_type.ends_with("/xml") || page.content_type.ends_with("+xml");
  if (HasHtmlElements(page)) return false;
  return page.text.starts_with("<?xml") || EndsWithItsRoot(page.text, root.name);
}

UrlBase PageBase::Get() {
  if (!known_) Find();
  known_ = true;
  return {base_ ? &*base_ : nullptr, queries_};
}

void PageBase::Find() {
  queries_ = charset::Encoder::Find(page_.charset);
  if (page_.url == nullptr) return;
  base_ = *page_.url;
  HtmlScanner scanner(page_.text);
  HtmlTag tag;
  while (scanner.Next(&tag)) {
    if (tag.is_end || !tag.NameIs("base")) continue;
    const auto href = tag.Attribute("href");
    if (!href) continue;
    if (auto url =
            Url::Parse(DecodeEntities(*href, EntityContext::kAttribute), {page_.url, queries_})) {
      base_ = std::move(*url);
    }
    break;
  }
}

}  // namespace thresh
