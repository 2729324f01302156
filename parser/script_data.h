// Rows that stand in a page's scripts as JSON: JSON-LD for search engines, and the state that a
// script draws the page from.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "parser/record.h"

namespace thresh {

struct ScriptData {
  RecordSpec record;  // with its scope, rows, fields, key and table
  size_t rows = 0;    // that it is to give on the page
  bool is_list = false;
  bool is_state = false;  // no JSON-LD
};

// Of the first 16 scripts of type application/ld+json and application/json in `html`, 2 MB at most:
// an ItemList's things; the one thing that the page is about (a Product, Recipe, Event, JobPosting,
// article…), also in an @graph; and of other JSON its largest array of objects. In the order of the
// page.
std::vector<ScriptData> FindScriptData(std::string_view html);

}  // namespace thresh
