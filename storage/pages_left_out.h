// What runs did not look at, and whether pages of a record may be among it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "storage/database.h"
#include "storage/store.h"

namespace thresh {

// Of the runs of several sites that are at their end. Made by the Store, dies before it, and before
// URLs change again. What it needs is read at the first question, once for all sites: every URL, or
// the rows of a table.
class PagesLeftOut {
 public:
  PagesLeftOut(Database& database, std::span<const RunId> runs);

  // Whether the site's run, which had no page of a record of `table`, read pages, and left none out
  // that may be one: unchanged, not due, or failed in a way that may pass. `had_pages`: an earlier
  // run had; then those that gave rows are asked about. Else every page must have been read.
  bool HasNoPage(const std::string& site, const std::string& table, bool had_pages);

  // Whether the site's run read all pages that gave rows of `table`, or did not find them any more.
  bool HasReadAllThatGaveRows(const std::string& site, const std::string& table);

 private:
  struct PagesRead {
    bool some = false, all = false;
  };
  using BySite = std::map<std::string, bool, std::less<>>;
  const BySite& LeavesRowsOut(const std::string& table);
  PagesRead ReadOf(const std::string& site);

  Database& database_;
  const std::string runs_;  // a JSON array
  std::optional<std::map<std::string, PagesRead>> read_;
  std::map<std::string, BySite> leaves_rows_out_;  // by table
};

}  // namespace thresh
