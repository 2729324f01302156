// Which instants a diff compares, and when which rules were at work around them.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"
#include "storage/store.h"
#include "storage/table_diff.h"

namespace thresh {

// A version of a row.
struct Version {
  Row values;
  std::string rule;
  UrlId url = 0;
  std::string start;  // ISO 8601
};

// When the rules of a site were at work, beside what is compared of it: what held at `from` with
// what held at `to`, both ISO 8601.
class SiteRange {
 public:
  SiteRange(Database& database, std::string site, std::string from, std::string to);

  const std::string& site() const { return site_; }
  const std::string& from() const { return from_; }
  const std::string& to() const { return to_; }

  // Whether `after`'s rule took the place of `before`'s.
  bool Succeeds(const std::string& table, const Version& before, const Version& after) const;
  // Whether the version's rule began its work in the range, and made the version: a rule that came
  // after it, or that no run used, has only confirmed what others made.
  bool IsNew(const std::string& table, const Version& version) const;
  // Whether the rule was at work no more in the range, while another came.
  bool WasReplaced(const std::string& table, const std::string& rule) const;

 private:
  struct Life {
    std::string begin, end;
  };
  const std::string site_, from_, to_;
  std::map<std::pair<std::string, std::string>, Life> lives_;
};

using SiteRanges = std::map<std::string, SiteRange, std::less<>>;  // by site

// What `request` asks to compare. Adds to `notes` which sites have nothing to compare. Throws
// std::invalid_argument for runs that are not there, or of different sites.
SiteRanges ReadRanges(Database& database, const DiffRequest& request,
                      std::vector<std::string>* notes);

}  // namespace thresh
