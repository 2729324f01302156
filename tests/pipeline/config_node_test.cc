#include "pipeline/config_node.h"

#include <gtest/gtest.h>

#include "pipeline/config_document.h"

namespace thresh {
namespace {

TEST(PlaceInStringTest, CountsAsTheStringIsWritten) {
  const struct {
    const char* text;
    size_t offset;
    size_t line, column;
    const char* reason;
  } cases[] = {
      {"a = 'xyz'", 0, 1, 6, "behind the quote"},
      {"a = 'xyz'", 2, 1, 8, "a byte a character"},
      {"a = 'xyz'", 3, 1, 9, "the end is the closing quote"},
      {"a = 'äöz'", 4, 1, 8, "columns are characters, offsets bytes"},
      {"a = 'äöz'", 1, 1, 6, "within a character"},
      {"\ta = 'xyz'", 1, 1, 8, "a tab is one character"},
      {"a = 'x\\ny'", 2, 1, 8, "no escapes in a literal string"},
      {"a = \"x\\ny\"", 2, 1, 9, "an escape is one byte"},
      {"a = \"\\u00e4y\"", 2, 1, 12, "\\u00e4 is two bytes"},
      {"a = \"\\U0001F600y\"", 4, 1, 16, "\\U0001F600 is four bytes"},
      {"a = '''xyz'''", 1, 1, 9, "three quotes"},
      {"a = '''\nxyz'''", 1, 2, 2, "the first line end is no part of the value"},
      {"a = '''\r\nxyz'''", 1, 2, 2, "nor is CR LF"},
      {"a = '''x\r\nyz'''", 2, 2, 1, "CR LF is one byte of the value"},
      {"a = '''x\n\n\nyz'''", 4, 4, 1, "lines"},
      {"a = \"\"\"x\\\n   \n  yz\"\"\"", 1, 3, 3, "a continued line gives nothing"},
      {"a = \"\"\"x\\\n   \n  yz\"\"\"", 2, 3, 4, "and goes on"},
  };
  for (const auto& test : cases) {
    const ConfigSource source{.name = "f", .folder = ".", .text = test.text};
    std::vector<Diagnostic> diagnostics;
    DiagnosticSink sink(&diagnostics);
    const auto table = ParseToml(source, &sink);
    ASSERT_TRUE(table) << test.reason;
    const Place place = PlaceInString(*table->Find("a"), test.offset);
    EXPECT_EQ(place.line, test.line) << test.reason;
    EXPECT_EQ(place.column, test.column) << test.reason;
  }
}

TEST(DiagnosticSinkTest, IsBounded) {
  std::vector<Diagnostic> diagnostics;
  DiagnosticSink sink(&diagnostics);
  const ConfigSource source;
  for (int i = 0; i < 5000; ++i) sink.Error({.source = &source}, "wrong");
  EXPECT_TRUE(sink.full());
  EXPECT_EQ(diagnostics.size(), DiagnosticSink::kMaxErrors + 1);
  EXPECT_EQ(diagnostics.back().message, "there are more errors, which are not shown");
}

TEST(DiagnosticTest, AreSortedAndSaidOnce) {
  std::vector<Diagnostic> diagnostics(4);
  diagnostics[0] = {.file = "b", .line = 2, .column = 1, .message = "x"};
  diagnostics[1] = {.file = "a", .line = 1, .column = 1, .message = "y"};
  diagnostics[2] = {.file = "b", .line = 1, .column = 9, .message = "z"};
  diagnostics[3] = diagnostics[0];
  SortDiagnostics(&diagnostics);
  ASSERT_EQ(diagnostics.size(), 3u);
  EXPECT_EQ(ToString(diagnostics[0]), "b:1:9: error: z");
  EXPECT_EQ(ToString(diagnostics[1]), "b:2:1: error: x");
  EXPECT_EQ(ToString(diagnostics[2]), "a:1:1: error: y");
}

}  // namespace
}  // namespace thresh
