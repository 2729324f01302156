// The tables `pages` and `bodies`: what was fetched.
#pragma once

#include <string_view>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// Lives in the Store. Equal bodies are stored once, with the number of pages that keep them; a body
// that no page keeps any more is deleted. Where only the latest is to be kept, a good page (2xx)
// takes the place of all earlier ones of its URL: an error page does not cost the good body, from
// which `reparse` makes the rows that still stand.
class PageTable {
 public:
  explicit PageTable(Database& database);

  PageId Add(RunId run, const PageRecord& page);
  // Adds a word to the page's flags, once.
  void AddFlag(PageId page, std::string_view flag);

 private:
  void KeepBody(const PageRecord& page);
  void ReleaseOlderBodies(UrlId url, PageId latest);

  Database& database_;
  Statement insert_, insert_body_, select_kept_, forget_, release_, delete_unused_;
};

}  // namespace thresh
