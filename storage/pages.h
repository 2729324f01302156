// The tables `pages` and `bodies`: what was fetched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// Lives in the Store. Equal bodies are stored once, with the number of pages that keep them; a body
// that no page keeps any more is deleted. Whether they are equal is seen by comparing them: a hash
// is the word of a fetcher process, and one that is not cryptographic. A body whose hash another
// body has already is kept under the hash and its URL's id ("…-17"), so that no page can lie about
// another one's. Where only the latest is to be kept, a good page (2xx)
// takes the place of all earlier ones of its URL. An error page does not cost the good body, from
// which `reparse` makes the rows that still stand, nor does a page that turns out to be bad.
class PageTable {
 public:
  explicit PageTable(Database& database);

  PageId Add(RunId run, const PageRecord& page);
  // Of the URL's last page that was fetched well, as its fetcher gave it; empty when there is none.
  std::string LatestBodyHash(UrlId url);
  std::optional<bool> WasGoneBefore(UrlId url);
  // Of the URL's last fetch, as PageRecord has them.
  std::string LastHeaders(UrlId url);
  // Deletes a page; `body_hash` is of the body that it keeps, empty: none. Gives how many bodies
  // went with it, 0 or 1.
  int Remove(PageId page, std::string_view body_hash);
  // Flags a page that gave nothing good, so that its URL's earlier rows were kept: the body that
  // they are from is kept with them.
  void FlagKeptRows(PageId page);
  // Deletes what pages added since the last call have taken the place of; before each commit.
  void ReleaseReplaced();

 private:
  // Gives the key of `bodies` under which it is now.
  std::string KeepBody(const PageRecord& page);
  // False when another body has that key.
  bool KeepBodyAs(const std::string& key, std::string_view body);
  bool ReleaseBody(std::string_view body_hash);
  // Of all earlier pages of the URL, or of those that were bad.
  void ReleaseOlderBodies(UrlId url, PageId latest, bool bad_ones);

  struct Replacement {
    UrlId url = 0;
    PageId by = 0;
    bool is_bad = false;
  };

  Database& database_;
  std::vector<Replacement> replacements_;
  Statement insert_, insert_body_, select_kept_, forget_, release_, delete_unused_, remove_;
};

}  // namespace thresh
