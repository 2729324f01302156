// How a list goes on: the links from one page of it to the others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "parser/page_view.h"
#include "parser/url.h"

namespace thresh {

struct Pager {
  std::string follow;   // a follow rule that lets in the list's pages and nothing else
  std::string example;  // one of them
  size_t pages = 0;     // how many of them the page links to
};

// The pager of an HTML page whose URL is known: links to the same host with rel=next, with "next"
// (in the languages that pagers come in), an arrow or the page's number as their text, and a number
// in their URL, as in ?page=2, ?offset=20, /page/2 and list-2.html. Of several the one with most
// links counts. The rule is one for URLs as a crawl has them, without the parameters that it strips
// by default.
std::optional<Pager> FindPager(const PageView& page);

// A follow rule for pages like `examples`: their paths up to where they part. Empty when they have
// nothing in common, lie on several hosts or are fewer than two.
std::string CommonPath(const std::vector<Url>& examples);

}  // namespace thresh
