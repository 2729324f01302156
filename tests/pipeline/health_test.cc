#include "pipeline/health.h"

#include <algorithm>
#include <filesystem>

#include "gmock/gmock.h"
#include "storage/pages_left_out.h"
#include "tests/pipeline/run_health.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(HealthTest, ComparesARunWithThoseBeforeIt) {
  const struct {
    std::vector<Counts> before;
    Counts now;
    const char* want;
    const char* why;
  } kCases[] = {
      {{}, {10, 9, 90, 90}, "", "a first run that gave rows"},
      {{}, {10, 0, 0, 0}, "rows", "a first run without any"},
      {{}, {0, 0, 0, 0}, "", "it looked at no page"},
      {{{10, 10, 50, 50}}, {0, 0, 0, 0}, "", "a quiet night of 304s"},
      {{{1, 1, 20, 20}}, {1, 0, 0, 0}, "rows", "the only page gives none any more"},
      {{{100, 100, 100, 100}}, {100, 0, 0, 0}, "rows", "none at all"},
      {{{100, 100, 100, 100}}, {100, 30, 30, 30}, "rows", "a third"},
      {{{100, 100, 100, 100}}, {100, 80, 80, 80}, "", "not less than half"},
      {{{1000, 50, 50, 50}}, {1000, 0, 0, 0}, "rows", "rare rows, but many pages"},
      {{{1000, 600, 600, 600}}, {2, 0, 0, 0}, "", "two changed pages may have none"},
      {{{100'000, 99'000, 1, 1}}, {50'000, 900, 1, 1}, "rows", "large numbers"},
      {{{10, 10, 50, 50}}, {10, 10, 50, 0}, "filled:price", "a field is never filled any more"},
      {{{10, 10, 50, 50}}, {10, 10, 50, 20}, "filled:price", "or less than half as often"},
      {{{10, 10, 50, 10}}, {10, 10, 50, 9}, "", "it was rare before"},
      {{{10, 10, 50, 30}}, {1, 1, 2, 0}, "", "two rows may lack it"},
      {{{10, 10, 50, 0}}, {10, 10, 50, 0}, "", "it was never there"},
      {{{1, 1, 1, 1}, {9, 0, 0, 0}}, {90, 1, 1, 1}, "rows", "the sum of both: 10%"},
  };
  for (const auto& test : kCases) {
    const SiteHealth health = HealthOf(test.now, test.before);
    EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {kSchema}, health)), test.want) << test.why;
  }
}

TEST(HealthTest, ATenthThatLacksWhatAllHadIsAFinding) {
  const Counts all = {300, 300, 300, 300};
  const struct {
    std::vector<Counts> before;
    Counts now;
    const char* want;
    const char* why;
  } kCases[] = {
      {{all, all, all, all, all}, {300, 300, 300, 269}, "filled:price", "more than a tenth"},
      {{all, all, all, all, all}, {300, 300, 300, 270}, "", "a tenth"},
      {{all, all, all, all, all}, {300, 269, 269, 269}, "rows", "pages without rows"},
      {{all, all, all, all}, {300, 300, 300, 250}, "", "too few runs"},
      {{all, all, {300, 300, 300, 280}, all, all, all}, {300, 300, 300, 250}, "", "not all had it"},
      {{all, {10, 10, 10, 8}, all, all, all}, {300, 300, 300, 250}, "filled:price", "nearly all"},
      {{all, all, all, all, all}, {100, 100, 100, 71}, "", "too few lack it to be sure"},
      {{all, all, all, all, all}, {4, 4, 300, 200}, "", "most pages were left out"},
      {{{9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}},
       {300, 300, 300, 250},
       "",
       "those looked at less"},
      {{{9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}, {9, 9, 9, 9}, all},
       {300, 300, 300, 250},
       "filled:price",
       "all together they did not"},
  };
  for (const auto& test : kCases) {
    const auto most_pages = std::max<int64_t>(100, test.now.pages);
    const SiteHealth health = HealthOf(test.now, test.before, most_pages);
    EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {kSchema}, health)), test.want) << test.why;
  }
}

