#include "pipeline/check.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <sstream>

#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using ::testing::HasSubstr;

class CheckTest : public ::testing::Test {
 protected:
  int Run(const std::vector<std::filesystem::path>& arguments) {
    out_.str("");
    err_.str("");
    return RunCheck(arguments, out_, err_);
  }

  const TemporaryFolder folder_;
  std::ostringstream out_, err_;
};

TEST_F(CheckTest, CountsWhatAFineConfigHas) {
  const auto path = folder_.Write("books.toml",
                                  "seeds = ['http://x.test/[1-3]']\n[[record]]\ntable = 'book'\n"
                                  "match = '<b>(?P<name>.*?)</b>'\n");
  EXPECT_EQ(Run({path}), 0) << err_.str();
  EXPECT_EQ(out_.str(), path.string() + ": ok, 1 record, 3 seeds\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckTest, NamesErrorsInTheOrderOfTheFileAndFails) {
  const auto bad = folder_.Write("bad.toml", "folow = []\nseeds = [1]\n");
  const auto good = folder_.Write("good.toml", "seeds = ['http://x.test/']\n");
  EXPECT_EQ(Run({bad, good}), 2);
  EXPECT_EQ(out_.str(), good.string() + ": ok, 0 records, 1 seed\n");
  EXPECT_LT(err_.str().find("bad.toml:1:1: error: "), err_.str().find("bad.toml:2:10: error: "));
}

TEST_F(CheckTest, OnlyWarnsOfSecretsThatAreNotHere) {
  const auto path = folder_.Write("books.toml",
                                  "seeds = ['http://x.test/']\n[host.'x.test']\n"
                                  "headers = { A = '${env:THRESH_NO_SUCH}' }\n");
  EXPECT_EQ(Run({path}), 0);
  EXPECT_THAT(err_.str(), HasSubstr(":3:18: warning: the environment has no variable"));
  EXPECT_THAT(out_.str(), HasSubstr(": ok, "));
}

TEST_F(CheckTest, ShowsNoControlCharactersOfAFile) {
  const auto path = folder_.Write("books.toml", "\"a\\u001B[31m\\u202E\" = 1\n");
  EXPECT_EQ(Run({path}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("a\\u{1B}[31m\\u{202E}"));
}

TEST_F(CheckTest, AListThatMayNotBeReadIsAnError) {
  const auto list = folder_.Write("urls.txt", "https://x.test/a\n");
  const auto path = folder_.Write("books.toml", "seeds = ['list:urls.txt']\n");
  std::filesystem::permissions(list, std::filesystem::perms::none);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  const bool is_root = geteuid() == 0;  // who may read everything
  ASSERT_EQ(is_root ? seteuid(65534) : 0, 0);
  EXPECT_EQ(Run({path}), 2);
  ASSERT_EQ(is_root ? seteuid(0) : 0, 0);
  EXPECT_THAT(err_.str(), HasSubstr(":1:10: error: " + list.string() + " cannot be read: "));
}

TEST_F(CheckTest, WarnsOfLinesOfAListThatAreLeftOut) {
  folder_.Write("urls.txt", "https://x.test/a\nhtps:/x.test/b\n# c\nx.test/d\n");
  const auto path = folder_.Write("books.toml", "seeds = ['list:urls.txt']\n");
  EXPECT_EQ(Run({path}), 0);
  EXPECT_THAT(err_.str(), HasSubstr("urls.txt:2: warning: this line is not a URL, and is left "
                                    "out; of such there are 2\n"));
  EXPECT_THAT(out_.str(), HasSubstr(": ok, "));
}

TEST_F(CheckTest, RunsOnWhatIsNotThere) {
  EXPECT_EQ(Run({folder_.path() / "none.toml"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("none.toml: error: there is no such file"));
}

}  // namespace
}  // namespace thresh
