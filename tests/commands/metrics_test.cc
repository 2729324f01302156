// --metrics: a file that Prometheus can read, whole at every moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/gated_site.h"
#include "tests/support/prometheus_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Ge;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() { std::filesystem::create_directory(folder_ / "metrics"); }
  std::string Config(const std::string& name, const std::string& seed) {
    return folder_
        .Write(name + ".toml", "seeds = ['" + site_.Url(seed) + "']\n" + R"(
[host."*"]
delay = "0s"
[[record]]
table = "book"
url = '/book/'
match = '<h1>(?P<title>.*?)</h1>'
)")
        .string();
  }
  std::string Text() const {
    std::ifstream in(file_);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  std::string Name(const std::string& metric, const std::string& site,
                   const std::string& more = "") const {
    return metric + "{db=\"" + (folder_ / (site + ".db")).string() + "\",site=\"" + site + "\"" +
           more + "}";
  }

  TemporaryFolder folder_;
  const std::string file_ = (folder_ / "metrics" / "thresh.prom").string();
  GatedSite site_{5};
};

TEST_F(MetricsTest, CountsWhatTheRunDid) {
  site_.Allow(100);
  const ProgramResult crawl = RunThresh({"crawl", Config("books", "/"), "--metrics", file_});
  EXPECT_EQ(crawl.exit_code, 0);
  EXPECT_EQ(crawl.output + crawl.errors, "");
  const PrometheusSamples samples = ParsePrometheusText(Text());
  EXPECT_THAT(samples, Contains(Pair(Name("thresh_running", "books"), 0)));
  EXPECT_THAT(samples, Contains(Pair(Name("thresh_fetches_total", "books", ",result=\"200\""), 6)));
  EXPECT_THAT(samples, Contains(Pair(Name("thresh_fetch_duration_seconds_count", "books"), 6)));
  EXPECT_THAT(samples, Contains(Pair(Name("thresh_urls_pending", "books"), 0)));
  EXPECT_THAT(samples, Contains(Pair(Name("thresh_run_exit_code", "books"), 0)));
  EXPECT_THAT(samples,
              Contains(Pair(Name("thresh_run_outcome", "books", ",outcome=\"complete\""), 1)));
  EXPECT_THAT(samples,
              Contains(Pair(Name("thresh_run_row_changes", "books", ",change=\"added\""), 5)));
  EXPECT_THAT(samples, Contains(Pair("thresh_rows_total{db=\"" + (folder_ / "books.db").string() +
                                         "\",table=\"book\"}",
                                     5)));
  EXPECT_THAT(samples,
              Contains(Pair(Name("thresh_run_end_timestamp_seconds", "books"),
                            Ge(samples.at(Name("thresh_run_start_timestamp_seconds", "books"))))));
}

TEST_F(MetricsTest, OneFileHoldsTheCrawlsOfACommand) {
  site_.Allow(100);
  RunThresh({"crawl", Config("books", "/"), Config("more", "/book/1"), "--metrics", file_});
  const PrometheusSamples samples = ParsePrometheusText(Text());
  EXPECT_THAT(samples, Contains(Key(Name("thresh_running", "books"))));
  EXPECT_THAT(samples, Contains(Key(Name("thresh_running", "more"))));
}

TEST_F(MetricsTest, WhileItRunsTheFileIsWholeAndSaysSo) {
  ThreshProgram crawl({"crawl", Config("books", "/"), "--metrics", file_});
  while (Text().find("thresh_running{") == std::string::npos && !crawl.HasEnded()) usleep(2000);
  EXPECT_THAT(ParsePrometheusText(Text()), Contains(Pair(Name("thresh_running", "books"), 1)));
  crawl.Kill(SIGTERM);
  site_.Allow(100);
  EXPECT_EQ(crawl.Wait().exit_code, 130);
  const PrometheusSamples samples = ParsePrometheusText(Text());
  EXPECT_THAT(samples,
              Contains(Pair(Name("thresh_run_outcome", "books", ",outcome=\"interrupted\""), 1)));
}

TEST_F(MetricsTest, NothingButTheFileIsLeftAndOthersMayReadIt) {
  site_.Allow(100);
  const mode_t mask = umask(022);
  RunThresh({"crawl", Config("books", "/"), "--metrics", file_});
  umask(mask);
  struct stat status {};
  stat(file_.c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0644u);
  const std::filesystem::directory_iterator entries(folder_ / "metrics");
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(MetricsTest, AFileThatCannotBeWrittenIsSaidBeforeAnythingIsFetched) {
  const std::string file = (folder_ / "none" / "thresh.prom").string();
  const ProgramResult crawl = RunThresh({"crawl", Config("books", "/"), "--metrics", file});
  EXPECT_EQ(crawl.exit_code, 2);
  EXPECT_THAT(crawl.errors, AllOf(HasSubstr("--metrics"), HasSubstr(file)));
}

TEST_F(MetricsTest, AFullDiskDoesNotStopTheCrawl) {
  site_.Allow(100);
  const ProgramResult crawl = RunThresh({"crawl", Config("books", "/"), "--metrics", "/dev/full"});
  EXPECT_EQ(crawl.exit_code, 0);
  EXPECT_THAT(crawl.errors, HasSubstr("--metrics: /dev/full: No space left on device"));
}

TEST_F(MetricsTest, AFileThatCannotBeWrittenAnyMoreStopsNothing) {
  ThreshProgram crawl({"crawl", Config("books", "/"), "--metrics", file_});
  while (Text().find("thresh_running{") == std::string::npos && !crawl.HasEnded()) usleep(2000);
  std::filesystem::remove_all(folder_ / "metrics");
  site_.Allow(100);
  const ProgramResult result = crawl.Wait();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("--metrics"));
}

// Debian's package prometheus has the judge of the format; where it is not installed the parser of
// this tree judges alone.
TEST_F(MetricsTest, PromtoolHasNothingToSay) {
  if (std::system("command -v promtool >/dev/null") != 0) GTEST_SKIP() << "promtool is not here";
  site_.Allow(100);
  RunThresh({"crawl", Config("books", "/"), "--metrics", file_});
  EXPECT_EQ(std::system(("promtool check metrics <" + file_ + " >&2").c_str()), 0);
}

}  // namespace
}  // namespace thresh
