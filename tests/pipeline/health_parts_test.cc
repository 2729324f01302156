// Runs that parsed but a part of a site, and what comes and goes.
#include <algorithm>

#include "gmock/gmock.h"
#include "pipeline/health.h"
#include "tests/pipeline/run_health.h"

namespace thresh {
namespace {

// What changed since yesterday is no fair sample of a site.
TEST(HealthPartsTest, APartOfTheSiteIsComparedWithHowPartsDiffer) {
  const Counts kWhole = {200, 200, 200, 160};  // of two kinds, one has no price
  const struct {
    Counts now;
    std::vector<Counts> before;
    const char* want;
    const char* why;
  } kCases[] = {
      {{6, 6, 6, 0}, {kWhole}, "", "all of one kind"},
      {{1, 1, 1, 0},
       {{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, kWhole},
       "",
       "five nights in a row it was of the other"},
      {{12, 12, 12, 0},
       {{7, 7, 7, 7}, {5, 5, 5, 0}, {6, 6, 6, 6}, {8, 8, 8, 8}, kWhole},
       "",
       "so it was before"},
      {{12, 12, 12, 0},
       {{7, 7, 7, 6}, {5, 5, 5, 4}, {6, 6, 6, 5}, {8, 8, 8, 7}, kWhole},
       "filled:price",
       "other nights were mixed"},
      {{3, 3, 3, 0}, {{200, 200, 200, 200}}, "filled:price", "all had one"},
      {{10, 10, 10, 0}, {{200, 200, 200, 190}}, "filled:price", "nearly all had one"},
      {{1, 1, 40, 0}, {{200, 200, 8000, 7200}}, "", "40 rows of one page"},
      {{10, 0, 0, 0}, {{200, 196, 196, 196}}, "rows", "nearly all gave rows"},
      {{3, 0, 0, 0}, {{200, 160, 160, 160}}, "", "many gave none"},
      {{110, 110, 110, 50}, {{200, 200, 200, 200}}, "filled:price", "more than half is no part"},
  };
  for (const auto& test : kCases) {
    const SiteHealth health = HealthOf(test.now, test.before, 200);
    EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {kSchema}, health)), test.want) << test.why;
  }
}

TEST(HealthPartsTest, FarLessRowsThanInAnyRunOfAWeekAreAFinding) {
  const struct {
    std::vector<int64_t> before;  // rows of ten pages
    Counts now;
    const char* want;
    const char* why;
  } kCases[] = {
      {{200, 199, 200, 202, 200, 200, 201, 200}, {10, 10, 10, 10}, "few_rows", "one a page"},
      {{200, 199, 200, 202, 200, 200, 201, 200}, {10, 10, 99, 99}, "few_rows", "not half"},
      {{200, 199, 200, 202, 200, 200, 201, 200}, {10, 10, 100, 100}, "", "half"},
      {{200, 199, 200, 202, 200, 200, 201}, {10, 10, 10, 10}, "", "no week yet"},
      {{300, 300, 300, 300, 300, 80, 80, 300}, {10, 10, 39, 39}, "", "half of a weekend's"},
      {{300, 300, 300, 300, 300, 80, 80, 300}, {10, 10, 20, 20}, "few_rows", "a quarter of it"},
      {{200, 199, 200, 202, 200, 200, 201, 200}, {60, 60, 200, 200}, "", "cut into more pages"},
      {{200, 199, 200, 202, 200, 200, 201, 200}, {4, 4, 80, 80}, "", "most pages are unchanged"},
      {{200, 199, 200, 202, 200, 200, 201, 200}, {4, 4, 4, 4}, "", "likewise"},
  };
  for (const auto& test : kCases) {
    SiteHealth health;
    health.now = Ran(9, test.now);
    health.now.records[0].most_pages = std::max<int64_t>(10, test.now.pages);
    for (const int64_t rows : test.before) health.before.push_back(Ran(1, {10, 10, rows, rows}));
    EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {kSchema}, health)), test.want) << test.why;
    RecordSpec spec = Spec();
    spec.expect.min_rows = 1;
    EXPECT_EQ(Kinds(JudgeHealth({spec}, {kSchema}, health)), "") << "as many are expected";
  }
}

TEST(HealthPartsTest, FewRowsAreAFindingUntilThereAreMore) {
  SiteHealth health;
  for (RunId id = 8; id > 0; --id) health.before.push_back(Ran(id, {10, 10, 200, 200}));
  const auto kinds = [&](RunId id, const Counts& counts) {
    health.now = Ran(id, counts);
    health.now.records[0].most_pages = 10;
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(9, {10, 10, 10, 10}), "few_rows");
  EXPECT_EQ(health.now.findings[0].message,
            "record book: 10 rows on 10 pages, before never less than 200, or 20.0 a page");
  EXPECT_EQ(kinds(10, {2, 2, 2, 2}), "few_rows") << "most pages are unchanged";
  EXPECT_EQ(kinds(11, {0, 0, 0, 0}), "few_rows");
  EXPECT_EQ(kinds(12, {10, 10, 12, 12}), "few_rows");
  EXPECT_EQ(kinds(13, {2, 2, 40, 40}), "") << "they are back";
}

