#include "storage/report_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/value_series.h"
#include "tests/storage/rows_test.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ReportDataTest : public RowsTest {
 protected:
  ReportData Read() {
    store_->Commit();
    return ReadReportData(path_);
  }
  void Fail(const std::string& url, int status, std::string_view error, int elapsed_ms) {
    PageRecord page;
    page.url_id = Url(url);
    page.fetched_at = At(++now_);
    page.status = status;
    page.final_url = url;
    page.error = error;
    page.elapsed = std::chrono::milliseconds(elapsed_ms);
    page.bytes = 10;
    store_->AddPage(run_, page);
  }
};

TEST_F(ReportDataTest, EmptyDatabaseHasNothingToTell) {
  const ReportData data = Read();
  EXPECT_THAT(data.last_runs, IsEmpty());
  EXPECT_EQ(data.pages.pages, 0);
}

TEST_F(ReportDataTest, CountsOnlyTheLastRunsPages) {
  StartRun();
  Fail("https://x.test/old", 500, "", 1);
  StartRun();
  Fail("https://x.test/a", 200, "", 30);
  Fail("https://x.test/b", 404, "", 20);
  Fail("https://y.test:81/c?d", 0, "timeout", 60'000);
  const PageStatistics pages = Read().pages;
  EXPECT_EQ(pages.pages, 3);
  EXPECT_THAT(pages.statuses, ElementsAre(std::pair(0, 1), std::pair(200, 1), std::pair(404, 1)));
  EXPECT_THAT(pages.errors, ElementsAre(testing::Key("status 404"), testing::Key("timeout")));
  EXPECT_THAT(pages.hosts,
              ElementsAre(testing::Key("https://x.test"), testing::Key("https://y.test:81")));
  EXPECT_EQ(pages.hosts.at("https://x.test").failed, 1);
  EXPECT_EQ(pages.latency.count(), 2) << "a fetch without a response has no latency";
  ASSERT_THAT(pages.slowest, SizeIs(3));
  EXPECT_EQ(pages.slowest[0].url, "https://y.test:81/c?d");
  int64_t in_slices = 0;
  for (const int64_t count : pages.pages_in) in_slices += count;
  EXPECT_EQ(in_slices, 3);
}

TEST_F(ReportDataTest, SitesOfOneCrawlBelongTogether) {
  const RunId early = store_->StartRun("early", "h", "", At(0));
  store_->FinishRun(early, RunOutcome::kComplete, 0, At(10));
  const RunId one = store_->StartRun("one", "h", "", At(100));
  const RunId two = store_->StartRun("two", "h", "", At(101));
  store_->FinishRun(one, RunOutcome::kComplete, 0, At(120));
  store_->FinishRun(two, RunOutcome::kComplete, 3, At(150));
  const ReportData data = Read();
  EXPECT_THAT(data.last_runs, SizeIs(3));
  ASSERT_THAT(data.crawl, SizeIs(2));
  EXPECT_EQ(data.crawl[0].site, "one");
  EXPECT_EQ(data.crawl[1].site, "two");
}

TEST_F(ReportDataTest, TrendsGoRunByRun) {
  store_->PrepareTables("s", {keyed_}, {});
  const auto price = [](size_t filled) {
    return [filled](RecordExtraction* found) { found->fields[1].filled = filled; };
  };
  StartRun();
  Give("https://x.test/1", keyed_, {{Text("a"), 1.0, kNull}, {Text("b"), 2.0, kNull}}, price(2));
  StartRun();
  Give("https://x.test/1", keyed_, {{Text("a"), kNull, kNull}, {Text("b"), 2.5, kNull}}, price(1));
  StartRun();
  const ReportData data = Read();
  ASSERT_THAT(data.records, SizeIs(1));
  EXPECT_THAT(data.records[0].rows, ElementsAre(2, 2));
  for (const FieldTrend& field : data.records[0].fields) {
    if (field.field != "price") continue;
    EXPECT_THAT(field.filled, ElementsAre(1.0, 0.5));
  }
}

TEST_F(ReportDataTest, TellsWhichValuesChanged) {
  store_->PrepareTables("s", {keyed_}, {});
  StartRun();
  Give("https://x.test/1", keyed_, {{Text("a"), 1.5, kNull}});
  StartRun();
  Give("https://x.test/1", keyed_, {{Text("a"), 2.5, kNull}, {Text("b"), 3.0, kNull}});
  store_->FinishRun(run_, RunOutcome::kComplete, 0, At(now_ + 5));
  run_ = 0;
  const ReportData data = Read();
  ASSERT_THAT(data.changes, SizeIs(1));
  ASSERT_THAT(data.changes[0].values, SizeIs(2));
  const ChangedValue& price = data.changes[0].values[0];
  EXPECT_EQ(
      price.change + " " + price.key + " " + price.field + " " + price.before + " " + price.after,
      "changed a price 1.5 2.5");
  EXPECT_EQ(data.changes[0].values[1].change, "added");
}

TEST_F(ReportDataTest, StopsWhenItIsToldTo) {
  StartRun();
  for (int i = 0; i < 3000; ++i) Fail("https://x.test/a", 200, "", 30);
  store_->Commit();
  EXPECT_THROW(ReadReportData(path_, [] { return true; }), ReadingStopped);
}

class ValueSeriesTest : public ReportDataTest {
 protected:
  ValueSeries Series(const std::string& by = "") {
    store_->Commit();
    return ReadValueSeries(path_, {"BOOK", "price", by}, At(now_ + kDay));
  }
};

TEST_F(ValueSeriesTest, FollowsAPriceThroughItsHistory) {
  store_->PrepareTables("s", {keyed_}, {});
  for (const double price : {10.0, 12.0, 8.0}) {
    StartRun();
    Give("https://x.test/1", keyed_, {{Text("a"), price, kNull}, {Text("b"), 100.0, kNull}});
  }
  const ValueSeries by_sku = Series("sku");
  ASSERT_THAT(by_sku.series, SizeIs(2));
  EXPECT_EQ(by_sku.series[0].name, "a");
  const auto& points = by_sku.series[0].points;
  EXPECT_DOUBLE_EQ(points.front().mean, 10);
  EXPECT_DOUBLE_EQ(points[points.size() / 2].mean, 12);
  EXPECT_DOUBLE_EQ(points.back().mean, 8);

  const ValueSeries all = Series();
  ASSERT_THAT(all.series, SizeIs(1));
  EXPECT_DOUBLE_EQ(all.series[0].points.back().mean, 54);
  EXPECT_DOUBLE_EQ(all.series[0].points.back().low, 8);
  EXPECT_DOUBLE_EQ(all.series[0].points.back().high, 100);
}

TEST_F(ValueSeriesTest, NamesWhatThereIs) {
  store_->PrepareTables("s", {keyed_}, {});
  const auto message = [&](const SeriesRequest& request) -> std::string {
    try {
      ReadValueSeries(path_, request, At(0));
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message({"nothing", "price", ""}), HasSubstr("there are: book"));
  EXPECT_THAT(message({"book", "prize", ""}), HasSubstr("there are: sku, price, note"));
  EXPECT_THAT(message({"book", "price", "x\" OR 1"}), HasSubstr("there is no column of book"));
  EXPECT_EQ(message({"book", "price", "sku"}), "");
}

TEST_F(ValueSeriesTest, TextsAreCountedAndLeftOut) {
  store_->PrepareTables("s", {keyed_}, {});
  StartRun();
  Give("https://x.test/1", keyed_, {{Text("a"), 1.0, Text("a note")}});
  store_->Commit();
  const ValueSeries notes = ReadValueSeries(path_, {"book", "note", ""}, At(now_ + 1));
  EXPECT_THAT(notes.series, IsEmpty());
  EXPECT_EQ(notes.values_left_out, 1);
}

}  // namespace
}  // namespace thresh