TEST(HealthTest, WhatManyLackIsToldUntilItIsThere) {
  SiteHealth health;
  for (RunId id = 5; id > 0; --id) health.before.push_back(Ran(id, {300, 300, 300, 300}));
  const auto kinds = [&](RunId id, const Counts& counts) {
    health.now = Ran(id, counts);
    health.now.records[0].most_pages = 300;
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(6, {10, 10, 10, 8}), "") << "changed pages may be of one kind";
  EXPECT_EQ(kinds(7, {300, 300, 300, 200}), "filled:price");
  EXPECT_EQ(health.now.findings[0].message,
            "record book, field price: filled in 200 of 300 rows (67%), before in 100%");
  EXPECT_EQ(kinds(8, {10, 10, 10, 8}), "filled:price");
  EXPECT_EQ(kinds(9, {0, 0, 0, 0}), "filled:price");
  for (int night = 0; night < 40; ++night) {
    EXPECT_EQ(kinds(8, {300, 300, 300, 220}), "filled:price") << night;
    if (health.before.size() > 30) health.before.pop_back();
  }
  EXPECT_EQ(kinds(9, {10, 10, 10, 10}), "");
}

// As where a site gives its pages another make one by one: no night differs much from those before.
TEST(HealthTest, WhatGoesLittleByLittleIsAFinding) {
  SiteHealth health;
  for (RunId id = 5; id > 0; --id) health.before.push_back(Ran(id, {300, 300, 300, 300}));
  const auto kinds = [&](int64_t matched, int64_t priced) {
    health.now = Ran(6, {300, matched, 300, priced});
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    health.before.insert(health.before.begin(), health.now);
    if (health.before.size() > 30) health.before.pop_back();
    return Kinds(health.now.findings);
  };
  for (int64_t priced = 298; priced >= 270; priced -= 2) EXPECT_EQ(kinds(300, priced), "");
  EXPECT_EQ(kinds(300, 268), "filled:price");
  EXPECT_EQ(health.now.findings[0].message,
            "record book, field price: filled in 268 of 300 rows (89%), before in 99%");
  for (int64_t priced = 262; priced > 0; priced -= 6) EXPECT_EQ(kinds(300, priced), "filled:price");
  EXPECT_EQ(kinds(300, 280), "") << "this is another way to be well";
  for (int64_t matched = 298; matched >= 270; matched -= 2) EXPECT_EQ(kinds(matched, 280), "");
  EXPECT_EQ(kinds(268, 280), "rows");
}

// Of what is told for longer than runs are read.
TEST(HealthTest, SaysSinceWhenForMonths) {
  SiteHealth health;
  for (RunId id = 2; id > 0; --id) health.before.push_back(Ran(id, {10, 10, 50, 50}));
  for (int night = 0; night < 70; ++night) {
    const bool quiet = night > 35;
    health.now = Ran(night == 0 ? 3 : 4, quiet ? Counts{0, 0, 0, 0} : Counts{10, 10, 50, 1});
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    ASSERT_EQ(Kinds(health.now.findings), "filled:price") << night;
    const std::string& message = health.now.findings[0].message;
    EXPECT_EQ(message.ends_with(" (since 2026-03-03)"), night > 0) << message;
    EXPECT_EQ(message.find("since"), message.rfind("since")) << message;
    health.before.insert(health.before.begin(), health.now);
    if (health.before.size() > 30) health.before.erase(health.before.end() - (quiet ? 2 : 1));
  }
}

TEST(HealthTest, AChangedRuleIsNotComparedWithLongAgo) {
  SiteHealth health;
  for (RunId id = 5; id > 0; --id) health.before.push_back(Ran(id, {300, 300, 300, 300}));
  for (RunHealth& run : health.before) run.records[0].rule = "r0";
  for (int night = 0; night < 6; ++night) {
    health.before.insert(health.before.begin(), Ran(6, {300, 300, 300, 295}));
  }
  health.now = Ran(7, {300, 300, 300, 260});
  EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {kSchema}, health)), "");
}

