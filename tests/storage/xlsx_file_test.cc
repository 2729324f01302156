#include "storage/xlsx_file.h"

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "gmock/gmock.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using namespace std::string_view_literals;

std::string Start(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(2, '\0');
  file.read(start.data(), 2);
  return start;
}

TEST(XlsxFileTest, TakesAnyNameOfATable) {
  const TemporaryFolder folder;
  XlsxFile file(folder / "x.xlsx", folder.path());
  for (const char* name :
       {"book", "BOOK", "a/b:c[d]*?\\", "'quoted'", "", "a name of more than thirty-one characters",
        "a name of more than thirty-one letters", "Bücher und 数", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"}) {
    RowWriter& sheet = file.AddSheet(name);
    sheet.Begin({{"a"}});
    sheet.Row(std::vector<Cell>{int64_t{1}});
    sheet.End();
  }
  EXPECT_NO_THROW(file.Close());
  EXPECT_EQ(Start(folder / "x.xlsx"), "PK");
}

// libxlsxwriter does not look whether its temporary files could be written, and closes a workbook
// that lacks rows.
TEST(XlsxFileTest, SaysThatThereIsNoRoomForTemporaryFiles) {
  const TemporaryFolder folder;
  signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  for (const int rows : {8'000, 20'000}) {  // whose copy, or which themselves find no room
    const rlimit little{1'000'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
    XlsxFile file(folder / "x.xlsx", folder.path());
    RowWriter& sheet = file.AddSheet("t");
    sheet.Begin({{"a"}});
    for (int i = 0; i < rows; ++i) sheet.Row(std::vector<Cell>{"a text that packs well"sv});
    sheet.End();
    std::string error = "none";
    try {
      file.Close();
    } catch (const std::runtime_error& thrown) {
      error = thrown.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_THAT(error, testing::HasSubstr("set TMPDIR to another folder")) << rows;
  }
}

TEST(XlsxFileTest, CutsTextThatExcelCannotHold) {
  const TemporaryFolder folder;
  XlsxFile file(folder / "x.xlsx", folder.path());
  RowWriter& sheet = file.AddSheet("t");
  sheet.Begin({{"a"}, {"b"}, {"c"}});
  const std::string fits(32'767, 'x'), too_long(32'768, 'x');
  std::string pairs;  // of UTF-16 units
  for (int i = 0; i < 16'384; ++i) pairs += "😀";
  sheet.Row(std::vector<Cell>{std::string_view(fits), std::string_view("a\0b\x01\xff", 5),
                              int64_t{1} << 62});
  EXPECT_EQ(file.cut_cells(), 0);
  sheet.Row(std::vector<Cell>{std::string_view(too_long), std::string_view(pairs), 1.0 / 0.0});
  EXPECT_EQ(file.cut_cells(), 2);
  EXPECT_NO_THROW(file.Close());
}

TEST(XlsxFileTest, GoesOnInAnotherSheet) {
  const TemporaryFolder folder;
  XlsxFile file(folder / "x.xlsx", folder.path());
  RowWriter& sheet = file.AddSheet("t");
  sheet.Begin({{"a"}});
  const std::vector<Cell> row = {int64_t{1}};
  for (int i = 0; i < 1'048'577; ++i) sheet.Row(row);
  EXPECT_NO_THROW(file.Close());
}

TEST(XlsxFileTest, SaysThatItCannotBeWritten) {
  const TemporaryFolder folder;
  XlsxFile file(folder / "no/x.xlsx", folder.path());
  RowWriter& sheet = file.AddSheet("t");
  sheet.Begin({{"a"}});
  EXPECT_THROW(file.Close(), std::runtime_error);
}

}  // namespace
}  // namespace thresh
