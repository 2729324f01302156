#include "pipeline/http_date.h"

#include <gtest/gtest.h>
#include <time.h>

#include <string>

namespace thresh {
namespace {

constexpr Timestamp kOneTime = Timestamp(std::chrono::seconds(784111777));

TEST(HttpDateTest, AllFormsOfTheStandard) {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994", "sun, 6 nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text), kOneTime) << text;
  }
}

TEST(HttpDateTest, EachMonthAndTheLastDays) {
  for (int64_t day = 0; day < 800; ++day) {  // a leap day among them
    const time_t second = 784111777 + day * 86400 + day % 60;
    char text[64];
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&second));
    EXPECT_EQ(ParseHttpDate(text), Timestamp(std::chrono::seconds(second))) << text;
  }
}

TEST(HttpDateTest, WhatIsNone) {
  for (const char* text : {"", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 06 Now 1994 08:49:37 GMT", "Sun, xx Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:61:37 GMT",
                           "Sun, 06 Nov 1994 08-49-37 GMT", "Sun, 06 ovD 1994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace thresh