TEST(HealthTest, AFieldOfWhichNoValueConvertsIsToldInTheFirstRun) {
  const auto judge = [](int64_t priced, int64_t failed) {
    SiteHealth health;
    health.now = Ran(1, {10, 10, 50, priced});
    health.now.records[0].fields[1].failed = failed;
    health.now.records[0].fields[1].example = "from 3";
    return JudgeHealth({Spec()}, {kSchema}, health);
  };
  EXPECT_EQ(Kinds(judge(0, 50)), "filled:price");
  EXPECT_THAT(judge(0, 50)[0].message, HasSubstr("such as 'from 3'"));
  EXPECT_EQ(Kinds(judge(1, 49)), "") << "some do";
  EXPECT_EQ(Kinds(judge(0, 0)), "") << "it is on no page";
}

TEST(HealthTest, OnePageIsNotCalledPages) {
  SiteHealth health;
  health.now = Ran(1, {1, 0, 0, 0});
  const auto findings = JudgeHealth({Spec()}, {kSchema}, health);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message, HasSubstr("no rows on 1 page it looked at"));
}

TEST(HealthTest, ExpectationsAreAbsolute) {
  const struct {
    std::optional<double> min_filled, min_matched;
    int64_t too_few;
    Counts now;
    const char* want;
    const char* why;
  } kCases[] = {
      {{}, 0.9, 0, {10, 9, 9, 9}, "", "just enough"},
      {{}, 0.9, 0, {10, 8, 8, 8}, "min_matched", "a page too few"},
      {{}, 0.0, 0, {10, 0, 0, 0}, "", "none expected"},
      {0.9, {}, 0, {10, 10, 10, 9}, "", "just enough"},
      {0.9, {}, 0, {10, 10, 10, 8}, "min_filled:price", "a row too few"},
      {0.0, {}, 0, {10, 10, 10, 0}, "", "takes the place of the comparison"},
      {{}, {}, 2, {10, 8, 8, 8}, "min_rows", "pages that gave too few"},
      {0.9, 0.9, 0, {0, 0, 0, 0}, "", "nothing was looked at"},
  };
  for (const auto& test : kCases) {
    SiteHealth health;
    health.now = Ran(9, test.now);
    health.now.records[0].too_few = test.too_few;
    health.before = {Ran(8, {10, 10, 10, 10})};
    RecordSpec spec = Spec();
    spec.expect.min_filled = test.min_filled;
    spec.expect.min_matched = test.min_matched;
    spec.expect.min_rows = 1;
    EXPECT_EQ(Kinds(JudgeHealth({spec}, {kSchema}, health)), test.want) << test.why;
  }
}

// However long it stays so: what is compared with is how it was before.
// All lead to a login, which is a page with too few rows itself.
TEST(HealthTest, OnePageWithTooFewRowsDoesNotHideTheOthers) {
  RecordSpec spec = Spec();
  spec.expect.min_rows = 1;
  SiteHealth health;
  health.before = {Ran(1, {40, 40, 40, 40})};
  health.now = Ran(2, {41, 0, 0, 0});
  health.now.records[0].too_few = 1;
  EXPECT_EQ(Kinds(JudgeHealth({spec}, {kSchema}, health)), "min_rows rows");
  health.now.records[0].too_few = 41;
  EXPECT_EQ(Kinds(JudgeHealth({spec}, {kSchema}, health)), "min_rows") << "is enough said";
}

TEST(HealthTest, WhatIsWrongStaysWrongAndSaysSinceWhen) {
  SiteHealth health;
  health.before = {Ran(1, {10, 10, 10, 10})};
  for (RunId id = 2; id < 9; ++id) {
    health.now = Ran(id, {10, 10, 10, 0});
    const auto findings = JudgeHealth({Spec()}, {kSchema}, health);
    ASSERT_EQ(findings.size(), 1u) << id;
    EXPECT_THAT(findings[0].message, HasSubstr("record book, field price: filled in 0 of 10 rows "
                                               "(0%), before in 100%"));
    if (id > 2) {
      EXPECT_THAT(findings[0].message, HasSubstr("(since 2026-03-02)"));
    }
    health.now.findings = findings;
    health.before.insert(health.before.begin(), health.now);
  }
  health.now = Ran(9, {10, 10, 10, 10});
  EXPECT_THAT(JudgeHealth({Spec()}, {kSchema}, health), IsEmpty());
}

