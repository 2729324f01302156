#include "parser/json_reach.h"

#include <gtest/gtest.h>

#include <string>

namespace thresh {
namespace {

struct ReachCase {
  const char* text;
  const char* pointer;
  const char* reached;
  const char* there;
};

const ReachCase kReachCases[] = {
    {R"({"a":{"b":[1,2]}})", "/a/b/7/x", "/a/b", "an array of 2"},
    {R"({"a":{"b":1,"c":2}})", "/a/x", "/a", "an object with b, c"},
    {R"({"a":1})", "/x/y", "", "an object with a"},
    {R"({"a":"s"})", "/a/x", "/a", "a string"},
    {R"({"a":null})", "/a/x", "/a", "null"},
    {R"({"a":{}})", "/a/x", "/a", "an empty object"},
    {R"(window.x = {"a":[true]};)", "/a/0/x", "/a/0", "a boolean"},
    {R"({"a/b":1})", "/a~1b/x", "/a~1b", "a number"},
    {R"({"a":1})", "/a", "/a", "a number"},
    {R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1})", "/x", "",
     "an object with a, b, c, d, e, f, g, h, …"},
};

TEST(JsonReachTest, LongestLeadingPart) {
  for (const ReachCase& test : kReachCases) {
    const JsonReach reach = FollowJsonPointer(test.text, test.pointer);
    EXPECT_TRUE(reach.is_json) << test.text;
    EXPECT_EQ(reach.reached, test.reached) << test.text << " " << test.pointer;
    EXPECT_EQ(reach.there, test.there) << test.text << " " << test.pointer;
  }
}

TEST(JsonReachTest, WhatIsNoJson) {
  EXPECT_FALSE(FollowJsonPointer("<html>", "/a").is_json);
  EXPECT_FALSE(FollowJsonPointer("", "/a").is_json);
}

}  // namespace
}  // namespace thresh
