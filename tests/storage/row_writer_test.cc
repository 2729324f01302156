#include "storage/row_writer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "gmock/gmock.h"
#include "storage/display_width.h"
#include "storage/sql_writer.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using Cells = std::vector<Cell>;

// What `format` makes of rows.
std::string Print(RowFormat format, const std::vector<OutputColumn>& columns,
                  const std::vector<Cells>& rows, size_t width = 0) {
  TemporaryFolder folder;
  Output output = Output::File(folder / "out");
  const auto writer = MakeRowWriter(format, output, width);
  writer->Begin(columns);
  for (const Cells& row : rows) writer->Row(row);
  writer->End();
  output.Close();
  std::ifstream file(folder / "out");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// What a terminal is sent of one row with a column "a" and a column "b", which is JSON. At most as
// much as a terminal holds unread.
std::string Shown(RowFormat format, const Cells& row) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) return "no terminal";
  termios as_it_is{};
  cfmakeraw(&as_it_is);
  tcsetattr(terminal, TCSANOW, &as_it_is);
  Output output = Output::File(ptsname(terminal));
  const auto writer = MakeRowWriter(format, output);
  writer->Begin({{"a"}, {"b", true}});
  writer->Row(row);
  writer->End();
  output.Close();
  char bytes[4096];
  const ssize_t size = read(terminal, bytes, sizeof bytes);
  close(terminal);
  return std::string(bytes, size < 0 ? 0 : static_cast<size_t>(size));
}

// One cell in a row of its own.
std::string PrintCell(RowFormat format, const Cell& cell, bool is_json = false) {
  return Print(format, {{"a", is_json}}, {{cell}});
}

TEST(RowFormatTest, Names) {
  EXPECT_EQ(RowFormatFromName("csv"), RowFormat::kCsv);
  EXPECT_EQ(RowFormatFromName("xml"), std::nullopt);
  EXPECT_EQ(RowFormatFromExtension("a/b.x/out.CSV"), RowFormat::kCsv);
  EXPECT_EQ(RowFormatFromExtension("out.jsonl"), RowFormat::kNdjson);
  EXPECT_EQ(RowFormatFromExtension("a.csv/out"), std::nullopt) << "the folder's extension";
  EXPECT_EQ(RowFormatFromExtension(".csv"), std::nullopt) << "a hidden file's name";
}

