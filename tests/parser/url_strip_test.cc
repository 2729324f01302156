#include "parser/url_strip.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace thresh {
namespace {

std::string Stripped(const std::vector<std::string>& patterns, const std::string& url) {
  RegexError error;
  const auto stripper = ParameterStripper::Create(patterns, &error);
  return stripper ? stripper->Strip(Url::Parse(url).value()).href() : error.message;
}

struct StripCase {
  std::string url, expected, why;
};

TEST(UrlStripTest, ParametersAreTakenOutByName) {
  for (const StripCase& test : std::initializer_list<StripCase>{
           {"http://x.test/?a=1", "http://x.test/?a=1", "nothing to strip"},
           {"http://x.test/?utm_source=x", "http://x.test/", "the only one takes '?' along"},
           {"http://x.test/?utm_source", "http://x.test/", "without a value"},
           {"http://x.test/?utm_a=1&a=1", "http://x.test/?a=1", "the first"},
           {"http://x.test/?a=1&utm_a=1", "http://x.test/?a=1", "the last"},
           {"http://x.test/?b=1&sid=1&a=1", "http://x.test/?b=1&a=1", "order stays"},
           {"http://x.test/?utm_a=1&sid=2&utm_b=3", "http://x.test/", "all"},
           {"http://x.test/?xsid=1&sidx=1", "http://x.test/?xsid=1&sidx=1", "the whole name"},
           {"http://x.test/?a=sid&b=utm_x", "http://x.test/?a=sid&b=utm_x", "names, not values"},
           {"http://x.test/?SID=1", "http://x.test/?SID=1", "case counts"},
           {"http://x.test/?utm%5Fx=1", "http://x.test/", "names are normalised"},
           {"http://x.test/?", "http://x.test/?", "an empty query stays"},
           {"http://x.test/?a&&b&", "http://x.test/?a&&b&", "what stays keeps its spelling"},
           {"http://x.test/?a=%26sid=1", "http://x.test/?a=%26sid=1", "an escaped '&' is none"},
           {"http://x.test:81/a;sid=1A", "http://x.test:81/a", "path parameters"},
           {"http://x.test/a;sid=1/b;c=2;sid=3?d", "http://x.test/a/b;c=2?d", "of any segment"},
           {"http://x.test/a;sid;b=1", "http://x.test/a;sid;b=1", "only with a value"},
           {"http://x.test/sid=1", "http://x.test/sid=1", "a segment is no parameter"},
       }) {
    EXPECT_EQ(Stripped({"utm_.*", "sid"}, test.url), test.expected) << test.why;
  }
}

TEST(UrlStripTest, NoPatternsStripNothing) {
  EXPECT_EQ(Stripped({}, "http://x.test/?utm_source=x&"), "http://x.test/?utm_source=x&");
}

TEST(UrlStripTest, AlternativesAndFlagsKeepToTheirPattern) {
  EXPECT_EQ(Stripped({"(?i)a|b", "c"}, "http://x.test/?A&B&ab&c&C"), "http://x.test/?ab&C");
}

TEST(UrlStripTest, TheDefaultListNamesVisits) {
  const auto stripped = [](std::string_view url) {
    return ParameterStripper::Default().Strip(Url::Parse(url).value()).href();
  };
  EXPECT_EQ(stripped("http://x.test/a;jsessionid=1F?utm_source=a&gclid=b&fbclid=c&PHPSESSID=d&_ga=e"
                     "&msclkid=f&ASPSESSIONIDQADS=g&mc_eid=h&CFTOKEN=1&session_id=2&sessid=3"),
            "http://x.test/a");
  const std::string meaningful =
      "http://x.test/?id=1&sid=2&ref=3&source=4&page=5&gallery=6&session=7&igs=8&utm=9";
  EXPECT_EQ(stripped(meaningful), meaningful);
}

// It is compiled as one, so that nobody would hear of a bad one.
TEST(UrlStripTest, EachOfTheDefaultListCompiles) {
  for (const std::string& pattern : DefaultStripPatterns()) {
    EXPECT_TRUE(ParameterStripper::Create({pattern}, nullptr)) << pattern;
  }
}

TEST(UrlStripTest, BadPatternsAreRefused) {
  RegexError error;
  EXPECT_FALSE(ParameterStripper::Create({"a", "b(", "c"}, &error));
  EXPECT_FALSE(error.message.empty());
  EXPECT_EQ(error.message, Stripped({"b("}, "")) << "the one that is bad";
  EXPECT_FALSE(ParameterStripper::Create({"a)|(b"}, nullptr)) << "not even together";
}

}  // namespace
}  // namespace thresh