TEST(HealthTest, AChangedRuleIsComparedWithTheOneBefore) {
  SiteHealth health;
  health.now = Ran(9, {10, 0, 0, 0});
  health.before = {Ran(8, {10, 10, 10, 10})};
  health.now.records[0].rule = "r2";
  TableSchema changed = kSchema;
  changed.rule = "r2";
  const auto findings = JudgeHealth({Spec()}, {changed}, health);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0].message, HasSubstr("0 of 10 pages gave rows (0%), before 100%"));
}

TEST(HealthTest, WhatNoPageWasParsedOfIsAsItWas) {
  SiteHealth health;
  health.now = Ran(3, {0, 0, 0, 0});
  health.before = {Ran(2, {10, 10, 10, 0}), Ran(1, {10, 10, 10, 10})};
  health.before[0].findings = {
      {"book", "price", "filled", "record book, field price: none", {}, "", "2026-03-02"}};
  const auto kinds = [&](const RecordSpec& spec, const TableSchema& schema) {
    return Kinds(JudgeHealth({spec}, {schema}, health));
  };
  EXPECT_EQ(kinds(Spec(), kSchema), "filled:price");
  EXPECT_THAT(JudgeHealth({Spec()}, {kSchema}, health)[0].message,
              "record book, field price: none (since 2026-03-02)");
  TableSchema other = kSchema;
  other.rule = "r2";
  EXPECT_EQ(kinds(Spec(), other), "") << "a mended rule";
  RecordSpec spec = Spec();
  spec.expect.min_filled = 0;
  EXPECT_EQ(kinds(spec, kSchema), "") << "the field is really gone";
  health.before.insert(health.before.begin(), Ran(3, {1, 1, 1, 1}));
  EXPECT_EQ(kinds(Spec(), kSchema), "") << "it was mended before";
}

TEST(HealthTest, AChangedRuleDoesNotStartAsABrokenOne) {
  SiteHealth health;
  health.before = {Ran(2, {100, 100, 100, 0}), Ran(1, {100, 100, 100, 60})};
  health.before[0].findings = {{"book", "price", "filled", "of r1", {}}};
  TableSchema changed = kSchema;
  changed.rule = "r2";
  health.now = Ran(3, {5, 5, 5, 1});
  EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {kSchema}, health)), "filled:price");
  health.now.records[0].rule = "r2";
  EXPECT_EQ(Kinds(JudgeHealth({Spec()}, {changed}, health)), "") << "one of five may be chance";
}

// One page without what half of the pages have proves nothing, not even that it is mended.
TEST(HealthTest, AFewPagesMendNothing) {
  SiteHealth health;
  health.before = {Ran(1, {100, 100, 100, 50})};
  const auto kinds = [&](RunId id, const Counts& counts) {
    health.now = Ran(id, counts);
    health.now.records[0].most_pages = 100;
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(2, {1, 1, 1, 0}), "");
  EXPECT_EQ(kinds(3, {100, 100, 100, 0}), "filled:price");
  EXPECT_EQ(kinds(4, {1, 1, 1, 0}), "filled:price");
  EXPECT_EQ(kinds(5, {2, 1, 0, 0}), "filled:price") << "no row to look at";
  EXPECT_EQ(kinds(6, {0, 0, 0, 0}), "filled:price");
  EXPECT_EQ(kinds(7, {2, 2, 2, 1}), "");
  EXPECT_EQ(kinds(8, {1, 1, 1, 0}), "");
}

// The other record of the table may be at fault.
TEST(HealthTest, OfTwoRecordsOfATableTheOneThatFailedIsCarried) {
  TableSchema list = kSchema;
  list.rule = "r2";
  SiteHealth health;
  health.before = {Ran(2, {10, 10, 10, 0}), Ran(1, {10, 10, 10, 10})};
  health.before[0].findings = {{"book", "price", "filled", "of r1", {}}};
  health.before[0].records.push_back(Ran(2, {10, 10, 10, 10}).records[0]);
  health.before[0].records[1].rule = "r2";
  health.now = Ran(3, {10, 10, 10, 10});
  const std::vector<RecordSpec> specs(2, Spec());
  EXPECT_EQ(Kinds(JudgeHealth(specs, {kSchema, list}, health)), "") << "r1 is mended";
  health.now.records[0].rule = "r2";
  EXPECT_EQ(Kinds(JudgeHealth(specs, {kSchema, list}, health)), "filled:price");
}