TEST(CsvTest, FollowsRfc4180) {
  const struct {
    Cell cell;
    std::string_view want;
    const char* why;
  } kCases[] = {
      {"plain", "plain", "§2.5: quotes are not needed"},
      {"a,b", "\"a,b\"", "§2.6"},
      {"say \"hi\"", "\"say \"\"hi\"\"\"", "§2.7"},
      {"two\nlines", "\"two\nlines\"", "§2.6"},
      {"cr\rhere", "\"cr\rhere\"", "§2.6"},
      {" space ", " space ", "§2.4: spaces are part of a field"},
      {"", "\"\"", "empty text is not NULL"},
      {int64_t{-9223372036854775807 - 1}, "-9223372036854775808", "the least integer"},
      {1.0, "1.0", "a real looks like one"},
      {0.1, "0.1", "the shortest that reads back"},
      {1e300, "1e+300", "large"},
      {-std::numeric_limits<double>::infinity(), "-Inf", "infinite"},
      {Blob{std::string_view("\0\xff", 2)}, "x'00ff'", "bytes as SQL has them"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(PrintCell(RowFormat::kCsv, test.cell), "a\r\n" + std::string(test.want) + "\r\n")
        << test.why;
  }
}

TEST(CsvTest, NullIsNothingBetweenCommas) {
  EXPECT_EQ(Print(RowFormat::kCsv, {{"a"}, {"b"}}, {{std::monostate(), std::monostate()}}),
            "a,b\r\n,\r\n");
}

// Readers skip empty lines.
TEST(CsvTest, ARowOfOneNullIsNoEmptyLine) {
  EXPECT_EQ(Print(RowFormat::kCsv, {{"a"}}, {{"x"}, {std::monostate()}, {"y"}}),
            "a\r\nx\r\n\"\"\r\ny\r\n");
}

TEST(CsvTest, HasAHeaderAlsoWithoutRows) {
  EXPECT_EQ(Print(RowFormat::kCsv, {{"a"}, {"b,c"}}, {}), "a,\"b,c\"\r\n");
}

TEST(CsvTest, KeepsNulBytes) {
  EXPECT_EQ(PrintCell(RowFormat::kCsv, std::string_view("a\0b", 3)),
            std::string("a\r\na\0b\r\n", 8));
}

TEST(TsvTest, EscapesWhatWouldBreakALine) {
  EXPECT_EQ(Print(RowFormat::kTsv, {{"a"}, {"b"}}, {{"1\t2\n3\\\r", std::monostate()}}),
            "a\tb\n1\\t2\\n3\\\\\\r\t\\N\n");
}

TEST(JsonTest, IsAnArrayOfObjects) {
  EXPECT_EQ(Print(RowFormat::kJson, {{"a"}, {"b"}}, {{int64_t{1}, "x"}, {int64_t{2}, {}}}),
            "[\n{\"a\":1,\"b\":\"x\"},\n{\"a\":2,\"b\":null}\n]\n");
  EXPECT_EQ(Print(RowFormat::kJson, {{"a"}}, {}), "[]\n");
}

TEST(JsonTest, Cells) {
  const struct {
    Cell cell;
    bool is_json;
    std::string_view want;
    const char* why;
  } kCases[] = {
      {"\"\\/\n\r\t\x01", false, R"("\"\\/\n\r\t\u0001")", "RFC 8259 §7"},
      {"电影", false, "\"电影\"", "UTF-8 as it is"},
      {"a\xff\x80z", false, "\"a\xef\xbf\xbd\xef\xbf\xbdz\"", "invalid bytes"},
      {"\xed\xa0\x80", false, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "a lone surrogate"},
      {"\xe7\x94", false, "\"\xef\xbf\xbd\"", "cut short at the end"},
      {"\x7f", false, R"("\u007f")", "DEL"},
      {std::nan(""), false, "null", "JSON has no NaN"},
      {std::numeric_limits<double>::infinity(), false, "null", "nor infinities"},
      {2.5, false, "2.5", "a real"},
      {Blob{"abcd"}, false, "\"YWJjZA==\"", "RFC 4648 §10's kind of padding"},
      {Blob{""}, false, "\"\"", "no bytes"},
      {"[\"x\",\n 1]", true, "[\"x\",  1]", "JSON as it is, on one line"},
      {"[1", true, "\"[1\"", "not JSON after all"},
      {std::string_view("[]\0", 3), true, R"("[]\u0000")", "something behind it"},
      {"\xef\xbb\xbf[]", true, "\"\xef\xbb\xbf[]\"", "a BOM is not JSON"},
      {"[\"\xff\"]", true, "\"[\\\"\xef\xbf\xbd\\\"]\"", "invalid UTF-8 inside"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(PrintCell(RowFormat::kNdjson, test.cell, test.is_json),
              "{\"a\":" + std::string(test.want) + "}\n")
        << test.why;
  }
}

TEST(JsonTest, ColumnsOfOneNameStayApart) {
  EXPECT_EQ(Print(RowFormat::kNdjson, {{"a"}, {"a"}, {"a:1"}, {"q\""}},
                  {{int64_t{1}, int64_t{2}, int64_t{3}, int64_t{4}}}),
            "{\"a\":1,\"a:1\":2,\"a:1:1\":3,\"q\\\"\":4}\n");
}

// The sqlite3 shell reads CR LF as LF, wherever it stands.
TEST(SqlTest, TextsHaveNoLineEndsThatAShellChanges) {
  TemporaryFolder folder;
  Output output = Output::File(folder / "out");
  const auto writer = MakeSqlWriter(output, "t", {"TEXT"});
  writer->Begin({{"a"}});
  writer->Row(Cells{"x\r\ny"});
  writer->Row(Cells{"x\ny"});
  writer->End();
  output.Close();
  std::ifstream file(folder / "out");
  const std::string sql(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(sql, testing::HasSubstr("VALUES (CAST(x'780d0a79' AS TEXT));\n"));
  EXPECT_THAT(sql, testing::HasSubstr("VALUES ('x\ny');\n"));
}

TEST(MarkdownTest, EscapesWhatWouldBeAnotherCharacter) {
  EXPECT_EQ(Print(RowFormat::kMarkdown, {{"a"}}, {{"&lt; &#60; ?a=1&b=2"}}),
            "| a |\n| --- |\n| &amp;lt; &amp;#60; ?a=1&b=2 |\n");
}

TEST(MarkdownTest, EscapesItsOwnSigns) {
  EXPECT_EQ(Print(RowFormat::kMarkdown, {{"a|b"}, {"c"}}, {{"x|y\\\r\nz\n<b>", std::monostate()}}),
            "| a\\|b | c |\n| --- | --- |\n| x\\|y\\\\<br>z<br>&lt;b> |  |\n");
}

TEST(TableTest, AlignsByWidthAndKind) {
  EXPECT_EQ(
      Print(RowFormat::kTable, {{"n"}, {"title"}, {"x"}},
            {{int64_t{1}, "霸王别姬", 1.5}, {int64_t{100}, "cafe\xcc\x81", std::monostate()}}),
      "┌─────┬──────────┬─────┐\n"
      "│   n │ title    │   x │\n"
      "├─────┼──────────┼─────┤\n"
      "│   1 │ 霸王别姬 │ 1.5 │\n"
      "│ 100 │ cafe\xcc\x81     │   ∅ │\n"
      "└─────┴──────────┴─────┘\n");
}

TEST(TableTest, NothingReachesTheTerminalAsACommand) {
  const std::string table = Print(RowFormat::kTable, {{"a\x1b[31m"}},
                                  {{"1\x1b]0;title\x07"},
                                   {"two\nlines\tx\r"},
                                   {"\xc2\x9b"
                                    "31m"},
                                   {"\xe2\x80\xae"
                                    "gpj"},
                                   {"\x7f\xff"}});
  for (const char* text :
       {"a␛[31m", "1␛]0;title␇", "two↵lines⇥x␍", "<U+009B>31m", "<U+202E>gpj", "␡\xef\xbf\xbd"}) {
    EXPECT_THAT(table, testing::HasSubstr(text));
  }
  for (const char c : table) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST(TerminalTest, WhatItWouldActOnIsShownInEachFormat) {  // FAULTS 91
  const Cells row = {
      "\x1b]0;x\x07"
      "a\rb\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81ü",
      "[\"\xe2\x80\xae\x7f\", 1]"};
  const struct {
    RowFormat format;
    const char* want;
  } kCases[] = {
      {RowFormat::kCsv,
       "a,b\r\n\"␛]0;x␇a␍b<U+009B><U+202E><U+0E0041>ü\",\"[\"\"<U+202E>␡\"\", 1]\"\r\n"},
      {RowFormat::kTsv, "a\tb\n␛]0;x␇a\\rb<U+009B><U+202E><U+0E0041>ü\t[\"<U+202E>␡\", 1]\n"},
      {RowFormat::kMarkdown,
       "| a | b |\n| --- | --- |\n"
       "| ␛]0;x␇a<br>b<U+009B><U+202E><U+0E0041>ü | [\"<U+202E>␡\", 1] |\n"},
      {RowFormat::kNdjson,
       R"({"a":"\u001b]0;x\u0007a\rb\u009B\u202E\uDB40\uDC41ü","b":["\u202E\u007F", 1]})"
       "\n"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Shown(test.format, row), test.want);
}

TEST(TerminalTest, FilesHaveWhatItWouldActOn) {
  const std::string text = "\x1b[31m\xc2\x9b\xe2\x80\xae";
  EXPECT_EQ(PrintCell(RowFormat::kCsv, text), "a\r\n" + text + "\r\n");
  EXPECT_EQ(PrintCell(RowFormat::kTsv, text), "a\n" + text + "\n");
  EXPECT_EQ(PrintCell(RowFormat::kNdjson, "\xc2\x9b\xe2\x80\xae"),
            "{\"a\":\"\xc2\x9b\xe2\x80\xae\"}\n");
}

TEST(TableTest, FitsTheTerminal) {
  const std::string wide(500, 'w');
  const std::string table = Print(
      RowFormat::kTable, {{"id"}, {"text"}, {"more"}},
      {{int64_t{7}, wide, "short"}, {int64_t{8}, "电影电影电影电影电影电影电影电影电影", wide}},
      40);
  std::istringstream lines(table);
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(DisplayWidth(line), 40u) << line;
  }
  EXPECT_EQ(count, 6u);
  EXPECT_THAT(table, testing::HasSubstr("│  7 │ www"));
  EXPECT_THAT(table, testing::HasSubstr("…"));
}

TEST(TableTest, ListsRowsOfMoreColumnsThanTheTerminalCanShow) {
  const std::vector<OutputColumn> columns = {{"sku"}, {"title"}, {"出版"}};
  const std::vector<Cells> rows = {
      {"A-100-2000", "Emma, a novel in three volumes", std::monostate()},
      {"A-100-2001", "电影电影电影电影电影", int64_t{1815}}};
  EXPECT_EQ(Print(RowFormat::kTable, columns, rows, 24),
            "─ 1 ────────────────────\n"
            "sku    A-100-2000\n"
            "title  Emma, a novel in…\n"
            "出版   ∅\n"
            "─ 2 ────────────────────\n"
            "sku    A-100-2001\n"
            "title  电影电影电影电影…\n"
            "出版   1815\n");
}

TEST(TableTest, IsSomethingOnATerminalOfOneColumn) {
  EXPECT_EQ(Print(RowFormat::kTable, {{"sku"}, {"title"}}, {{"A1", "Emma"}}, 1),
            "─ 1 \n…  …\n…  …\n");
}

TEST(TableTest, IsATableWhereEachColumnCanShowEightCharacters) {
  const std::vector<Cells> rows = {{"A-100-2000", "Emma, a novel"}};
  EXPECT_THAT(Print(RowFormat::kTable, {{"sku"}, {"title"}}, rows, 23),
              testing::HasSubstr("│ A-100-2… │ Emma, a… │"));
}

TEST(TableTest, CutsWhatComesAfterTheLookAhead) {
  std::vector<Cells> rows(1000, Cells{"narrow"});
  rows.push_back({"much wider than that"});
  const std::string table = Print(RowFormat::kTable, {{"a"}}, rows);
  EXPECT_THAT(table, testing::HasSubstr("│ much … │\n"));
}

TEST(TableTest, HasABoxAlsoWithoutRows) {
  EXPECT_EQ(Print(RowFormat::kTable, {{"a"}}, {}), "┌───┐\n│ a │\n├───┤\n└───┘\n");
}

TEST(DisplayWidthTest, CountsColumns) {
  const struct {
    const char* text;
    size_t width;
  } kCases[] = {{"", 0},
                {"abc", 3},
                {"é", 1},
                {"e\xcc\x81", 1},
                {"电影", 4},
                {"한글", 4},
                {"ｆｕｌｌ", 8},
                {"ｶﾀ", 2},
                {"😀", 2},
                {"…", 1},
                {"a\xe2\x80\x8d"
                 "b",
                 2},
                {"עברית", 5},
                {"\xff", 1}};
  for (const auto& test : kCases) EXPECT_EQ(DisplayWidth(test.text), test.width) << test.text;
}

TEST(DisplayWidthTest, CutsBetweenCharacters) {
  const struct {
    const char* text;
    size_t width;
    const char* want;
  } kCases[] = {{"abc", 3, "abc"},
                {"abcd", 3, "ab…"},
                {"电影", 4, "电影"},
                {"电影", 3, "电…"},
                {"电影", 2, "…"},
                {"e\xcc\x81x", 1, "…"},
                {"xe\xcc\x81", 2, "xe\xcc\x81"}};
  for (const auto& test : kCases) EXPECT_EQ(CutToWidth(test.text, test.width), test.want);
}

}  // namespace
}  // namespace thresh
