// A web site made from a seed, and what a crawl of it must leave in a database.
//
// Of its pages, "/p/0" and up, all can be reached from the first. Most have rows without a key
// (table `item`), rows with one (table `product`, some of them the same on many pages) and links;
// some redirect, some do not exist, some answer 500 to their first request.
#pragma once

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/measured_site.h"

namespace thresh {

// The handler of a MeasuredSite; it must outlive the site's server.
class SyntheticSite {
 public:
  SyntheticSite(uint64_t seed, size_t page_count);

  MeasuredSite::Answer Answer(const std::string& target);

  // The config of a crawl of it. `host` is the text of the [host."*"] table.
  static std::string Config(const std::string& first_url, const std::string& host);

  size_t page_count() const { return pages_.size(); }
  // "/p/7 done", "/p/9 failed": a line a URL, sorted.
  std::multiset<std::string> ExpectedUrls() const;
  std::multiset<std::string> ExpectedItems() const;     // the texts
  std::multiset<std::string> ExpectedProducts() const;  // "sku=name"
  // How many of a URL's fetches may end badly before the good one.
  size_t BadAnswers(const std::string& target) const;

 private:
  enum class Kind { kPage, kRedirect, kMissing, kBrokenOnce };
  struct Page {
    Kind kind = Kind::kPage;
    std::vector<size_t> links;  // a redirect's only one is its target
    size_t filler_bytes = 0;
  };

  static std::string Target(size_t page) { return "/p/" + std::to_string(page); }
  bool HasContent(size_t page) const;
  std::vector<std::string> Items(size_t page) const;
  std::vector<std::string> Products(size_t page) const;
  std::string Body(size_t page) const;

  std::vector<Page> pages_;
  std::map<std::string, size_t> by_target_;
  std::set<size_t> asked_;  // broken pages that have answered 500
};

}  // namespace thresh
