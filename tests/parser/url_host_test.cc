#include "parser/url_host.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct HostCase {
  std::string input;
  std::string expected;  // "!" when it is no host
  std::string why;
};

std::string Host(const std::string& input) {
  std::string out = "before:";
  if (!AppendHost(input, &out)) return "!";
  EXPECT_TRUE(out.starts_with("before:"));
  return out.substr(7);
}

// Each input gives what is expected, and that gives itself.
void CheckHosts(std::initializer_list<HostCase> cases) {
  for (const HostCase& test : cases) {
    const std::string host = Host(test.input);
    EXPECT_EQ(host, test.expected) << testing::PrintToString(test.input) << ": " << test.why;
    if (host == "!") continue;
    EXPECT_EQ(Host(host), host);
  }
}

TEST(UrlHostTest, Domains) {
  CheckHosts(
      {{"x.test", "x.test", "as it is"},
       {"X.TeSt", "x.test", "lowered"},
       {"x.test.", "x.test.", "a final dot stays"},
       {".", ".", "the standard takes it"},
       {"..", "..", "and these"},
       {"a..b", "a..b", "and empty labels"},
       {"", "!", "nothing"},
       {"-a-.test", "-a-.test", "hyphens anywhere (CheckHyphens=false)"},
       {"r3---x.test", "r3---x.test", "as a large video site has them"},
       {"a_b.test", "a_b.test", "underscores"},
       {"!\"$&'()*+,-.;=_`{}~", "!\"$&'()*+,-.;=_`{}~", "§3.2 forbids none"},
       {std::string(80, 'a') + ".test", std::string(80, 'a') + ".test", "VerifyDnsLength=false"},
       {"%65%58.test", "ex.test", "escapes are decoded"},
       {"x%2Etest", "x.test", "also a dot"},
       {"x%2Ftest", "!", "a slash is forbidden"},
       {"x%00.test", "!", "NUL"},
       {"x%zz.test", "!", "'%' is forbidden"},
       {"x%25.test", "!", "'%' is forbidden"},
       {"x y.test", "!", "space"},
       {"x%09.test", "!", "tab"},
       {"x\x01.test", "!", "control"},
       {"x\x7f.test", "!", "DEL"},
       {"x<.test", "!", ""},
       {"x>.test", "!", ""},
       {"x^.test", "!", ""},
       {"x|.test", "!", ""},
       {"x[.test", "!", ""},
       {"x].test", "!", ""},
       {"x@.test", "!", ""},
       {"x%3A.test", "!", "':'"},
       {"x%23.test", "!", "'#'"},
       {"x%3F.test", "!", "'?'"},
       {"x%5C.test", "!", "'\\'"}});
}

TEST(UrlHostTest, InternationalDomains) {
  CheckHosts({{"bücher.test", "xn--bcher-kva.test", "punycode"},
              {"BÜCHER.test", "xn--bcher-kva.test", "lowered by UTS #46"},
              {"b%C3%BCcher.test", "xn--bcher-kva.test", "escaped UTF-8"},
              {"faß.test", "xn--fa-hia.test", "non-transitional"},
              {"xn--fa-hia.test", "xn--fa-hia.test", "already punycode"},
              {"XN--FA-HIA.test", "xn--fa-hia.test", "already punycode, in upper case"},
              {"日本語。test", "xn--wgv71a119e.test", "an ideographic full stop is a dot"},
              {"ｘ．ｔｅｓｔ", "x.test", "full width"},
              {"１２７.１", "127.0.0.1", "also digits"},
              {"☃.test", "xn--n3h.test", "symbols"},
              {"💩.test", "xn--ls8h.test", "emoji"},
              {"xn--ls8h.test", "xn--ls8h.test", "emoji"},
              {"r3---ü.test", "xn--r3----ova.test", "CheckHyphens=false"},
              {"-ü-.test", "xn-----xka.test", "CheckHyphens=false"},
              {"a\u00adb.test", "ab.test", "a soft hyphen is ignored"},
              {"\u00ad", "!", "and nothing is left"},
              {"A\u200b\u2060\ufeffb.test", "ab.test", "so are these"},
              {"ü..test", "xn--tda..test", "empty label"},
              {"a\u3000b.test", "!", "maps to a space"},
              {"ü％.test", "!", "maps to '%'"},
              {"a\u200cb.test", "!", "CheckJoiners"},
              {"0א.test", "!", "CheckBidi"},
              {"\ufdd0.test", "!", "disallowed"},
              {"\u0300a.test", "!", "begins with a mark"},
              {"\xff.test", "!", "not UTF-8"},
              {"%ff.test", "!", "not UTF-8"},
              {"%ef%bf%bd.test", "!", "U+FFFD"},
              {"xn--", "!", "empty punycode"},
              {"xn--a.test", "!", "bad punycode"},
              {"a.xn--pokxncvks", "!", "bad punycode"},
              {"xn--a-yoa.test", "!", "punycode of what is not valid"},
              {"xn--zn7c.com", "!", "punycode of what is ignored"},
              {"xn--ascii-.test", "!", "punycode of ASCII"},
              {"xn--xn---epa.test", "!", "punycode of punycode"},
              {"axn--b.test", "axn--b.test", "no punycode"}});
}

