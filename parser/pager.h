// How a list goes on: the links from one page of it to the others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace thresh {

struct Pager {
  std::string follow;   // a follow rule that lets in the list's pages and nothing else
  std::string example;  // one of them
  size_t pages = 0;     // how many of them the page links to
};

// The pager of an HTML page: links to the same host with rel=next, with "next" (in the languages
// that pagers come in), an arrow or the page's number as their text, and a number in their URL, as
// in ?page=2, ?offset=20, /page/2 and list-2.html. Of several the one with most links counts. The
// rule is one for URLs as a crawl has them, without the parameters that it strips by default.
// Queries are encoded in `charset`, as ExtractLinks does it.
std::optional<Pager> FindPager(std::string_view html, const Url& page,
                               std::string_view charset = {});

// A follow rule for pages like `examples`, which all are on the host of `page`: their paths up to
// where they part. Empty when they have nothing in common, or are fewer than two.
std::string CommonPath(const std::vector<Url>& examples);

}  // namespace thresh
