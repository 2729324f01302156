#include "parser/url_shape.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct ShapeCase {
  std::string url, shape;
};

TEST(UrlShapeTest, NumbersAndIdsAreFolded) {
  for (const ShapeCase& test : std::initializer_list<ShapeCase>{
           {"http://x.test/", "x.test/"},
           {"https://x.test/", "x.test/"},
           {"http://x.test:8080/a", "x.test:8080/a"},
           {"http://h2.x.test/a2", "h2.x.test/a#"},
           {"http://x.test/2024/01/31", "x.test/#/#/#"},
           {"http://x.test/2024-01-31", "x.test/#"},
           {"http://x.test/page12.html", "x.test/page#.html"},
           {"http://x.test/x1y22z333", "x.test/x#y#z#"},
           {"http://x.test/top-10-books", "x.test/top-#-books"},
           {"http://x.test/deadbeef", "x.test/deadbeef"},
           {"http://x.test/1eadbeef", "x.test/#"},
           {"http://x.test/d41d8cd98f00b204e9800998ecf8427e", "x.test/#"},
           {"http://x.test/123e4567-e89b-12d3-a456-426614174000/x", "x.test/#/x"},
           {"http://x.test/dQw4w9WgXcQ", "x.test/#"},
           {"http://x.test/s/zq83hg92kdp01mwx", "x.test/s/#"},
           {"http://x.test/an-ordinary-heading-of-1984", "x.test/an-ordinary-heading-of-#"},
           {"http://x.test/?b=2&a=1&b=3", "x.test/?a&b"},
           {"http://x.test/?a", "x.test/?a"},
           {"http://x.test/?", "x.test/"},
           {"http://x.test/?&&a&", "x.test/?a"},
           {"http://x.test/?f[12]=1&f[3]=1", "x.test/?f[#]"},
           {"http://x.test/%C3%A4/%20", "x.test/%C#%A#/%#"},
       }) {
    EXPECT_EQ(UrlShape(Url::Parse(test.url).value()), test.shape) << test.url;
  }
}

TEST(UrlShapeTest, ACalendarIsOneShape) {
  const auto shape = [](const std::string& url) { return UrlShape(Url::Parse(url).value()); };
  EXPECT_EQ(shape("http://x.test/cal/2024/1?day=3&view=week"),
            shape("http://x.test/cal/1999/12?view=month&day=31"));
  EXPECT_NE(shape("http://x.test/cal/2024"), shape("http://x.test/news/2024"));
  EXPECT_NE(shape("http://x.test/cal?day=1"), shape("http://x.test/cal?week=1"));
}

struct RepeatCase {
  std::string path;
  int repeats;
};

TEST(UrlShapeTest, RepeatedGroupsOfSegmentsAreCounted) {
  for (const RepeatCase& test : std::initializer_list<RepeatCase>{
           {"", 1},
           {"/", 1},
           {"/a", 1},
           {"/a/a", 2},
           {"/a/a/a", 3},
           {"/x/a/a/a/y", 3},
           {"/a/b/a/b", 2},
           {"/a/b/a/b/a/b", 3},
           {"/a/b/a/b/a", 2},
           {"/x/a/b/a/b/a/b/y", 3},
           {"/a/b/c/a/b/c", 2},
           {"/a/b/a", 1},
           {"/a/b/a/c/a/d", 1},
           {"/a/a/b/b/b", 3},
           {"/2024/01/01", 2},
           {"/ab/a", 1},
           {"/a/A", 1},
           {"/a/", 1},
           {"///", 3},
           {"/a/a/", 2},
       }) {
    EXPECT_EQ(PathRepeats(test.path), test.repeats) << test.path;
  }
}

TEST(UrlShapeTest, LongPathsAreCounted) {
  std::string path;
  for (int i = 0; i < 4000; ++i) path += "/a";
  EXPECT_EQ(PathRepeats(path), 4000);
}

}  // namespace
}  // namespace thresh