TEST(HealthTest, OfTwoRecordsOfATableTheOneWithoutPagesIsCarried) {
  TableSchema list = kSchema;
  list.rule = "r2";
  const std::vector<RecordSpec> specs(2, Spec());
  SiteHealth health;
  RunHealth broken = Ran(2, {10, 10, 10, 10});
  broken.records[0].rule = "r2";
  broken.findings = {{"book", "", "pages", "of r1", {}}};
  health.before = {broken, Ran(1, {10, 10, 10, 10})};
  health.now = Ran(3, {10, 10, 10, 10});
  health.now.records[0].rule = "r2";
  EXPECT_EQ(Kinds(JudgeHealth(specs, {kSchema, list}, health)), "pages");
  health.now.records[0].rule = "r1";
  EXPECT_EQ(Kinds(JudgeHealth(specs, {kSchema, list}, health)), "") << "r2 was looked at then";
}

// From what a crawl stores to the lines that cron mails.
TEST(HealthTest, FindsStoresAndTells) {
  const TemporaryFolder folder;
  const auto store = Store::Open(folder.path() / "x.db");
  RecordSpec spec;
  spec.table = "book";
  spec.match = R"(<b>(?P<sku>\w+) (?P<price>\S*)</b>)";
  FieldSpec price;
  price.name = "price";
  price.type = ValueType::kReal;
  spec.fields = {price};
  std::vector<RuleProblem> problems;
  const auto extractor = Extractor::Compile({spec}, &problems);
  ASSERT_NE(extractor, nullptr);
  store->PrepareTables("s", extractor->schemas(), false);

  const auto crawl = [&](const std::string& text, int status) {
    const RunId run = store->StartRun("s", "h", "", Timestamp());
    for (const char* path : {"/1", "/2", "/3", "/4"}) {
      const std::string address = std::string("https://x.test") + path;
      const UrlId url = store->AddUrl("s", {.url = address, .host = "https://x.test"});
      PageRecord page;
      page.url_id = url;
      page.status = status;
      page.final_url = address;
      const PageId page_id = store->AddPage(run, page);
      if (status == 304) continue;
      const Url parsed = *Url::Parse(address);
      PageView view;
      view.text = text;
      view.url = &parsed;
      const Extraction found = extractor->Extract(view, {});
      store->ApplyRows("s", run, url, page_id, extractor->schemas()[0], found.records[0],
                       Timestamp());
      store->Commit();  // a page at a time, as most crawls do
    }
    const auto left_out = store->FindPagesLeftOut(std::vector{run});
    const auto lines = CheckHealth(*store, "s", run, RunOutcome::kComplete, *extractor, *left_out);
    store->FinishRun(run, RunOutcome::kComplete, 0, Timestamp());
    store->Commit();
    return lines;
  };
  EXPECT_THAT(crawl("<b>a 1.5</b><b>b 2.5</b>", 200), IsEmpty());
  EXPECT_THAT(crawl("", 304), IsEmpty());
  EXPECT_THAT(crawl("<b>a cheap</b><b>b </b>", 200),
              ElementsAre("record book, field price: filled in 0 of 8 rows (0%), before in 100%; 4 "
                          "values did not convert, such as 'cheap'; see https://x.test/1 "
                          "https://x.test/2 https://x.test/3"));
  EXPECT_THAT(crawl("please wait", 200),
              ElementsAre(testing::StartsWith("record book: 0 of 4 pages gave rows (0%), before "
                                              "100%; see https://x.test/1 ")));
  const SiteHealth health = store->ReadHealth("s", 4);
  ASSERT_EQ(health.now.findings.size(), 1u);
  EXPECT_EQ(health.now.findings[0].kind, "rows");
  EXPECT_EQ(health.now.findings[0].examples.size(), 3u);
  ASSERT_EQ(health.before[0].findings.size(), 1u);
  EXPECT_EQ(health.before[0].findings[0].field, "price");
}

}  // namespace
}  // namespace thresh
