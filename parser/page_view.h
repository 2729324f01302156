// A page as the rules see it.
#pragma once

#include <optional>
#include <string_view>

#include "parser/header_list.h"
#include "parser/url.h"

namespace thresh {

// All views must outlive what reads them.
struct PageView {
  std::string_view text;          // UTF-8
  std::string_view charset;       // what it was in, a standard's name; empty: utf-8
  const Url* url = nullptr;       // the final one: relative references resolve against it
  std::string_view seed;          // the seed the page was found from
  std::string_view content_type;  // without parameters, in lower case
  std::string_view fetched_at;    // ISO 8601 UTC
  int status = 200;
  size_t size = 0;  // bytes of the decoded body as it came, before UTF-8
  const HeaderList* headers = nullptr;
};

// By the type the server names; without one, by a look at the text, which XML passes as well.
bool IsHtml(const PageView& page);

// Whether the page is IsHtml() and its first tag one of HTML's: a feed has others, and some of
// HTML's that mean something else there.
bool HasHtmlElements(const PageView& page);

// Whether the page is XML, and no XHTML: by the type the server names; where that is none or
// HTML's, by its begin, as feeds are often named wrongly.
bool IsXml(const PageView& page);

// What references of a page resolve against: its first <base href>, else its URL, with the page's
// encoding for queries. Looked up once, when it is asked for. The page must outlive it.
class PageBase {
 public:
  explicit PageBase(const PageView& page) : page_(page) {}
  UrlBase Get();  // its URL is null when the page has none

 private:
  void Find();

  const PageView& page_;
  bool known_ = false;
  const charset::Encoder* queries_ = nullptr;
  std::optional<Url> base_;
};

}  // namespace thresh