TEST(HealthPartsTest, WhereNoPageWasLeftOutFewRowsInAllAreAFinding) {
  SiteHealth health;
  for (RunId id = 8; id > 0; --id) health.before.push_back(Ran(id, {10, 10, 200, 200}));
  RecordSpec spec = Spec();
  const auto kinds = [&](RunId id, const Counts& counts) {
    health.now = Ran(id, counts);
    health.now.records[0].most_pages = 10;
    health.now.findings = JudgeHealth({spec}, {kSchema}, health);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(9, {2, 2, 40, 40}), "");
  health.nothing_left_out = {"r1"};
  EXPECT_EQ(kinds(9, {2, 2, 40, 40}), "few_rows");
  EXPECT_EQ(kinds(9, {5, 5, 100, 100}), "") << "half";
  spec.expect.min_rows = 0;
  EXPECT_EQ(kinds(9, {2, 2, 40, 40}), "") << "they may be few";
  spec.expect.min_rows = 1;
  EXPECT_EQ(kinds(9, {2, 2, 40, 40}), "few_rows") << "that is of a page";
  health.before.insert(health.before.begin(), health.now);
  health.nothing_left_out = {};
  EXPECT_EQ(kinds(10, {2, 2, 42, 42}), "few_rows") << "no more are known of";
  EXPECT_EQ(kinds(10, {6, 6, 120, 120}), "") << "they are back";
}

// An offer of the week, and a week without: told of once, unless the rule was changed because of
// it.
TEST(HealthPartsTest, RowsOfFewPagesThatComeAndGoAreToldOfOnce) {
  SiteHealth health;
  health.before = {Ran(1, {1, 1, 5, 5})};
  TableSchema schema = kSchema;
  const auto kinds = [&](RunId id, const Counts& counts) {
    health.now = Ran(id, counts);
    health.now.records[0].rule = schema.rule;
    health.now.findings = JudgeHealth({Spec()}, {schema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(2, {1, 0, 0, 0}), "rows");
  EXPECT_EQ(kinds(3, {1, 0, 0, 0}), "rows");
  schema.rule = "r2";
  EXPECT_EQ(kinds(4, {1, 1, 5, 5}), "");
  EXPECT_EQ(kinds(5, {1, 0, 0, 0}), "rows") << "the other rule was mended by somebody";
  EXPECT_EQ(kinds(6, {1, 1, 5, 5}), "");
  EXPECT_EQ(kinds(7, {1, 0, 0, 0}), "");
  EXPECT_EQ(kinds(8, {5, 0, 0, 0}), "rows") << "not so few";
}

TEST(HealthPartsTest, WhatEndedByItselfIsHowPartsOfTheSiteAre) {
  SiteHealth health;
  health.before = {Ran(1, {200, 200, 200, 192})};
  const auto kinds = [&](RunId id, const Counts& counts) {
    health.now = Ran(id, counts);
    health.now.records[0].most_pages = 200;
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(2, {8, 8, 8, 0}), "filled:price");
  EXPECT_EQ(kinds(3, {5, 5, 5, 5}), "");
  EXPECT_EQ(kinds(4, {8, 8, 8, 0}), "");
}

// As where its pattern finds what all pages have: most of the table would go in silence.
TEST(HealthPartsTest, AKeyThatIsTheSameOnAllPagesIsAFinding) {
  TableSchema schema = kSchema;
  schema.key = {"sku"};
  SiteHealth health;
  const auto kinds = [&](RunId id, const Counts& counts, std::optional<int64_t> repeated) {
    health.now = Ran(id, counts);
    health.now.records[0].repeated = repeated;
    health.now.records[0].most_pages = 50;
    health.now.findings = JudgeHealth({Spec()}, {schema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(1, {50, 50, 50, 50}, std::nullopt), "") << "it was not counted then";
  EXPECT_EQ(kinds(2, {50, 50, 50, 50}, 49), "") << "a site has one name";
  health.before.clear();
  EXPECT_EQ(kinds(3, {50, 50, 50, 50}, 2), "");
  EXPECT_EQ(kinds(4, {3, 3, 9, 9}, 8), "") << "most pages are unchanged";
  EXPECT_EQ(kinds(5, {50, 50, 50, 50}, 49), "keys");
  EXPECT_EQ(health.now.findings[0].message,
            "record book: 1 of 50 rows have a key of their own (2%), before 96%");
  EXPECT_EQ(kinds(6, {50, 50, 50, 50}, 49), "keys");
  EXPECT_EQ(kinds(7, {0, 0, 0, 0}, 0), "keys") << "no page was looked at";
  EXPECT_EQ(kinds(8, {50, 50, 50, 50}, 25), "") << "lists and pages of their own";
}

TEST(HealthPartsTest, AKeyThatIsTheSameFromTheFirstRunOnIsAFindingWhereRowsDiffer) {
  TableSchema schema = kSchema;
  schema.key = {"sku"};
  const struct {
    int64_t rows, repeated, conflicts;
    const char* want;
    const char* why;
  } kCases[] = {
      {50, 49, 49, "keys", "each page's title under one key"},
      {50, 49, 25, "keys", "half of them"},
      {50, 49, 24, "", "the page's foot, mended in the middle of the run"},
      {50, 49, 0, "", "a site has one name"},
      {50, 48, 98, "", "two keys"},
      {10, 9, 9, "keys", "few, but enough"},
      {9, 8, 8, "", "a thing on all its pages"},
  };
  for (const auto& test : kCases) {
    SiteHealth health;
    health.now = Ran(1, {test.rows, test.rows, test.rows, test.rows});
    health.now.records[0].most_pages = test.rows;
    health.now.records[0].repeated = test.repeated;
    health.now.records[0].conflicts = test.conflicts;
    EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {schema}, health)), test.want) << test.why;
  }
}

}  // namespace
}  // namespace thresh
