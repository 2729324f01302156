// report, and crawl --report, as a shell sees them; the pages have content that means harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "tests/support/loopback_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    site_.Add("/",
              "<li>1 <svg/onload=alert(1)> &amp;</li><li>2 \xe2\x80\xae</li>"
              "<a href='/missing?\"><script>alert(2)</script>'>x</a>");
    config_ = folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + R"(']
[limits]
failed = "90%"
[host."*"]
delay = "0s"
[[record]]
table = "item"
match = '<li>(?P<n>\d) (?P<name>.*?)</li>'
key = ["n"]
[record.fields]
n = { type = "integer" }
name = { clean = [] }
)");
  }

  std::string Read(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  ProgramResult Report(std::vector<std::string> more) {
    more.insert(more.begin(), {"report", config_.string()});
    return RunThresh(more);
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
  std::filesystem::path config_;
};

// Nothing of a page becomes markup, and nothing is loaded from anywhere.
MATCHER(IsHarmless, "") {
  return ExplainMatchResult(
      AllOf(HasSubstr("content=\"default-src &#39;none&#39;; style-src &#39;sha256-"),
            Not(HasSubstr("<script")), Not(HasSubstr("<svg/")), Not(HasSubstr("<b>")),
            Not(HasSubstr("<img")), Not(HasSubstr(" style=")), Not(HasSubstr("src=\"")),
            Not(HasSubstr("<link")), Not(HasSubstr("@import")), Not(HasSubstr("url(")),
            Not(HasSubstr("\xe2\x80\xae"))),
      arg, result_listener);
}

// The element that holds each cell of a table, but for those that stand in a row.
std::vector<std::string> CellsOutOfRows(const std::string& html) {
  const std::set<std::string> without_end = {"!doctype", "meta", "link", "input"};
  std::vector<std::string> open, misplaced;
  for (size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const bool ends = html[at + 1] == '/';
    const size_t begin = at + (ends ? 2 : 1);
    const std::string name = html.substr(begin, html.find_first_of(" >", begin) - begin);
    if (without_end.contains(name)) continue;
    if (ends) {
      open.pop_back();
      continue;
    }
    if ((name == "td" || name == "th") && open.back() != "tr") misplaced.push_back(open.back());
    open.push_back(name);
  }
  return misplaced;
}

TEST_F(ReportTest, CellsStandInRows) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  Report({"-o", (folder_ / "r.html").string()});
  const std::string report = Read("r.html");
  EXPECT_THAT(report, HasSubstr("Pages per second"));
  EXPECT_THAT(CellsOutOfRows(report), IsEmpty());
}

TEST_F(ReportTest, IsOneFileThatIsHarmless) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  site_.Add("/", "<li>1 <img src=x onerror=alert(3)></li><li>3 c</li>");
  ASSERT_EQ(RunThresh({"crawl", config_.string(), "--fresh"}).exit_code, 0);
  const ProgramResult result = Report({"-o", (folder_ / "r.html").string()});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output + result.errors, "");
  const std::string report = Read("r.html");
  EXPECT_THAT(report, IsHarmless());
  EXPECT_THAT(report, HasSubstr("&lt;img src=x onerror=alert(3)&gt;"));
  EXPECT_THAT(report, HasSubstr("status 404"));
  EXPECT_THAT(report, HasSubstr("site.db"));
}

TEST_F(ReportTest, TheStyleIsTheOneThatThePolicyAllows) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  Report({"-o", (folder_ / "r.html").string()});
  const std::string report = Read("r.html");
  const size_t begin = report.find("<style>") + 7;
  folder_.Write("css", report.substr(begin, report.find("</style>") - begin));
  const std::string command = "openssl dgst -sha256 -binary " + (folder_ / "css").string() +
                              " | base64 > " + (folder_ / "hash").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::string hash = Read("hash");
  hash.pop_back();
  EXPECT_THAT(report, HasSubstr("sha256-" + hash + "&#39;"));
}

