// reparse and diff, as a shell sees them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/store.h"
#include "tests/support/loopback_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReparseCommandTest : public testing::Test {
 protected:
  // A config whose record has these fields.
  std::string Config(const std::string& fields, const std::string& extra = "") {
    return folder_
        .Write("site.toml", "seeds = ['" + site_.Url("/") + "']\n" + extra + R"(
[host."*"]
delay = "0s"
[[record]]
table = "book"
element = '<li\b'
key = ["sku"]
[record.fields]
)" + fields)
        .string();
  }
  std::string Database() const { return (folder_ / "site.db").string(); }
  std::vector<std::string> Books() { return Sql(Database(), "SELECT * FROM book_v ORDER BY 1"); }

  static constexpr const char* kSku = "sku = 'data-sku=\"(\\w+)\"'\n";
  static constexpr const char* kPrice = "price = { re = '<b>(\\d+)', type = \"integer\" }\n";
  static constexpr const char* kBetter = "price = { re = '<i>(\\d+)', type = \"integer\" }\n";

  LoopbackSite site_;
  TemporaryFolder folder_;
};

// Without the network: the site counts who asks.
TEST_F(ReparseCommandTest, AChangedRuleNeedsNoFetch) {
  site_.Add("/", "<li data-sku=a><b>1</b><i>10</i><li data-sku=b><b>2</b><i>20</i>");
  const std::string sku = "sku = 'data-sku=(\\w+)'\n";
  ASSERT_EQ(RunThresh({"crawl", Config(sku + kPrice)}).exit_code, 0);
  const size_t requests = site_.requests().size();
  const std::string changed = Config(sku + kBetter + "page = { from = \"header:content-type\" }\n");

  const ProgramResult diff = RunThresh({"reparse", changed, "--diff", "-f", "csv"});
  EXPECT_EQ(diff.exit_code, 0) << diff.errors;
  EXPECT_EQ(diff.output,
            "change,table,key,field,old,new\r\n"
            "changed,book,a,price,1,10\r\n"
            "changed,book,a,page,,text/html; charset=utf-8\r\n"
            "changed,book,b,price,2,20\r\n"
            "changed,book,b,page,,text/html; charset=utf-8\r\n");
  EXPECT_THAT(Sql(Database(), "SELECT * FROM book"),
              testing::Each(testing::Not(HasSubstr("html"))));
  EXPECT_THAT(Sql(Database(), "SELECT sku, price FROM book"), ElementsAre("a|1", "b|2"));

  const ProgramResult reparse = RunThresh({"reparse", changed});
  EXPECT_EQ(reparse.exit_code, 0) << reparse.errors;
  EXPECT_EQ(reparse.output, "");
  EXPECT_THAT(reparse.errors, HasSubstr("site: 1 pages; rows: 0 added, 2 changed, 0 removed\n"));
  EXPECT_THAT(Sql(Database(), "SELECT sku, price, page FROM book"),
              ElementsAre("a|10|text/html; charset=utf-8", "b|20|text/html; charset=utf-8"));
  EXPECT_EQ(site_.requests().size(), requests);
  EXPECT_EQ(RunThresh({"reparse", changed, "--diff", "-f", "csv"}).output,
            "change,table,key,field,old,new\r\n");
}

// Who takes a rule back after a reparse crawls by the rules of the last crawl.
TEST_F(ReparseCommandTest, OtherRulesThanTheLastCrawlsMakePagesComeWhole) {
  site_.Add("/", "<li data-sku=a><b>1</b><i>10</i>", "text/html", {{"ETag", "\"v1\""}});
  const std::string sku = "sku = 'data-sku=(\\w+)'\n";
  const auto crawl = [&] { return RunThresh({"crawl", Config(sku + kPrice)}).exit_code; };
  const auto reparse = [&](const char* price, std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"reparse", Config(sku + price)});
    return RunThresh(flags).exit_code;
  };
  const auto last_was_conditional = [&] {
    return site_.requests().back().headers.count("If-None-Match") > 0;
  };
  EXPECT_EQ(crawl(), 0);
  EXPECT_EQ(reparse(kBetter), 0);
  EXPECT_THAT(Sql(Database(), "SELECT price FROM book"), ElementsAre("10"));
  EXPECT_EQ(crawl(), 0);
  EXPECT_FALSE(last_was_conditional());
  EXPECT_THAT(Sql(Database(), "SELECT price FROM book"), ElementsAre("1"));

  EXPECT_EQ(reparse(kPrice), 0);
  EXPECT_EQ(reparse(kBetter, {"--diff"}), 0);
  EXPECT_EQ(crawl(), 0);
  EXPECT_TRUE(last_was_conditional());
}

