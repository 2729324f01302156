// Fields that are filled, but with one thing everywhere.
#include "gmock/gmock.h"
#include "pipeline/health.h"
#include "tests/pipeline/run_health.h"
#include "tests/support/fake_crawl.h"

namespace thresh {
namespace {

using testing::ElementsAre;

constexpr int64_t kRows = 100;

// A run of `rows` rows on as many pages, of which so many have one price.
RunHealth Alike(RunId id, int64_t most_common, int64_t rows = kRows) {
  RunHealth run = Ran(id, {rows, rows, rows, rows});
  run.records[0].fields[1].most_common = most_common;
  run.records[0].fields[1].most_common_value = "50";
  return run;
}

std::string Judge(const RunHealth& now, const std::vector<RunHealth>& before,
                  const RecordSpec& spec = Spec(), const TableSchema& schema = kSchema) {
  SiteHealth health;
  health.now = now;
  health.now.records[0].most_pages = kRows;
  health.before = before;
  return Kinds(JudgeHealth({spec}, {schema}, health));
}

TEST(HealthValuesTest, OneValueOnMostRowsOfAFieldThatDifferedIsAFinding) {
  EXPECT_EQ(Judge(Alike(2, 95), {Alike(1, 3)}), "values:price");
  EXPECT_EQ(Judge(Alike(2, 65), {Alike(1, 3)}), "values:price");
  EXPECT_EQ(Judge(Alike(2, 50), {Alike(1, 3)}), "") << "half of them still differ";
  EXPECT_EQ(Judge(Alike(2, 95), {}), "") << "it may always be so";
  EXPECT_EQ(Judge(Alike(2, 95), {Alike(1, 30)}), "") << "of few kinds";
  EXPECT_EQ(Judge(Alike(2, 95), {Ran(1, {kRows, kRows, kRows, kRows})}), "") << "not counted then";
  EXPECT_EQ(Judge(Alike(2, 95), {Alike(1, 1, 40)}), "") << "too few were seen to differ";
  EXPECT_EQ(Judge(Alike(2, 25, 25), {Alike(1, 3)}), "") << "today's pages may be of one kind";
  EXPECT_EQ(Judge(Alike(3, 25, 25), {Alike(2, 1, 25), Alike(1, 1, 25)}), "") << "too few rows";
}

TEST(HealthValuesTest, AreNotJudgedWhereFieldsNeedNotBeThere) {
  RecordSpec spec = Spec();
  spec.expect.min_filled = 0.9;
  EXPECT_EQ(Judge(Alike(2, 95), {Alike(1, 3)}, spec), "values:price");
  spec.expect.min_filled = 0;
  EXPECT_EQ(Judge(Alike(2, 95), {Alike(1, 3)}, spec), "");
}

TEST(HealthValuesTest, AllPagesMayHaveChangedOnOneDay) {
  TableSchema schema = kSchema;
  schema.columns[1].type = ValueType::kDate;
  EXPECT_EQ(Judge(Alike(2, 95), {Alike(1, 3)}, Spec(), schema), "");
}

TEST(HealthValuesTest, AreAFindingUntilTheyDiffer) {
  SiteHealth health;
  health.before = {Alike(1, 3)};
  const auto kinds = [&](const RunHealth& now) {
    health.now = now;
    health.now.records[0].most_pages = kRows;
    health.now.findings = JudgeHealth({Spec()}, {kSchema}, health);
    health.before.insert(health.before.begin(), health.now);
    return Kinds(health.now.findings);
  };
  EXPECT_EQ(kinds(Alike(2, 95)), "values:price");
  EXPECT_EQ(health.now.findings[0].message,
            "record book, field price: at least 95 of 100 values are '50' (95%), which differed "
            "before");
  EXPECT_EQ(kinds(Alike(3, 4, 5)), "values:price") << "most pages are unchanged";
  EXPECT_EQ(kinds(Ran(4, {0, 0, 0, 0})), "values:price");
  for (int night = 0; night < 40; ++night) {
    EXPECT_EQ(kinds(Alike(5, 100)), "values:price") << night;
    if (health.before.size() > 30) health.before.pop_back();
  }
  EXPECT_EQ(kinds(Alike(6, 4)), "");
}

class CrawlHealthValuesTest : public FakeCrawlTest {
 protected:
  SiteReport Night(const std::string& price) {
    std::string links;
    for (int i = 0; i < 60; ++i) {
      const std::string path = "/p/" + std::to_string(i);
      links += "<a href='" + path + "'>x</a>";
      fetcher_.AddPage("http://x.test" + path,
                       "<h1>Shop</h1><b>" + (price.empty() ? std::to_string(i) : price) + "</b>");
    }
    fetcher_.AddPage("http://x.test/", links);
    clock_.Advance(std::chrono::hours(24));
    return Crawled(
        "seeds = ['http://x.test/']\n[host.'*']\ndelay = '0s'\n[[record]]\ntable = 'item'\n"
        "url = '/p/'\nfields = { shop = '<h1>(.*?)</h1>', price = '<b>(.*?)</b>' }\n");
  }
};

TEST_F(CrawlHealthValuesTest, ABannerInPlaceOfThePriceIsTold) {
  EXPECT_EQ(Night("").exit_code, 0);
  const SiteReport report = Night("£50");
  EXPECT_EQ(report.exit_code, 4);
  EXPECT_THAT(report.findings,
              ElementsAre("record item, field price: at least 60 of 60 values are '£50' (100%), "
                          "which differed before; see http://x.test/p/0 http://x.test/p/1 "
                          "http://x.test/p/2"));
  EXPECT_THAT(Rows("SELECT most_common FROM extraction "
                   "WHERE field = 'price' ORDER BY run_id"),
              ElementsAre("1", "60"));
  EXPECT_EQ(Night("").exit_code, 0);
}

}  // namespace
}  // namespace thresh
