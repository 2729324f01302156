// Whether a database is what an undisturbed crawl of a SyntheticSite would have left.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

#include "tests/proof/synthetic_site.h"
#include "tests/support/sql.h"

namespace thresh {

inline std::multiset<std::string> Values(const std::filesystem::path& db, const std::string& sql) {
  const auto rows = Sql(db, sql);
  return {rows.begin(), rows.end()};
}

// The targets of all URLs in a final state; none while there is no readable database yet.
inline std::multiset<std::string> Acknowledged(const std::filesystem::path& db) {
  try {
    return Values(db, "SELECT substr(url, instr(url, '/p/')) FROM urls WHERE state <> 'pending'");
  } catch (const std::exception&) {
    return {};
  }
}

// No damage, every URL once and settled as it should be, every row once, all of it in one run, and
// of every URL one good fetch.
inline void ExpectUndisturbed(const std::filesystem::path& db, const SyntheticSite& site) {
  EXPECT_EQ(Values(db, "PRAGMA integrity_check"), std::multiset<std::string>{"ok"});
  EXPECT_TRUE(Sql(db, "PRAGMA foreign_key_check").empty());
  EXPECT_EQ(Values(db, "SELECT substr(url, instr(url, '/p/')) || ' ' || state FROM urls"),
            site.ExpectedUrls());
  EXPECT_EQ(Values(db, "SELECT text FROM item"), site.ExpectedItems());
  EXPECT_EQ(Values(db, "SELECT sku || '=' || name FROM product"), site.ExpectedProducts());
  EXPECT_EQ(Values(db, "SELECT outcome FROM runs"), std::multiset<std::string>{"complete"});
  EXPECT_EQ(Values(db,
                   "SELECT url FROM urls LEFT JOIN pages ON pages.url_id = urls.url_id AND "
                   "error IS NULL AND pages.status < 500 GROUP BY urls.url_id HAVING count(*) <> 1 "
                   "OR max(page_id) IS NULL"),
            std::multiset<std::string>{})
      << "URLs with none or several good fetches";
  EXPECT_EQ(Sql(db,
                "SELECT pages - (SELECT count(*) FROM pages), failed - (SELECT count(*) FROM urls "
                "WHERE state = 'failed'), rows_added - (SELECT count(*) FROM item) - (SELECT "
                "count(*) FROM product) FROM runs"),
            std::vector<std::string>{"0|0|0"})
      << "the run's totals";
}

}  // namespace thresh
