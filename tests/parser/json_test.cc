#include "parser/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace thresh {
namespace {

std::string First(std::string_view text) {
  const auto json = FirstJson(text);
  return json ? json->dump() : "none";
}

struct JsonCase {
  std::string_view text;
  std::string_view expected;
  std::string_view why;
};

class FirstJsonTest : public ::testing::TestWithParam<JsonCase> {};

TEST_P(FirstJsonTest, IsTheFirstCompleteOne) {
  EXPECT_EQ(First(GetParam().text), GetParam().expected) << GetParam().why;
}

constexpr JsonCase kTexts[] = {
    {R"({"a":1})", R"({"a":1})", "all of it"},
    {R"(window.X = {"a":[1,2]};)", R"({"a":[1,2]})", "code around it"},
    {R"(var a=[1,2],b={"c":3})", "[1,2]", "the first"},
    {R"(if(x[i]){f("}")} y={"a":"}"})", R"({"a":"}"})", "code that is none"},
    {R"({a:1, b:[2,3]}; x = [4])", "[4]", "a literal of code, all of it"},
    {R"({"name":"Lamp",,"brand":{"name":"Acme"}})", "none", "not what broken data has in it"},
    {R"([{"name":"A"},{"name":"B"},])", "none", "likewise"},
    {R"(x['a}']={b:{"c":1}}; y={"d":2})", R"({"d":2})", "likewise, strings and all"},
    {R"(x[0] = f()[1][2] + {"a":1})", R"({"a":1})", "subscripts"},
    {R"(if (a) { x = {"a":1} })", R"({"a":1})", "a block of code has data in it"},
    {R"(f("[") ; x = {"a":1})", R"({"a":1})", "a bracket in a string of code"},
    {R"({ {"a":1} })", R"({"a":1})", "inside of something else"},
    {"[1,2", "none", "incomplete"},
    {"[1,]", "none", "a comma too many"},
    {R"(["\x"])", "none", "no such escape"},
    {"[01]", "none", "no such number"},
    {"[1.5e3,-0,0.5]", "[1500.0,0,0.5]", "numbers"},
    {"[ ]", "[]", "empty"},
    {"{ }", "{}", "empty"},
    {R"(["\u00e9\n"])", R"(["é\n"])", "escapes"},
    {"[nul]", "none", "no such word"},
    {"", "none", "nothing"},
    {R"({"z":1,"a":2})", R"({"z":1,"a":2})", "members keep their order"},
    {"[123456789012345678901]", R"(["123456789012345678901"])", "no digit is lost"},
};
INSTANTIATE_TEST_SUITE_P(Texts, FirstJsonTest, ::testing::ValuesIn(kTexts));

constexpr JsonCase kLines[] = {
    {"{\"a\":1}\n{\"a\":2}\n", R"([{"a":1},{"a":2}])", "a value a line"},
    {"\n [1] \r\n\r\n{}\r\n", "[[1],{}]", "white space around them"},
    {"[1,\n2]\n[3]", "[1,2]", "a value that goes over lines"},
    {"{\"a\":1}\n", R"({"a":1})", "one value is itself"},
    {"{\"a\":1} {\"a\":2}\n{\"a\":3}", R"({"a":1})", "two in a line"},
    {"{\"a\":1}\n2\n", R"({"a":1})", "a line that is no object or array"},
    {"{\"a\":1}\n{\"a\":", R"({"a":1})", "a line that is cut short"},
    {"x\n{\"a\":1}\n{\"a\":2}", R"({"a":1})", "other text before them"},
};
INSTANTIATE_TEST_SUITE_P(Lines, FirstJsonTest, ::testing::ValuesIn(kLines));

// What one value has that cannot be kept must not cost the others.
constexpr JsonCase kMendedValues[] = {
    {R"([{"d":"\ud83d"},{"d":"ok"}])", "[{\"d\":\"\uFFFD\"},{\"d\":\"ok\"}]",
     "RFC 8259 §8.2: half a pair, the first"},
    {R"(["a\ude00b"])", "[\"a\uFFFDb\"]", "the second"},
    {R"(["\ud83d\u0041"])", "[\"\uFFFDA\"]", "half a pair before another escape"},
    {R"(["\ud83d\ud83d\ude00"])", "[\"\uFFFD\U0001F600\"]", "before a whole one"},
    {R"(["\\ud83d","\ud83d"])", "[\"\\\\ud83d\",\"\uFFFD\"]", "no escape: \\\\ is one"},
    {R"({"\udc00":1})", "{\"\uFFFD\":1}", "in a name"},
    {R"([{"d":1e400},{"d":1}])", R"([{"d":"1e400"},{"d":1}])", "§6: more than a double"},
    {"[-1E+999,1e-400,1.5]", R"(["-1E+999",0.0,1.5])", "less; nearly nothing is zero"},
    {R"(["1e400",1e400])", R"(["1e400","1e400"])", "in a string it is text"},
    {"[\"a\tb\nc\x01\",\"d\"]", R"(["a\tb\nc\u0001","d"])", "control characters"},
    {"[01e400]", "none", "still no number"},
    {"[\"a\n", "none", "still incomplete"},
};
INSTANTIATE_TEST_SUITE_P(MendedValues, FirstJsonTest, ::testing::ValuesIn(kMendedValues));

TEST(JsonTest, NumberOfManyDigitsIsTheirText) {
  const std::string digits(400, '9');
  EXPECT_EQ(First("[" + digits + ",1]"), "[\"" + digits + "\",1]");
}

std::string Fault(std::string_view text) {
  JsonFault fault;
  if (FirstJson(text, &fault)) return "readable";
  return fault.why.empty() ? "no JSON" : InWords(fault, text);
}

