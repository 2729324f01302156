// Finding a URL by its text without an index on the text.
//
// Ten million URLs cost an index of their texts, or of fingerprints, 20 µs and more for each URL
// that is added, for look-ups that only people ask for. Instead `url_blocks` has, for each 1,024
// consecutive url_ids, one row with 32 bits of a hash of each. Adding costs 4 bytes; a look-up
// reads 4 bytes a URL (40 MB for ten million: some tens of milliseconds) and verifies what it
// finds. The URLs after the last whole block are scanned.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// Keeps `url_blocks` while URLs are appended. One owner, the Store; inside its transactions.
class UrlIndex {
 public:
  // Reads what stands after the last whole block.
  explicit UrlIndex(Database& database);
  // To be called for each new row of `urls`, in the order of the ids.
  void Append(UrlId id, std::string_view url);

 private:
  void WriteBlock();

  Statement insert_;
  int64_t block_ = 0;
  std::vector<uint32_t> hashes_;  // of the URLs of `block_` that are there
};

// The ids of all URLs with this text: of any site, method and body. Ascending.
std::vector<UrlId> FindUrls(Database& database, std::string_view url);

}  // namespace thresh
