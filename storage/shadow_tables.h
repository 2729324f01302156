// The temporary tables that a reparse writes before it changes the tables themselves.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// The pages, and their URLs, whose rows of one table were made anew.
struct MadePages {
  std::vector<PageId> pages;  // ascending
  // For each URL whether its rows in the table are what its page gives; the shadow counts for
  // nothing then.
  std::unordered_map<UrlId, bool> urls;

  // `page` is not less than those before.
  void Add(PageId page, UrlId url, bool unchanged);
  bool Has(PageId page) const;
  bool IsUnchanged(UrlId url) const;
};

// Creates an empty temporary table of the name of `table`, with its columns, and the keyed rows'
// own tables beside it. Until DropShadow the bare names mean these, which is what RecordRows then
// writes to.
void CreateShadow(Database& database, const TableSchema& table);
void DropShadow(Database& database, std::string_view table);

// How SQL names a table itself, and its shadow.
std::string Main(std::string_view table);
std::string Shadow(std::string_view table);

}  // namespace thresh