class JsonFaultTest : public ::testing::TestWithParam<JsonCase> {};

TEST_P(JsonFaultTest, IsSaidWithItsPlace) {
  EXPECT_EQ(Fault(GetParam().text), GetParam().expected) << GetParam().why;
}

constexpr JsonCase kFaultyTexts[] = {
    {"[1,2",
     "the JSON from line 1, column 1 is cut off in line 1, column 5: a comma or ] is "
     "missing",
     "a body that was cut off"},
    {"\n{\"a\": 1,\n \"ä\": x}",
     "the JSON from line 2, column 1 stops in line 3, column 7: a value is missing",
     "columns are characters"},
    {R"({"a" 1})", "the JSON from line 1, column 1 stops in line 1, column 6: a colon is missing",
     ""},
    {R"({"a":1 "b":2})",
     "the JSON from line 1, column 1 stops in line 1, column 8: a comma or } is missing", ""},
    {"{a: 1}",
     "the JSON from line 1, column 1 stops in line 1, column 2: a name in double quotes is "
     "missing",
     "a literal of code that is all of the text"},
    {R"(x = {"a":1,})",
     "the JSON from line 1, column 5 stops in line 1, column 12: a name in double quotes "
     "is missing",
     "with a name in double quotes"},
    {R"(["\x"])",
     "the JSON from line 1, column 1 stops in line 1, column 4: JSON has no such escape", ""},
    {R"(["a)",
     "the JSON from line 1, column 1 is cut off in line 1, column 4: a string is not closed", ""},
    {"[1.]", "the JSON from line 1, column 1 stops in line 1, column 4: a digit is missing", ""},
    {"<style>a{color:red}</style><p>[see]</p>", "no JSON", "brackets of a page"},
    {"", "no JSON", "nothing"},
    {"x {} ", "readable", ""},
    {R"({"a":1,,} [1])", "readable", "what follows is taken"},
};
INSTANTIATE_TEST_SUITE_P(Texts, JsonFaultTest, ::testing::ValuesIn(kFaultyTexts));

TEST(JsonTest, DeepNestingIsRefused) {
  const std::string deep = std::string(1'000, '[') + std::string(1'000, ']');
  EXPECT_TRUE(FirstJson(deep));
  EXPECT_FALSE(FirstJson("[" + deep + "]"));
  EXPECT_FALSE(ParseJson("[" + deep + "]"));
  EXPECT_FALSE(FirstJson(std::string(10'000'000, '[')));
  EXPECT_EQ(
      Fault("[" + deep + "]"),
      "the JSON from line 1, column 1 stops in line 1, column 1001: it nests deeper than 1,000");
}

TEST(JsonTest, HostileTextsAreLinear) {
  std::string open;
  for (int i = 0; i < 500'000; ++i) open += "[1,";
  EXPECT_EQ(First(open), "none");
  std::string quotes;
  for (int i = 0; i < 500'000; ++i) quotes += "[\"";
  EXPECT_EQ(First(quotes), "none");
  std::string flat = "[";
  for (int i = 0; i < 50'000; ++i) flat += "{\"a\":";
  EXPECT_EQ(First(flat), "none");
  std::string lines = "[";
  for (int i = 0; i < 500'000; ++i) lines += "[\"\n";
  EXPECT_EQ(First(lines), "none");
  const std::string long_number = "[" + std::string(1'000'000, '9') + "]";
  EXPECT_TRUE(FirstJson(long_number));
}

TEST(JsonTest, ObjectWithManyMembersIsLinear) {
  std::string object = "{";
  for (int i = 0; i < 200'000; ++i) object += "\"k" + std::to_string(i) + "\":0,";
  object += "\"last\":1}";
  const auto json = FirstJson(object);
  ASSERT_TRUE(json);
  EXPECT_EQ(*ResolveJsonPointer(*json, "/last"), 1);
}

TEST(JsonTest, PointersResolve) {  // RFC 6901 §5
  const auto json = FirstJson(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"m~n":8,"dup":1,"dup":2,"deep":{"x":{"y":null}}})");
  ASSERT_TRUE(json);
  const auto at = [&](std::string_view pointer) {
    const auto* found = ResolveJsonPointer(*json, pointer);
    return found == nullptr ? "nothing" : found->dump();
  };
  EXPECT_EQ(at("/foo/0"), "\"bar\"");
  EXPECT_EQ(at("/"), "0");
  EXPECT_EQ(at("/a~1b"), "1");
  EXPECT_EQ(at("/m~0n"), "8");
  EXPECT_EQ(at("/dup"), "2") << "the later counts";
  EXPECT_EQ(at("/deep/x/y"), "null");
  EXPECT_EQ(at("/foo/2"), "nothing");
  EXPECT_EQ(at("/foo/00"), "nothing");
  EXPECT_EQ(at("/foo/-"), "nothing");
  EXPECT_EQ(at("/foo/0/x"), "nothing");
  EXPECT_EQ(ResolveJsonPointer(*json, ""), &*json);
}

TEST(JsonTest, BadPointersAreNamed) {
  std::string error;
  size_t offset = 0;
  EXPECT_TRUE(CheckJsonPointer("", &error, &offset));
  EXPECT_TRUE(CheckJsonPointer("/a~0b~1c", &error, &offset));
  EXPECT_FALSE(CheckJsonPointer("items", &error, &offset));
  EXPECT_FALSE(CheckJsonPointer("$.items", &error, &offset));
  EXPECT_NE(error.find("JSONPath"), std::string::npos);
  EXPECT_FALSE(CheckJsonPointer("/a~b", &error, &offset));
  EXPECT_EQ(offset, 2u);
}

}  // namespace
}  // namespace thresh
