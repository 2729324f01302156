// A first guess at the rules of a page that nobody has written rules for: what `thresh init` makes
// a config of.
//
// An HTML page is taken to list something when elements of one tag and class come again and again,
// in one place of its structure, with the same things in each, or when the same siblings do (<dt>
// and <dd>; a heading and two paragraphs); of several such groups the one with most of the page's
// text in it counts. What a page's scripts say as JSON-LD is taken where it is as much. A JSON page
// lists what its longest array of objects has, an XML document the elements that hold most values.
// Every guess is run against the page before it is given: rules that find nothing are not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/link_rules.h"
#include "parser/page_view.h"
#include "parser/pager.h"
#include "parser/record.h"

namespace thresh {

struct PageOutline {
  RecordSpec record;                 // a row an item, or one row a page where nothing repeats
  std::vector<std::string> samples;  // the first row's values, one a field
  size_t rows = 0;                   // that `record` gives on the page; at least 1
  bool repeats = false;              // whether a row is an item
  bool is_script = false;            // the rows are JSON in the page's scripts
  std::vector<std::string> also;     // element regexes of other things that repeat, best first
  std::optional<RecordSpec> state;   // a list in the JSON that a script draws the page from, beside
                                     // the elements that show it
  bool is_drawn_by_scripts = false;  // nothing repeats, and it is as IsDrawnByScripts has it
  std::optional<Pager> pager;
  std::optional<LinkRule> next;  // JSON: the pointer to the next page's URL
  bool is_sitemap = false;       // of XML
  std::string item_link;         // XML: a regex whose group "value" is where an item leads
  // A follow rule for the pages that the items link to, and one of these; empty: none.
  std::string details;
  std::string details_example;
};

// Reads `page`, whose text is UTF-8 and whose URL is known. Never fails: what cannot be understood
// is one row. Looks at the first 2 MB; costs about as much as extracting with some 50 rules.
PageOutline OutlinePage(const PageView& page);

}  // namespace thresh
