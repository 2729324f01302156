#include "parser/cookie.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>

namespace thresh {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// A cookie as one line: "name=value" and what else it says.
std::string Shown(const std::optional<SetCookie>& cookie) {
  if (!cookie) return "none";
  std::string text = cookie->name + "=" + cookie->value;
  if (!cookie->domain.empty()) text += " domain:" + cookie->domain;
  if (!cookie->path.empty()) text += " path:" + cookie->path;
  if (cookie->max_age) text += " age:" + std::to_string(cookie->max_age->count());
  if (cookie->expires) {
    text += " until:" + std::to_string(cookie->expires->time_since_epoch().count());
  }
  return text + (cookie->secure ? " secure" : "");
}

struct CookieCase {
  std::string header, cookie, why;
};

void CheckCookies(std::initializer_list<CookieCase> cases) {
  for (const CookieCase& test : cases) {
    EXPECT_EQ(Shown(ParseSetCookie(test.header)), test.cookie) << test.header << ": " << test.why;
  }
}

// §5.2
TEST(CookieTest, NamesAndValues) {
  CheckCookies({
      {"a=b", "a=b", "the least"},
      {" a = b ", "a=b", "white space around them"},
      {"a=b; ", "a=b", "nothing behind"},
      {"a=b;;;", "a=b", "empty attributes"},
      {"a=", "a=", "an empty value"},
      {"a==b=c", "a==b=c", "the first '=' counts"},
      {"a=\"b c\"", "a=\"b c\"", "quotes are part of it"},
      {"a=b,c=d", "a=b,c=d", "commas are part of it"},
      {"a b=c", "a b=c", "names are not checked"},
      {"a=b; c=d", "a=b", "one cookie a header"},
      {"a=\xc3\xa4", "a=\xc3\xa4", "bytes as they came"},
      {"a", "none", "without '='"},
      {"a; path=/x=y", "none", "without '=' in the first part"},
      {"=b", "none", "without a name"},
      {" =b", "none", "without a name"},
      {"", "none", "nothing"},
      {";a=b", "none", "nothing in the first part"},
      {std::string("a=b\0c", 5), "none", "NUL"},
      {"a=b\r\nSet-Cookie: c=d", "none", "a line end"},
      {"a=b; path=/\x01", "none", "a control character in an attribute"},
      {"a=b\x7f", "none", "DEL"},
      {"a=b\tc", "a=b\tc", "a tab is let pass"},
  });
}

TEST(CookieTest, Attributes) {
  CheckCookies({
      {"a=b; Path=/x; DOMAIN=x.test; secure; Max-Age=5", "a=b domain:x.test path:/x age:5 secure",
       "all of them, in any case"},
      {"a=b;path = /x ;domain= x.test ", "a=b domain:x.test path:/x", "white space"},
      {"a=b; HttpOnly; SameSite=Strict; Partitioned; Priority=High", "a=b", "of no meaning here"},
      {"a=b; secure=false", "a=b secure", "a flag has no value"},
      {"a=b; path=x", "a=b", "no path: the default one"},
      {"a=b; path=", "a=b", "no path: the default one"},
      {"a=b; path=/x; path=y", "a=b", "the last counts"},
      {"a=b; path=/x; path=/y", "a=b path:/y", "the last counts"},
      {"a=b; domain=.x.test", "a=b domain:x.test", "a leading dot is ignored"},
      {"a=b; domain=..x.test", "a=b domain:.x.test", "one of them; the other matches no host"},
      {"a=b; domain=X.Test", "a=b domain:x.test", "lower case"},
      {"a=b; domain=b\xc3\xbc"
       "cher.test",
       "a=b domain:xn--bcher-kva.test", "punycode"},
      {"a=b; domain=\xff\xfe", "none", "no domain"},
      {"a=b; domain=", "a=b", "as if it were not there"},
      {"a=b; domain=.", "a=b", "as if it were not there"},
      {"a=b; domain=x.test; domain=y.test", "a=b domain:y.test", "the last counts"},
      {"a=b; path=/" + std::string(1100, 'x'), "a=b", "too long an attribute is not read"},
  });
}

TEST(CookieTest, LifeTimes) {
  CheckCookies({
      {"a=b; max-age=0", "a=b age:0", "now"},
      {"a=b; max-age=-1", "a=b age:0", "before now"},
      {"a=b; max-age=-", "a=b age:0", "the grammar's letter (§5.2.2)"},
      {"a=b; max-age=-99999999999999999999", "a=b age:0", "long before"},
      {"a=b; max-age=99999999999999999999", "a=b age:1000000000", "does not overflow"},
      {"a=b; max-age=5s", "a=b", "no number"},
      {"a=b; max-age=+5", "a=b", "no number"},
      {"a=b; max-age=", "a=b", "no number"},
      {"a=b; max-age=1.5", "a=b", "no number"},
      {"a=b; max-age=5; max-age=x", "a=b age:5", "what is no number is not there"},
      {"a=b; expires=Thu, 01 Jan 1970 00:00:10 GMT", "a=b until:10", "a date"},
      {"a=b; expires=never", "a=b", "no date"},
      {"a=b; expires=\"Thu, 01 Jan 1970 00:00:10 GMT\"", "a=b until:10", "quotes are delimiters"},
  });
}

// RFC 6265bis §4.1.3
TEST(CookieTest, PrefixesKeepTheirPromise) {
  CheckCookies({
      {"__Secure-a=b; secure", "__Secure-a=b secure", "kept"},
      {"__Secure-a=b", "none", "not secure"},
      {"__SECURE-a=b", "none", "in any case"},
      {"__Host-a=b; secure; path=/", "__Host-a=b path:/ secure", "kept"},
      {"__Host-a=b; path=/", "none", "not secure"},
      {"__Host-a=b; secure", "none", "no path"},
      {"__Host-a=b; secure; path=/x", "none", "another path"},
      {"__Host-a=b; secure; path=/; domain=x.test", "none", "a domain"},
      {"__host-a=b; secure; path=/; domain=x.test", "none", "in any case"},
      {"__Hosta=b", "__Hosta=b", "no prefix"},
  });
}

TEST(CookieTest, LargeCookiesAreNone) {
  const std::string value(kMaxCookieBytes - 1, 'x');
  EXPECT_TRUE(ParseSetCookie("a=" + value));
  EXPECT_FALSE(ParseSetCookie("ab=" + value));
  EXPECT_TRUE(ParseSetCookie("a=" + value + "; path=/x")) << "attributes do not count";
  const std::string many = "a=b" + std::string(300'000, ';');
  EXPECT_EQ(Shown(ParseSetCookie(many)), "a=b");
}

struct DateCase {
  std::string text;
  std::optional<long> seconds;
  std::string why;
};

// §5.1.1
TEST(CookieTest, Dates) {
  constexpr long kJune = 1623233894;  // 2021-06-09T10:18:14Z
  for (const DateCase& test : std::initializer_list<DateCase>{
           {"Wed, 09 Jun 2021 10:18:14 GMT", kJune, "RFC 1123"},
           {"Wednesday, 09-Jun-21 10:18:14 GMT", kJune, "RFC 850, two digits of a year"},
           {"Wed Jun  9 10:18:14 2021", kJune, "asctime"},
           {"2021 June 9 10:18:14", kJune, "any order, the month's name as long as you like"},
           {"9th JUNE 2021 10:18:14", kJune, "9th"},
           {"09 Jun 2021 10:18:14 +0500", kJune, "zones are not read"},
           {"10:18:14 09 Jun 2021", kJune, "the time first"},
           {"9/Jun/2021/10:18:14", kJune, "any delimiters"},
           {"9 Jun 2021 10:18:14x", kJune, "behind the time anything but a digit"},
           {"1 Jan 70 0:0:0", 0, "70 is 1970"},
           {"1 Jan 99 00:00:00", 915148800, "99 is 1999"},
           {"1 Jan 00 00:00:00", 946684800, "00 is 2000"},
           {"1 Jan 69 00:00:00", 3124224000, "69 is 2069"},
           {"29 Feb 2020 00:00:00", 1582934400, "a leap day"},
           {"1 Jan 1601 00:00:00", -11644473600, "the first year"},
           {"31 Dec 9999 23:59:59", 253402300799, "the last"},
           {"29 Feb 2021 00:00:00", std::nullopt, "no leap day"},
           {"31 Apr 2021 00:00:00", std::nullopt, "no such day"},
           {"0 Jan 2021 00:00:00", std::nullopt, "no such day"},
           {"32 Jan 2021 00:00:00", std::nullopt, "no such day"},
           {"1 Jan 1600 00:00:00", std::nullopt, "before 1601"},
           {"1 Jan 100 00:00:00", std::nullopt, "three digits are taken as they are"},
           {"1 Jan 2021 24:00:00", std::nullopt, "no such hour"},
           {"1 Jan 2021 23:60:00", std::nullopt, "no such minute"},
           {"1 Jan 2021 23:59:60", std::nullopt, "no leap seconds"},
           {"1 Jan 2021 24:00:00 10:00:00", std::nullopt, "the first time counts"},
           {"1 Jan 2021 00:00", std::nullopt, "no seconds"},
           {"1 Jan 2021 00:00:000", std::nullopt, "three digits"},
           {"1 Jan 2021", std::nullopt, "no time"},
           {"Jan 2021 00:00:00", std::nullopt, "no day"},
           {"1 2021 00:00:00", std::nullopt, "no month"},
           {"1 Jan 00:00:00", std::nullopt, "no year"},
           {"1 Jan 20211 00:00:00", std::nullopt, "five digits"},
           {"2021-06-09T10:18:14Z", std::nullopt, "ISO 8601 has no month's name"},
           {"", std::nullopt, "nothing"},
           {"0", std::nullopt, "no date"},
       }) {
    std::optional<sys_seconds> expected;
    if (test.seconds) expected = sys_seconds(seconds(*test.seconds));
    EXPECT_EQ(ParseCookieDate(test.text), expected) << test.text << ": " << test.why;
  }
}

}  // namespace
}  // namespace thresh
