#include "parser/entities.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "parser/utf8.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

using namespace std::string_view_literals;

struct EntityCase {
  std::string_view text;
  std::string_view decoded;
  std::string_view why;
};

TEST(DecodeEntitiesTest, DecodesNames) {
  const EntityCase cases[] = {
      {"", "", "nothing"},
      {"a < b", "a < b", "nothing to decode"},
      {"&amp;&lt;&gt;&quot;&nbsp;", "&<>\"\u00a0", "§13.5"},
      {"x&amp;y", "x&y", "between text"},
      {"&AElig;&aelig;", "\u00c6\u00e6", "case counts"},
      {"&AMP;&Amp;", "&&Amp;", "only as listed"},
      {"&amp", "&", "§13.2.5.73: the ';' may be left out"},
      {"&ampx &copyright", "&x \u00a9right", "also before a letter, in text"},
      {"&notit; I tell you", "\u00acit; I tell you", "the standard's own example"},
      {"&notin; &not; &not", "\u2209 \u00ac \u00ac", "the longest match"},
      {"&alpha &alpha;", "&alpha \u03b1", "here the ';' is needed"},
      {"&hellip", "&hellip", "here too"},
      {"&NotEqualTilde;", "\u2242\u0338", "two code points"},
      {"&Afr;", "\U0001D504", "beyond U+FFFF"},
      {"&CounterClockwiseContourIntegral;", "\u2233", "the longest name"},
      {"&CounterClockwiseContourIntegrals;", "&CounterClockwiseContourIntegrals;", "longer"},
      {"&frac34;&sup2", "\u00be\u00b2", "names with digits"},
      {"&apos;", "'", "is HTML's since HTML5"},
      {"&", "&", "alone"},
      {"&&amp;&", "&&&", "several"},
      {"& amp;", "& amp;", "§13.2.5.72: a space is no name"},
      {"&;", "&;", "no name"},
      {"&nonsense;", "&nonsense;", "§13.2.5.74: an ambiguous ampersand"},
      {"&amp;lt;", "&lt;", "decoded once"},
      {"&amp;amp;amp;", "&amp;amp;", "decoded once"},
      {"&\0amp;"sv, "&\0amp;"sv, "NUL ends a name and stays"},
      {"&gt\xE9", ">\xE9", "any bytes behind"},
  };
  for (const EntityCase& c : cases) EXPECT_EQ(DecodeEntities(c.text), c.decoded) << c.why;
}

TEST(DecodeEntitiesTest, DecodesNumbers) {
  const EntityCase cases[] = {
      {"&#65;&#x41;&#X41;", "AAA", "§13.2.5.75"},
      {"&#65 &#x41g", "A Ag", "the ';' may be left out"},
      {"&#x1F600;", "\U0001F600", "beyond U+FFFF"},
      {"&#0;&#x00;", "\uFFFD\uFFFD", "§13.2.5.80: null"},
      {"&#xD800;&#xDFFF;", "\uFFFD\uFFFD", "surrogates"},
      {"&#x110000;&#x10FFFF;", "\uFFFD\U0010FFFF", "above Unicode"},
      {"&#99999999999999999999;", "\uFFFD", "does not wrap around"},
      {"&#xFFFFFFFF41;&#x100000041;", "\uFFFD\uFFFD", "nor in hexadecimal"},
      {"&#128;&#x99;&#159;", "\u20ac\u2122\u0178", "the C1 table"},
      {"&#129;&#141;&#157;", "\u0081\u008d\u009d", "what is not in it stays"},
      {"&#xFDD0;&#xFFFE;", "\uFDD0\uFFFE", "noncharacters stay"},
      {"&#13;&#1;", "\r\x01", "controls stay"},
      {"&#;&#x;&#", "&#;&#x;&#", "no digits"},
      {"&#x", "&#x", "cut off"},
      {"&#a;&#xg;", "&#a;&#xg;", "no digits"},
      {"&#38;amp;", "&amp;", "decoded once"},
      {"&#00000000000000000000065;", "A", "leading zeros"},
  };
  for (const EntityCase& c : cases) EXPECT_EQ(DecodeEntities(c.text), c.decoded) << c.why;
}

TEST(DecodeEntitiesTest, SparesQueriesInAttributes) {
  const EntityCase cases[] = {
      {"?a=1&amp;b=2", "?a=1&b=2", "with ';' always"},
      {"?a=1&copy=2", "?a=1&copy=2", "§13.2.5.73: before '='"},
      {"?a&copyx", "?a&copyx", "before a letter"},
      {"?a&copy2", "?a&copy2", "before a digit"},
      {"?a&copy", "?a\u00a9", "at the end"},
      {"?a&copy&lt", "?a\u00a9<", "before anything else"},
      {"?a&notit;", "?a&notit;", "the longest match counts"},
      {"&notin;", "\u2209", "and it ends with ';'"},
      {"&#65x", "Ax", "numbers are decoded"},
  };
  for (const EntityCase& c : cases) {
    EXPECT_EQ(DecodeEntities(c.text, EntityContext::kAttribute), c.decoded) << c.why;
  }
}

TEST(DecodeEntitiesTest, ReadsAnyBytesInLinearTime) {
  for (std::string_view piece : {"&", "&a", "&#", "&#x1", "&amp", "&notinotin", "1"}) {
    std::string text = "&#";
    while (text.size() < 2'000'000) text += piece;
    EXPECT_LE(DecodeEntities(text).size(), text.size());
  }
  std::mt19937 random(RandomSeed());
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 20, '\0');
    for (char& c : text) c = "&#x0;ampltnotin="[random() % 16];
    const std::string decoded = DecodeEntities(text);
    ASSERT_TRUE(IsValidUtf8(decoded)) << text;
    DecodeEntities(text, EntityContext::kAttribute);
  }
}

}  // namespace
}  // namespace thresh
