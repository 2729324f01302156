#include "tests/proof/synthetic_site.h"

#include <algorithm>

namespace thresh {
namespace {

constexpr size_t kMostBroken = 6;  // five failures in a row would open the host's circuit
constexpr size_t kSharedProducts = 7;

}  // namespace

// Page by page, each linked from one before it, so that all can be reached.
SyntheticSite::SyntheticSite(uint64_t seed, size_t page_count) : pages_(page_count) {
  std::mt19937_64 random(seed);
  std::vector<size_t> with_links = {0};
  std::vector<size_t> redirects_without_target;
  size_t broken = 0;
  for (size_t i = 1; i < page_count; ++i) {
    if (!redirects_without_target.empty() && random() % 2 == 0) {
      pages_[redirects_without_target.back()].links = {i};
      redirects_without_target.pop_back();
    } else {
      pages_[with_links[random() % with_links.size()]].links.push_back(i);
    }
    const uint64_t dice = random() % 100;
    Kind kind = Kind::kPage;
    if (dice < 8) kind = Kind::kRedirect;
    if (dice >= 8 && dice < 16) kind = Kind::kMissing;
    if (dice >= 16 && dice < 20 && broken < kMostBroken) kind = Kind::kBrokenOnce;
    pages_[i].kind = kind;
    broken += kind == Kind::kBrokenOnce;
    if (kind == Kind::kRedirect) redirects_without_target.push_back(i);
    if (HasContent(i)) with_links.push_back(i);
  }
  for (const size_t i : redirects_without_target) pages_[i].links = {0};
  for (const size_t i : with_links) {
    pages_[i].filler_bytes = random() % 16'000;
    for (size_t n = random() % 5; n > 0; --n) pages_[i].links.push_back(random() % page_count);
  }
  for (size_t i = 0; i < page_count; ++i) by_target_[Target(i)] = i;
}

bool SyntheticSite::HasContent(size_t page) const {
  return pages_[page].kind == Kind::kPage || pages_[page].kind == Kind::kBrokenOnce;
}

std::vector<std::string> SyntheticSite::Items(size_t page) const {
  std::vector<std::string> items;
  for (size_t n = 0; n < page % 4; ++n) {
    items.push_back("item " + std::to_string(page) + "." + std::to_string(n));
  }
  return items;
}

std::vector<std::string> SyntheticSite::Products(size_t page) const {
  std::vector<std::string> products;
  const std::string own = std::to_string(page), shared = std::to_string(page % kSharedProducts);
  if (page % 3 == 0) products.push_back("s" + own + "=n" + own);
  if (page % 5 == 0) products.push_back("shared" + shared + "=n" + shared);
  return products;
}

std::string SyntheticSite::Body(size_t page) const {
  std::string body = "<title>" + std::to_string(page) + "</title>";
  for (const std::string& item : Items(page)) body += "<li>" + item + "</li>\n";
  for (const std::string& product : Products(page)) body += "<b>" + product + "</b>\n";
  for (const size_t link : pages_[page].links) body += "<a href='" + Target(link) + "'>x</a>\n";
  return body + std::string(pages_[page].filler_bytes, '.');
}

MeasuredSite::Answer SyntheticSite::Answer(const std::string& target) {
  MeasuredSite::Answer answer;
  const auto found = by_target_.find(target);
  answer.status = 404;
  if (found == by_target_.end()) return answer;
  const Page& page = pages_[found->second];
  switch (page.kind) {
    case Kind::kMissing:
      return answer;
    case Kind::kRedirect:
      answer.status = 302;
      answer.headers = {"Location: " + Target(page.links.front())};
      return answer;
    case Kind::kBrokenOnce:
      answer.status = 500;
      if (asked_.insert(found->second).second) return answer;
      break;
    case Kind::kPage:
      break;
  }
  answer.status = 200;
  answer.body = Body(found->second);
  return answer;
}

std::string SyntheticSite::Config(const std::string& first_url, const std::string& host) {
  return "seeds = ['" + first_url + "']\n[limits]\nfailed = '25%'\n[fetch]\nprocesses = 2\n" +
         "[host.'*']\n" + host + R"(
[[record]]
table = 'item'
match = '<li>(?P<text>item [0-9.]+)</li>'
[[record]]
table = 'product'
key = ['sku']
match = '<b>(?P<sku>[a-z0-9]+)=(?P<name>[a-z0-9]+)</b>'
)";
}

std::multiset<std::string> SyntheticSite::ExpectedUrls() const {
  std::multiset<std::string> urls;
  for (size_t i = 0; i < pages_.size(); ++i) {
    urls.insert(Target(i) + (pages_[i].kind == Kind::kMissing ? " failed" : " done"));
  }
  return urls;
}

std::multiset<std::string> SyntheticSite::ExpectedItems() const {
  std::multiset<std::string> all;
  for (size_t i = 0; i < pages_.size(); ++i) {
    if (!HasContent(i)) continue;
    for (std::string& item : Items(i)) all.insert(std::move(item));
  }
  return all;
}

std::multiset<std::string> SyntheticSite::ExpectedProducts() const {
  std::set<std::string> all;
  for (size_t i = 0; i < pages_.size(); ++i) {
    if (!HasContent(i)) continue;
    for (std::string& product : Products(i)) all.insert(std::move(product));
  }
  return {all.begin(), all.end()};
}

size_t SyntheticSite::BadAnswers(const std::string& target) const {
  return pages_[by_target_.at(target)].kind == Kind::kBrokenOnce ? 1 : 0;
}

}  // namespace thresh