TEST_F(ReparseCommandTest, ReadsPagesInTheCharsetTheyCameIn) {
  site_.Add("/", "<li data-sku=a><b>\xe4\xf6</b>", "text/html; charset=iso-8859-1");
  const std::string sku = "sku = 'data-sku=(\\w+)'\n";
  ASSERT_EQ(RunThresh({"crawl", Config(sku)}).exit_code, 0);
  ASSERT_EQ(RunThresh({"reparse", Config(sku + "word = '<b>(.*?)</b>'\n")}).exit_code, 0);
  EXPECT_THAT(Sql(Database(), "SELECT word FROM book"), ElementsAre("äö"));
}

// A field of type url joins with the URL that was fetched, in the crawl and in a reparse.
TEST_F(ReparseCommandTest, QueriesAreInTheEncodingOfTheirPage) {
  site_.Add("/", "<li data-sku=a><a href='/s?q=\xd6\xd0'>", "text/html; charset=gbk");
  site_.Add("/s?q=%D6%D0", "found");
  const std::string config =
      Config("sku = 'data-sku=(\\w+)'\nlink = { re = '<a\\b', attr = 'href', type = 'url' }\n");
  ASSERT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  const std::string joined = "SELECT state, last_status FROM urls JOIN book ON url = link";
  EXPECT_THAT(Sql(Database(), joined), ElementsAre("done|200"));
  EXPECT_EQ(RunThresh({"reparse", config, "--diff"}).output, "");
  ASSERT_EQ(RunThresh({"reparse", config}).exit_code, 0);
  EXPECT_THAT(Sql(Database(), joined), ElementsAre("done|200"));
}

TEST_F(ReparseCommandTest, APageThatIsRejectedNowGivesNothing) {
  site_.Add("/", "<li data-sku=a>Just a moment");
  const std::string sku = "sku = 'data-sku=(\\w+)'\n";
  ASSERT_EQ(RunThresh({"crawl", Config(sku)}).exit_code, 0);
  const std::string config = Config(sku);
  folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + R"(']
[host."*"]
reject = ['Just a moment']
[[record]]
table = "book"
element = '<li\b'
key = ["sku"]
[record.fields]
)" + sku);
  ASSERT_EQ(RunThresh({"reparse", config}).exit_code, 0);
  EXPECT_THAT(Sql(Database(), "SELECT * FROM book"), IsEmpty());
}

TEST_F(ReparseCommandTest, WaitsForNoCrawlAndLetsNoneIn) {
  site_.Add("/", "<li data-sku=a>");
  const std::string config = Config("sku = 'data-sku=(\\w+)'\n");
  ASSERT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  const auto other = Store::Open(Database());
  EXPECT_EQ(RunThresh({"reparse", config}).exit_code, 75);
  EXPECT_EQ(RunThresh({"reparse", config, "--diff"}).exit_code, 75);
}

TEST_F(ReparseCommandTest, SaysWhatIsMissing) {
  const std::string config = Config(kSku);
  const ProgramResult none = RunThresh({"reparse", config});
  EXPECT_EQ(none.exit_code, 5);
  EXPECT_THAT(none.errors, HasSubstr("site.db: there is no such database"));
  EXPECT_FALSE(std::filesystem::exists(Database()));
  EXPECT_EQ(RunThresh({"reparse", (folder_ / "no.toml").string()}).exit_code, 2);
}

// A database may be somebody else's.
TEST_F(ReparseCommandTest, NoNameOfATableReachesTheTerminalAsACommand) {
  site_.Add("/", "<li data-sku=a><b>1</b>");
  const std::string config = Config("sku = 'data-sku=(\\w+)'\n", "store.history = false\n");
  for (int run = 0; run < 2; ++run) ASSERT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  folder_.Write("rename.py",
                "import sqlite3, sys\n"
                "db = sqlite3.connect(sys.argv[1])\n"
                "db.execute('drop view book_v')\n"
                "db.execute('alter table book rename to \"b\\x1b[31m\"')\n"
                "db.execute('update record_columns set table_name = ?', ('b\\x1b[31m',))\n"
                "db.commit()\n");
  const std::string command = "python3 " + (folder_ / "rename.py").string() + " " + Database();
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(RunThresh({"diff", Database()}).errors, HasSubstr("b\\u{1B}[31m: has no history"));
}

