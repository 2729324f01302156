#include "pipeline/shape_budget.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

using Verdict = ShapeBudget::Verdict;
constexpr int64_t kMany = 1'000'000;

Verdict Admit(ShapeBudget* budget, const std::string& url) {
  return budget->Admit(Url::Parse(url).value());
}

struct Step {
  std::string url;
  Verdict verdict;
  std::string why;
};

TEST(ShapeBudgetTest, AShapeHasItsShareOnEachHost) {
  ShapeBudget budget(2, kMany);
  for (const Step& step : std::initializer_list<Step>{
           {"https://x.test/p/1", Verdict::kAdmit, "the first"},
           {"https://x.test/p/2", Verdict::kAdmit, "the second"},
           {"https://x.test/p/3", Verdict::kShapeFull, "one too many"},
           {"http://x.test/p/4", Verdict::kShapeFull, "the scheme makes no other page"},
           {"https://x.test/p/3", Verdict::kShapeFull, "asked again"},
           {"https://x.test/q/1", Verdict::kAdmit, "another shape"},
           {"https://y.test/p/1", Verdict::kAdmit, "another host"},
           {"https://www.x.test/p/1", Verdict::kAdmit, "another host of the domain"},
           {"https://x.test:8443/p/1", Verdict::kAdmit, "another port"},
           {"https://x.test/list?page=1", Verdict::kAdmit, "a query"},
           {"https://x.test/list?page=2", Verdict::kAdmit, "a query"},
           {"https://x.test/list?page=next", Verdict::kShapeFull, "values are not looked at"},
           {"https://x.test/list?sort=1", Verdict::kAdmit, "another parameter"},
           {"https://x.test/about", Verdict::kAdmit, "a page of its own"},
           {"https://x.test/contact", Verdict::kAdmit, "a page of its own"},
           {"https://x.test/help", Verdict::kAdmit, "a page of its own"},
       }) {
    EXPECT_EQ(Admit(&budget, step.url), step.verdict) << step.url << ": " << step.why;
  }
}

// Case 49: pages of an endless calendar name the next day, month and year for ever.
TEST(ShapeBudgetTest, ACalendarEndsAndItsSiteDoesNot) {
  ShapeBudget budget(100, kMany);
  int days = 0;
  for (int day = 0; day < 100'000; ++day) {
    const std::string number = std::to_string(day);
    days += Admit(&budget, "http://x.test/cal/" + std::to_string(1900 + day / 365) + "/" +
                               std::to_string(day % 12 + 1) + "?day=" + number) == Verdict::kAdmit;
  }
  EXPECT_EQ(days, 100);
  EXPECT_EQ(budget.shapes(), 1u) << "what is refused costs no memory";
  EXPECT_EQ(Admit(&budget, "http://x.test/news/2026/1"), Verdict::kAdmit);
}

// Case 62: a wildcard in the DNS gives every page a host of its own.
TEST(ShapeBudgetTest, EndlessSubdomainsEndAndOtherDomainsDoNot) {
  ShapeBudget budget(kMany, 100);
  int pages = 0;
  for (int i = 0; i < 10'000; ++i) {
    pages += Admit(&budget, "http://h" + std::to_string(i) + ".trap.co.uk/") == Verdict::kAdmit;
  }
  EXPECT_EQ(pages, 100);
  EXPECT_EQ(Admit(&budget, "http://trap.co.uk/"), Verdict::kDomainFull);
  EXPECT_EQ(Admit(&budget, "http://other.co.uk/"), Verdict::kAdmit);
  EXPECT_EQ(Admit(&budget, "http://127.0.0.1/"), Verdict::kAdmit);
  EXPECT_EQ(Admit(&budget, "http://127.0.0.2/"), Verdict::kAdmit);
}

TEST(ShapeBudgetTest, ARefusalByOneLimitIsNotCountedByTheOther) {
  ShapeBudget budget(2, 3);
  EXPECT_EQ(Admit(&budget, "http://x.test/1"), Verdict::kAdmit);
  EXPECT_EQ(Admit(&budget, "http://x.test/2"), Verdict::kAdmit);
  for (int i = 3; i < 10; ++i) {
    EXPECT_EQ(Admit(&budget, "http://x.test/" + std::to_string(i)), Verdict::kShapeFull);
  }
  EXPECT_EQ(Admit(&budget, "http://x.test/a"), Verdict::kAdmit) << "the domain has room for one";
  EXPECT_EQ(Admit(&budget, "http://x.test/b"), Verdict::kDomainFull);
}

TEST(ShapeBudgetTest, WhatIsKnownAlreadyCounts) {
  ShapeBudget budget(2, 3);
  for (const char* url : {"http://x.test/1", "http://x.test/2", "http://x.test/3"}) {
    budget.Count(Url::Parse(url).value());
  }
  EXPECT_EQ(Admit(&budget, "http://x.test/4"), Verdict::kDomainFull);
  ShapeBudget wider(2, 10);
  for (const char* url : {"http://x.test/1", "http://x.test/2", "http://x.test/3"}) {
    wider.Count(Url::Parse(url).value());
  }
  EXPECT_EQ(Admit(&wider, "http://x.test/4"), Verdict::kShapeFull);
}

TEST(ShapeBudgetTest, NothingMeansNothing) {
  ShapeBudget no_shapes(0, kMany);
  EXPECT_EQ(Admit(&no_shapes, "http://x.test/about"), Verdict::kShapeFull);
  ShapeBudget no_domain(kMany, 0);
  EXPECT_EQ(Admit(&no_domain, "http://x.test/about"), Verdict::kDomainFull);
}

TEST(ShapeBudgetTest, RefusalsNameTheirLimit) {
  EXPECT_EQ(Describe(Verdict::kAdmit), "");
  EXPECT_NE(Describe(Verdict::kShapeFull).find("limits.per_shape"), std::string_view::npos);
  EXPECT_NE(Describe(Verdict::kDomainFull).find("limits.per_domain"), std::string_view::npos);
}

TEST(HashCountsTest, CountsEachKeyByItself) {
  HashCounts counts;
  for (uint64_t round = 0; round < 3; ++round) {
    for (uint64_t key = 0; key <= 200; ++key) {
      // Keys that all want the same places, which a real hash's do not.
      uint32_t& count = counts[key << 20];
      ASSERT_EQ(count, round);
      ++count;
    }
  }
  for (uint64_t key = 2; key < 100'000; ++key) ++counts[key * 0x9e3779b97f4a7c15];
  EXPECT_EQ(counts[uint64_t{5} << 20], 3u);
  EXPECT_EQ(counts.size(), 99'998u + 201);
}

}  // namespace
}  // namespace thresh
