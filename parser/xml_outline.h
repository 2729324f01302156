// A first guess at the rules of an XML document, a feed or any other: see page_outline.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/outline_items.h"
#include "parser/record.h"

namespace thresh {

struct XmlOutline {
  RecordSpec record;              // `element`, table and perhaps a key; no fields yet
  std::vector<ItemField> fields;  // what most items have: at most twelve
  size_t items = 0;               // how many there are
  bool is_sitemap = false;
  std::string item_link;  // a regex whose group "value" is where an item leads; empty: nowhere
};

// Of the XML document that `text` is: the elements of one name, in one place of its structure, that
// hold most values: texts of elements directly in them or one level below, attributes that are
// links, and their own attributes. What feeds and sitemaps call an item counts where there is only
// one, too. Nothing where nothing repeats, and of XHTML.
std::optional<XmlOutline> OutlineXml(std::string_view text);

}  // namespace thresh
