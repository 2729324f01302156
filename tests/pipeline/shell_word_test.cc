#include "pipeline/shell_word.h"

#include <gtest/gtest.h>

namespace thresh {
namespace {

TEST(ShellWordTest, IsQuotedWhereItMustBe) {
  EXPECT_EQ(ShellWord("data/books-1.db"), "data/books-1.db");
  EXPECT_EQ(ShellWord("my $books.db"), "'my $books.db'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord("-x.db"), "./-x.db");
}

}  // namespace
}  // namespace thresh
