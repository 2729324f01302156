// What `thresh init` calls the columns of a table.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/parser/outline_test.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

// A table with these rows above five of a region, a count, a share and a price.
PageOutline OutlineUnder(const std::string& headings) {
  std::string page = "<table>" + headings;
  for (int i = 0; i < 5; ++i) {
    page += fmt::format("<tr><td>r{0}<td>n{0}<td>s{0}<td>p{0}</tr>", i);
  }
  return OutlineOf(page + "</table>", "https://x.test/", "text/html");
}

TEST(OutlineHeadingsTest, AreOfTheColumnsBelowThem) {
  const struct {
    const char* headings;
    std::vector<std::string> names;
    const char* why;
  } kCases[] = {
      {"<tr><th>Region<th>Count<th>Share<th>Price</tr>",
       {"region", "count", "share", "price"},
       "one each"},
      {"<tr><th>Region<th colspan=2>Count<th>Price</tr>",
       {"region", "count", "count_2", "price"},
       "one is of two columns"},
      {"<tr><th>Region<th colspan=2>Count<th>Price</tr><tr><th><th>all<th>in %<th></tr>",
       {"region", "count_all", "count_in", "price"},
       "and has more below it"},
      {"<tr><th rowspan=2>Region<th colspan=2>Count<th rowspan=2>Price</tr>"
       "<tr><th>all<th>new</tr>",
       {"region", "count_all", "count_new", "price"},
       "others reach down beside it"},
      {"<tr><th colspan=4>All of them</tr><tr><th>Region<th>Count<th>Share<th>Price</tr>",
       {"region", "count", "share", "price"},
       "a title is none"},
      {"<tr><td><th>Count<th>Share<th>Price</tr>",
       {"cell", "count", "share", "price"},
       "none of the first"},
      {"<thead><tr><td>Region<td>Count<td>Share<td>Price</thead>",
       {"region", "count", "share", "price"},
       "in a <thead> any cell is one"},
      {"", {"cell", "cell_2", "cell_3", "cell_4"}, "there are none"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(Names(OutlineUnder(test.headings)), ElementsAreArray(test.names)) << test.why;
  }
}

TEST(OutlineHeadingsTest, RowsMayHaveOneOfTheirOwn) {
  std::string page = "<table><tr><th>Year<th>City<th>Votes</tr>";
  for (int i = 0; i < 5; ++i) {
    page += fmt::format("<tr><th scope=row>200{0}<td>c{0}<td>v{0}</tr>", i);
  }
  const PageOutline outline = OutlineOf(page + "</table>", "https://x.test/", "text/html");
  EXPECT_THAT(Names(outline), ElementsAre("year", "city", "votes"));
}

TEST(OutlineHeadingsTest, HostileSpansEnd) {
  std::string page = "<table>";
  for (int i = 0; i < 1000; ++i) page += "<tr><th colspan=99999999999 rowspan=1000>x<th>y</tr>";
  for (int i = 0; i < 1000; ++i) page += "<tr><td>a<td>b";
  EXPECT_GE(OutlineOf(page, "https://x.test/", "text/html").rows, 1u);
}

}  // namespace
}  // namespace thresh
