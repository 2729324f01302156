// The table `urls`: every URL ever discovered, appended.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "storage/database.h"
#include "storage/store.h"
#include "storage/url_index.h"

namespace thresh {

// The state that Name gave this name.
UrlState UrlStateFromName(std::string_view name);

// Lives in the Store; the verbs are Store's.
class UrlTable {
 public:
  explicit UrlTable(Database& database);

  void ForEach(std::span<const std::string> sites,
               const std::function<void(const KnownUrl&)>& visit);
  UrlId Add(std::string_view site, const NewUrl& url);
  UrlDetails Read(UrlId id);
  void MakeSeed(UrlId id, std::string_view request_headers);
  void ForEachSeedNotDone(std::span<const UrlRange> seeds,
                          const std::function<void(const SeedNotDone&)>& visit);
  void Update(UrlId id, RunId run, const UrlUpdate& update);
  void ForgetValidators(std::span<const std::string> sites);

 private:
  const std::string& SeedUrl(UrlId seed);
  std::string ReadRequest(std::string_view body_hash);

  Database& database_;
  Statement insert_, select_, select_url_, select_request_, update_, make_seed_, insert_request_;
  UrlIndex index_;
  UrlId last_seed_ = 0;
  std::string last_seed_url_;
};

// Store::ForgetValidators for all sites.
void ForgetValidators(Database& database);

}  // namespace thresh
