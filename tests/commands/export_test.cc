// export, as a shell sees it; its files are read by other programs where there are such.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/loopback_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class ExportTest : public testing::Test {
 protected:
  ExportTest() {
    site_.Add("/", "<li>=1+1;a 7<li>-x 2<li>\"q\" 3");
    config_ = folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + R"(']
[host."*"]
delay = "0s"
[[record]]
table = "item"
match = '<li>(?P<name>[^<]*) (?P<n>-?\d+)'
[record.fields]
n = { type = "integer" }
[[record]]
table = "page"
match = '(?P<first>=1)'
)");
    EXPECT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
  }

  // What `thresh export` writes to a file of this name.
  std::string Export(const std::string& file, std::vector<std::string> more) {
    const std::filesystem::path path = folder_ / file;
    std::vector<std::string> arguments = {"export", config_.string(), "-o", path.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = RunThresh(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output + result.errors, "");
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  // What Python prints, where it is.
  std::string Python(const std::string& script, const std::string& file) {
    const std::filesystem::path out = folder_ / "out";
    const std::filesystem::path code = folder_.Write("script.py", script);
    const std::string command =
        "python3 " + code.string() + " " + (folder_ / file).string() + " > " + out.string();
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream in(out, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
  std::filesystem::path config_;
};

TEST_F(ExportTest, WritesRowsWithTheirPage) {
  EXPECT_THAT(Export("item.csv", {"item"}),
              MatchesRegex("name,n,page_url,_first_seen,_last_seen,_gone_at\r\n"
                           "=1\\+1;a,7,http://127.0.0.1:[0-9]+/,20[^,]*Z,20[^,]*Z,\r\n"
                           "-x,2,[^\n]*\r\n\"\"\"q\"\"\",3,[^\n]*\r\n"));
  EXPECT_THAT(Export("item.ndjson", {"item"}), StartsWith("{\"name\":\"=1+1;a\",\"n\":7,"));
  EXPECT_THAT(Export("runs.tsv", {"runs"}), StartsWith("run_id\tsite\t"));
  EXPECT_THAT(Export("x", {"item", "-f", "md"}), StartsWith("| name"));
}

TEST_F(ExportTest, ATableIsNamedAsInSql) {
  EXPECT_THAT(Export("item.csv", {"ITEM"}), StartsWith("name,n,page_url,"));
  EXPECT_THAT(Export("item.sql", {"Item"}), HasSubstr("CREATE TABLE IF NOT EXISTS \"item\""));
}

TEST_F(ExportTest, FlagsOfOtherFormatsAreRefused) {
  for (const char* format : {"xlsx", "sql", "warc", "tsv"}) {
    const ProgramResult result =
        RunThresh({"export", config_.string(), "-f", format, "--delimiter", ";"});
    EXPECT_EQ(result.exit_code, 2) << format;
    EXPECT_THAT(result.errors, HasSubstr("--delimiter is for csv")) << format;
  }
  for (const char* delimiter : {"1", ".", "-", "e"}) {
    const ProgramResult result =
        RunThresh({"export", config_.string(), "item", "-f", "csv", "--delimiter", delimiter});
    EXPECT_EQ(result.exit_code, 2) << delimiter;
    EXPECT_THAT(result.errors, HasSubstr("stands in numbers")) << delimiter;
  }
}

TEST_F(ExportTest, CsvForSpreadsheets) {
  const std::string csv = Export("x.csv", {"item", "--safe", "--bom", "--delimiter", ";"});
  EXPECT_THAT(csv, StartsWith("\xef\xbb\xbfname;n;page_url;"));
  EXPECT_THAT(csv, HasSubstr("\r\n\"'=1+1;a\";7;http"));
  EXPECT_THAT(csv, HasSubstr("\r\n'-x;2;http"));
  EXPECT_THAT(Export("x.tsv", {"item", "--safe"}), HasSubstr("\n'=1+1;a\t7\t"));
}

TEST_F(ExportTest, SqlMakesTheTablesAgain) {
  const std::string sql = Export("all.sql", {});
  EXPECT_THAT(sql, StartsWith("BEGIN;\nCREATE TABLE IF NOT EXISTS \"item\" (\"name\" TEXT, \"n\" "
                              "INTEGER, \"page_url\" TEXT,"));
  EXPECT_THAT(sql, HasSubstr("VALUES ('=1+1;a', 7, 'http://"));
  EXPECT_EQ(Python("import sqlite3, sys\n"
                   "db = sqlite3.connect(':memory:')\n"
                   "db.executescript(open(sys.argv[1]).read())\n"
                   "print(db.execute('select name, n, first from item, page').fetchall())\n",
                   "all.sql"),
            "[('=1+1;a', 7, '=1'), ('-x', 2, '=1'), ('\"q\"', 3, '=1')]\n");
}

TEST_F(ExportTest, XlsxHasASheetATableAndNoFormula) {
  Export("book.xlsx", {});
  const std::string parts = Python(
      "import sys, zipfile\n"
      "z = zipfile.ZipFile(sys.argv[1])\n"
      "assert z.testzip() is None\n"
      "for n in sorted(z.namelist()):\n"
      "  if 'sheet' in n or n.endswith('workbook.xml'): print(n, z.read(n).decode())\n",
      "book.xlsx");
  EXPECT_THAT(parts, HasSubstr("<sheet name=\"item\""));
  EXPECT_THAT(parts, HasSubstr("<sheet name=\"page\""));
  EXPECT_THAT(parts, HasSubstr("=1+1;a"));
  EXPECT_THAT(parts, HasSubstr("<c r=\"B2\"><v>7</v></c>"));
  EXPECT_THAT(parts, Not(HasSubstr("<f>")));
}

TEST_F(ExportTest, XlsxHasWhatExcelTakesForNoNumberAsText) {
  Python(
      "import sqlite3, sys\n"
      "db = sqlite3.connect(sys.argv[1])\n"
      "db.execute('create view huge as select 1.7976931348623157e308 as h')\n",
      "site.db");
  Export("huge.xlsx", {"huge"});
  EXPECT_THAT(Python("import sys, zipfile\n"
                     "print(zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml'))\n",
                     "huge.xlsx"),
              HasSubstr("<t>1.7976931348623157e+308</t>"));
}

TEST_F(ExportTest, XlsxHasWhatACellWouldShowAsAnotherCharacter) {
  Python(
      "import sqlite3, sys\n"
      "db = sqlite3.connect(sys.argv[1])\n"
      "db.execute(\"create view names as select 'Due_x0020_date_X0020_x002' as name\")\n",
      "site.db");
  Export("names.xlsx", {"names"});
  EXPECT_THAT(Python("import sys, zipfile\n"
                     "print(zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml'))\n",
                     "names.xlsx"),
              HasSubstr("<t>Due_x005F_x0020_date_X0020_x002</t>"));
}

TEST_F(ExportTest, XlsxNeedsNoParticularFolderForTemporaryFiles) {
  const ProgramResult result =
      ThreshProgram({"export", config_.string(), "-f", "xlsx"}, "", {}, {"TMPDIR=/nowhere"}).Wait();
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, StartsWith("PK"));
}

// WARC 1.1, read by its own rules: heads, lengths, two empty lines.
TEST_F(ExportTest, WarcHasThePagesAsResponses) {
  const std::string warc = Export("pages.warc", {});
  constexpr const char* kReader =
      "import gzip, sys\n"
      "f = (gzip.open if sys.argv[1].endswith('gz') else open)(sys.argv[1], 'rb')\n"
      "while True:\n"
      "  line = f.readline()\n"
      "  if not line: break\n"
      "  assert line == b'WARC/1.1\\r\\n', line\n"
      "  h = {}\n"
      "  while (line := f.readline()) != b'\\r\\n':\n"
      "    k, v = line.decode().rstrip('\\r\\n').split(': ', 1); h[k] = v\n"
      "  block = f.read(int(h['Content-Length']))\n"
      "  assert f.read(4) == b'\\r\\n\\r\\n'\n"
      "  assert h['WARC-Record-ID'].startswith('<urn:uuid:')\n"
      "  print(h['WARC-Type'], h['Content-Type'], h.get('WARC-Target-URI'))\n"
      "  if h['WARC-Type'] == 'response':\n"
      "    head, body = block.split(b'\\r\\n\\r\\n', 1)\n"
      "    lines = head.decode().split('\\r\\n')\n"
      "    fields = [l.split(': ', 1)[0].lower() for l in lines[1:]]\n"
      "    assert fields.count('content-length') == 1\n"
      "    print(lines[0], body.decode())\n";
  const std::string want =
      "warcinfo application/warc-fields None\n"
      "response application/http;msgtype=response " +
      site_.Url("/") + "\nHTTP/1.1 200  <li>=1+1;a 7<li>-x 2<li>\"q\" 3\n";
  EXPECT_EQ(Python(kReader, "pages.warc"), want);
  Export("pages.warc.gz", {});
  EXPECT_EQ(Python(kReader, "pages.warc.gz"), want);
  EXPECT_THAT(warc, HasSubstr("\r\nX-Archive-Orig-content-length: "));
}

TEST_F(ExportTest, SaysWhatItNeeds) {
  const auto errors = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"export", config_.string()});
    const ProgramResult result = RunThresh(more);
    EXPECT_EQ(result.exit_code, 2);
    return result.errors;
  };
  EXPECT_THAT(errors({"-f", "csv"}), HasSubstr("say which table: item, page"));
  EXPECT_THAT(errors({"no", "-f", "csv"}),
              HasSubstr("there is no table or view \"no\"; those of records are: "));
  EXPECT_THAT(errors({"item", "-f", "doc"}), HasSubstr("not a format"));
  const std::string misspelled = folder_ / "item.cvs";
  EXPECT_THAT(errors({"item", "-o", misspelled}), HasSubstr("extension .cvs"));
  EXPECT_FALSE(std::filesystem::exists(misspelled));
  EXPECT_THAT(errors({"item", "-f", "json", "--bom"}), HasSubstr("--bom"));
  EXPECT_THAT(errors({"item", "-f", "csv", "--delimiter", "ab"}), HasSubstr("one character"));
  EXPECT_THAT(errors({"item", "-f", "warc"}), HasSubstr("takes no table"));
}

}  // namespace
}  // namespace thresh
