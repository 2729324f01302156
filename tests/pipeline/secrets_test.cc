#include "pipeline/secrets.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SecretsTest : public ::testing::Test {
 protected:
  SecretsTest() {
    setenv("THRESH_A", "alpha", 1);
    setenv("THRESH_REF", "${env:THRESH_A}", 1);
    setenv("THRESH_EMPTY", "", 1);
    unsetenv("THRESH_NONE");
  }

  std::string Expand(std::string_view text) {
    problems_.clear();
    return ExpandSecrets(text, folder_.path(), &problems_);
  }

  const TemporaryFolder folder_;
  std::vector<SecretProblem> problems_;
};

TEST_F(SecretsTest, ExpandsVariablesAndFiles) {
  folder_.Write("token", "line\r\n");
  folder_.Write("two", "a\nb\n");
  EXPECT_EQ(Expand("plain"), "plain");
  EXPECT_EQ(Expand("Bearer ${env:THRESH_A}!"), "Bearer alpha!");
  EXPECT_EQ(Expand("${env:THRESH_A}${env:THRESH_A}"), "alphaalpha");
  EXPECT_EQ(Expand("${env:THRESH_EMPTY}"), "");
  EXPECT_EQ(Expand("${file:token}"), "line");
  EXPECT_EQ(Expand("${file:two}"), "a\nb");
  EXPECT_EQ(Expand("${file:" + (folder_.path() / "token").string() + "}"), "line");
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(SecretsTest, ValuesAreNotReadAgain) {
  EXPECT_EQ(Expand("${env:THRESH_REF}"), "${env:THRESH_A}");
}

TEST_F(SecretsTest, TwoDollarsAreOne) {
  EXPECT_EQ(Expand("$${env:THRESH_A} $5 $"), "${env:THRESH_A} $5 $");
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(SecretsTest, SaysWhatIsMissingAndWhere) {
  EXPECT_EQ(Expand("ab ${env:THRESH_NONE} c"), "ab  c");
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_EQ(problems_[0].offset, 3u);
  EXPECT_TRUE(problems_[0].missing);
  EXPECT_THAT(problems_[0].message, HasSubstr("THRESH_NONE"));
}

TEST_F(SecretsTest, SaysWhatIsBadlyWritten) {
  for (const char* text : {"${env:}", "${env:A B}", "${file:}", "${A}", "${env:A", "${"}) {
    Expand(text);
    ASSERT_EQ(problems_.size(), 1u) << text;
    EXPECT_FALSE(problems_[0].missing) << text;
  }
}

TEST_F(SecretsTest, FilesAreRegularAndSmall) {
  folder_.Write("large", std::string((64 << 10) + 1, 'x'));
  for (const char* text : {"${file:large}", "${file:/dev/zero}", "${file:none}", "${file:.}"}) {
    EXPECT_EQ(Expand(text), "") << text;
    EXPECT_EQ(problems_.size(), 1u) << text;
  }
}

}  // namespace
}  // namespace thresh