TEST(UrlHostTest, Ipv4InAllSpellings) {
  CheckHosts({{"127.0.0.1", "127.0.0.1", ""},
              {"127.0.0.1.", "127.0.0.1", ""},
              {"127.1", "127.0.0.1", "the last part fills"},
              {"127.0.1", "127.0.0.1", ""},
              {"0x7f000001", "127.0.0.1", "hex"},
              {"0X7F.1", "127.0.0.1", "hex"},
              {"2130706433", "127.0.0.1", "decimal"},
              {"017700000001", "127.0.0.1", "octal"},
              {"0177.0.0.0x1", "127.0.0.1", "mixed"},
              {"0", "0.0.0.0", ""},
              {"0x", "0.0.0.0", "no digit is zero"},
              {"0x.0x.0", "0.0.0.0", ""},
              {"1.2.3", "1.2.0.3", ""},
              {"1.0xffffff", "1.255.255.255", ""},
              {"1.256.3", "!", "a part too large"},
              {"256", "0.0.1.0", ""},
              {"4294967295", "255.255.255.255", "the highest"},
              {"4294967296", "!", "one more"},
              {"0x100000000", "!", "one more"},
              {"1.0x1000000", "!", "too large for three bytes"},
              {"1.2.65536", "!", "too large for two"},
              {"1.2.3.256", "!", ""},
              {"99999999999999999999999", "!", "no overflow"},
              {"0xffffffffffffffffffffff", "!", "no overflow"},
              {"1.2.3.4.5", "!", "too many"},
              {"1..3", "!", "an empty part"},
              {".1", "!", "an empty part"},
              {"08", "!", "no octal digit"},
              {"0xg.1", "!", "no hex digit"},
              {"a.1", "!", "ends in a number"},
              {"a.0x1", "!", "ends in a number"},
              {"a.09", "!", "all digits"},
              {"a.1.", "!", "ends in a number"},
              {"1.a", "1.a", "does not"},
              {"a.0xg", "a.0xg", "does not"},
              {"1.2.3.4..", "1.2.3.4..", "does not"},
              {"1e2", "1e2", "no number"},
              {"%31%32%37.1", "127.0.0.1", "escaped"}});
}

TEST(UrlHostTest, Ipv6) {
  CheckHosts({{"[::1]", "[::1]", ""},
              {"[::]", "[::]", ""},
              {"[1::]", "[1::]", ""},
              {"[0:0:0:0:0:0:0:1]", "[::1]", "compressed"},
              {"[2001:DB8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]", "the first of two equal runs"},
              {"[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]", "the longest run"},
              {"[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]", "one zero is no run"},
              {"[1:2:3:4:5:6::8]", "[1:2:3:4:5:6:0:8]", "'::' may be one zero"},
              {"[0001:02::]", "[1:2::]", "leading zeros"},
              {"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "IPv4 at the end"},
              {"[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6:102:304]", ""},
              {"[0:0:1:2:3:4:0:0]", "[::1:2:3:4:0:0]", "a run at the start"},
              {"[0:1:2:3:4:5:0:0]", "[0:1:2:3:4:5::]", "a run at the end"},
              {"[1:2:3:4:5:6:7::]", "[1:2:3:4:5:6:7:0]", ""},
              {"[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]", ""},
              {"[]", "!", ""},
              {"[:]", "!", ""},
              {"[:1]", "!", ""},
              {"[1:]", "!", ""},
              {"[::1", "!", ""},
              {"::1]", "!", ""},
              {"[::1]x", "!", ""},
              {"[1::2::3]", "!", "two '::'"},
              {"[:::]", "!", ""},
              {"[1:2:3:4:5:6:7]", "!", "too short"},
              {"[1:2:3:4:5:6:7:8:9]", "!", "too long"},
              {"[1:2:3:4:5:6:7:8::]", "!", "too long"},
              {"[1:2:3:4:5:6:7::8]", "!", "'::' is at least one piece"},
              {"[12345::]", "!", "five digits"},
              {"[g::]", "!", "no digit"},
              {"[::1%eth0]", "!", "no zones"},
              {"[::1%25eth0]", "!", "no zones"},
              {"[::127.0.0]", "!", "IPv4 needs four parts"},
              {"[::127.0.0.0.1]", "!", "not five"},
              {"[::127.0.0.256]", "!", ""},
              {"[::127.00.0.1]", "!", "no leading zero"},
              {"[::127..0.1]", "!", ""},
              {"[::.1.2.3]", "!", ""},
              {"[::1.2.3.4:5]", "!", ""},
              {"[1:2:3:4:5:6:7:1.2.3.4]", "!", "no room for IPv4"},
              {"[::1.2.3.]", "!", ""},
              {"[%3A%3A1]", "!", "escapes are not decoded"},
              {"[ ::1]", "!", ""}});
}

TEST(OriginTest, IsSchemeHostAndPort) {
  EXPECT_EQ(OriginOf("https://x.test:8443/a?b"), "https://x.test:8443");
  EXPECT_EQ(OriginOf("http://x.test?b"), "http://x.test");
  EXPECT_EQ(OriginOf("http://x.test"), "http://x.test");
}

}  // namespace
}  // namespace thresh