TEST_F(ReportTest, CrawlWritesItAtTheEnd) {
  const std::string file = (folder_ / "end.html").string();
  EXPECT_EQ(RunThresh({"crawl", config_.string(), "--report", file}).exit_code, 0);
  EXPECT_THAT(Read("end.html"), HasSubstr("The last crawl went well."));

  const ProgramResult failed = RunThresh({"crawl", config_.string(), "--report", "/dev/full"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.errors, HasSubstr("the report was not written"));
}

TEST_F(ReportTest, AFolderThatIsNotThereIsToldBeforeTheCrawl) {
  const ProgramResult refused =
      RunThresh({"crawl", config_.string(), "--report", (folder_ / "no/such/x.html").string()});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--report: "));
  EXPECT_THAT(refused.errors, HasSubstr("No such file or directory"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "site.db"));
}

TEST_F(ReportTest, AReportReplacesTheOldOneWhole) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  folder_.Write("real.html", "old");
  std::filesystem::create_symlink("real.html", folder_ / "link.html");
  EXPECT_EQ(Report({"-o", (folder_ / "link.html").string()}).exit_code, 1);
  EXPECT_EQ(Read("real.html"), "old") << "nothing is written through a link";
  EXPECT_EQ(Report({"-o", (folder_ / "real.html").string()}).exit_code, 0);
  EXPECT_THAT(Read("real.html"), testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(Read("real.html"), testing::EndsWith("</html>"));
}

TEST_F(ReportTest, PlotsAField) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  EXPECT_EQ(
      Report({"-o", (folder_ / "r.html").string(), "--plot", "item.n", "--by", "n"}).exit_code, 0);
  EXPECT_THAT(Read("r.html"), HasSubstr("item.n over time"));
  EXPECT_THAT(Read("r.html"), IsHarmless());
}

TEST_F(ReportTest, SaysWhatIsWrongWithAPlot) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  const auto error = [&](std::vector<std::string> more) {
    const ProgramResult result = Report(std::move(more));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.output, "");
    return result.errors;
  };
  EXPECT_THAT(error({"--plot", "price"}), HasSubstr("is not TABLE.FIELD"));
  EXPECT_THAT(error({"--plot", "x.price"}), HasSubstr("there are: item"));
  EXPECT_THAT(error({"--by", "n"}), HasSubstr("--by needs --plot"));
}

// What a crawl never writes, but another program may have.
TEST_F(ReportTest, ADatabaseOfLiesIsReportedAllTheSame) {
  ASSERT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  const std::string script =
      "import sqlite3, sys\n"
      "db = sqlite3.connect(sys.argv[1])\n"
      "db.execute(\"update runs set started_at = '<script>', outcome = '<b>', bytes = "
      "-9223372036854775808\")\n"
      "db.execute(\"update runs set finished_at = '9999-12-31T23:59:59.999Z', pages = "
      "9223372036854775807\")\n"
      "db.execute(\"update pages set status = 9999999999, elapsed_ms = 9223372036854775807, bytes "
      "= -5,\"\n"
      "  \" fetched_at = 'x', final_url = 'javascript:alert(1)//<b>', error = '<script>'\")\n"
      "db.execute(\"insert into findings values (1, '<b>', '', '', '<script>', '{not json', "
      "'', '')\")\n"
      "db.execute(\"update extraction set rows = -1, filled = 9223372036854775807, pages = -7\")\n"
      "db.execute(\"update hosts set delay_ms = -1, robots_at = '<b>', next_at = '<script>'\")\n"
      "db.commit()\n";
  folder_.Write("lie.py", script);
  const std::string command =
      "python3 " + (folder_ / "lie.py").string() + " " + (folder_ / "site.db").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const ProgramResult result = Report({"-o", (folder_ / "r.html").string()});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(Read("r.html"), IsHarmless());
  EXPECT_THAT(Read("r.html"), Not(HasSubstr("href=\"javascript")));
  EXPECT_THAT(Read("r.html"), AllOf(Not(HasSubstr("nan")), Not(HasSubstr("\"inf"))));
}

}  // namespace
}  // namespace thresh