TEST_F(ReparseCommandTest, DiffTellsTheSitesChangesFromTheRules) {
  const std::string sku = "sku = 'data-sku=(\\w+)'\n";
  site_.Add("/", "<li data-sku=a><b>1</b><i>5</i><li data-sku=b><b>2</b><i>2</i>");
  const std::string config = Config(sku + kPrice);
  ASSERT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  const ProgramResult first = RunThresh({"diff", Database(), "--exit-code"});
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_THAT(first.errors, HasSubstr("fewer than two runs"));

  site_.Add("/",
            "<li data-sku=a><b>1</b><i>5</i><li data-sku=b><b>3</b><i>3</i>"
            "<li data-sku=c><b>4</b><i>4</i>");
  ASSERT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  EXPECT_EQ(RunThresh({"diff", Database(), "-f", "csv"}).output,
            "change,table,key,field,old,new,by\r\n"
            "changed,book,b,price,2,3,site\r\n"
            "added,book,c,,,\"{\"\"sku\"\":\"\"c\"\",\"\"price\"\":4}\",site\r\n");

  ASSERT_EQ(RunThresh({"reparse", Config(sku + kBetter)}).exit_code, 0);
  EXPECT_EQ(RunThresh({"diff", Database(), "2", "-f", "csv"}).output,
            "change,table,key,field,old,new,by\r\nchanged,book,a,price,1,5,rule\r\n");
  EXPECT_EQ(RunThresh({"diff", Database(), "1", "2", "-f", "tsv", "--table", "book"}).output,
            "change\ttable\tkey\tfield\told\tnew\tby\n"
            "changed\tbook\tb\tprice\t2\t3\tsite\n"
            "added\tbook\tc\t\\N\t\\N\t{\"sku\":\"c\",\"price\":4}\tsite\n");
  EXPECT_EQ(RunThresh({"diff", Database(), "--exit-code"}).exit_code, 1);
  EXPECT_EQ(RunThresh({"diff", config, "--since", "1h", "-f", "csv"}).output,
            RunThresh({"diff", Database(), "--since", "2h", "-f", "csv"}).output);

  // Of a rule that is new in the run that was compared.
  const std::string third = Config(sku + "price = { re = '<b>(\\d+)</b>', type = \"integer\" }\n");
  ASSERT_EQ(RunThresh({"crawl", third}).exit_code, 0);
  EXPECT_EQ(RunThresh({"diff", Database(), "-f", "csv"}).output,
            "change,table,key,field,old,new,by\r\n")
      << "it has become what it was at the end of run 2";
  EXPECT_EQ(RunThresh({"diff", Database(), "1", "3", "-f", "csv", "--table", "book"}).output,
            "change,table,key,field,old,new,by\r\n"
            "changed,book,b,price,2,3,site\r\n"
            "added,book,c,,,\"{\"\"sku\"\":\"\"c\"\",\"\"price\"\":4}\",site\r\n");
}

TEST_F(ReparseCommandTest, DiffRefusesWhatIsNotThere) {
  site_.Add("/", "<li data-sku=a>");
  ASSERT_EQ(RunThresh({"crawl", Config("sku = 'data-sku=(\\w+)'\n")}).exit_code, 0);
  const ProgramResult run = RunThresh({"diff", Database(), "7"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.errors, HasSubstr("there is no run 7"));
  const ProgramResult table = RunThresh({"diff", Database(), "--table", "shelf"});
  EXPECT_EQ(table.exit_code, 2);
  EXPECT_THAT(table.errors, HasSubstr("there is no table \"shelf\" of a record; there are: book"));
  EXPECT_EQ(RunThresh({"diff", Database(), "1", "--since", "1h"}).exit_code, 2);
  ASSERT_EQ(RunThresh({"crawl", Config("sku = 'data-sku=(\\w+)'\n")}).exit_code, 0);
  const ProgramResult backwards = RunThresh({"diff", Database(), "2", "1"});
  EXPECT_EQ(backwards.exit_code, 2);
  EXPECT_THAT(backwards.errors, HasSubstr("run 1 ended before run 2: name the earlier one first"));
}

}  // namespace
}  // namespace thresh
