// A config's text for a page that nobody has written rules for: what `thresh init` writes.
#pragma once

#include <string>
#include <string_view>

#include "parser/page_outline.h"

namespace thresh {

// The site's name for a page: its host without "www.", and the port where it is not the scheme's
// own; '-' for what no name has: "x.test", "127.0.0.1-8000", "2001-db8--1".
std::string SiteNameFor(const Url& url);

// The names of a record's fields in a row: "title, price".
std::string FieldNames(const RecordSpec& record);

// A commented config, which `check` accepts and whose rules give the rows of `outline`. `file` is
// what the comments call it. Samples of the page stand in comments, as one visible line each.
std::string InitConfig(const PageOutline& outline, const Url& url, const std::string& file);

}  // namespace thresh
