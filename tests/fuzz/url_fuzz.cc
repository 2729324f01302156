// URLs: what a page's href may be, against what base.
#include "parser/charset_encode.h"
#include "parser/url.h"
#include "parser/url_shape.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"http://x.test/\nhttps://user:pass@Ex%41mple.ORG:443/a/../b/./c?q=1&r=%7e#frag",
          "http://x.test/dir/page?x\n../up?y=\xc3\xa4#z",
          "\nhttp://[::ffff:127.0.0.1]:8080/",
          "\nhttp://0x7f.1/%2F%2f%zz",
          "https://x.test/\n//b\xc3\xbc"
          "cher.example\\path",
          "https://x.test/a\n\t ht\ntp://y.test/ \\ \x01",
          "http://x.test/\nhttp:?q",
          "http://x.test/\nhttp://xn--bcher-kva.example.:80",
          "http://x.test/calendar/2026/11/21?session=deadbeef\n/a/a/a/a/a/a"};
}

namespace {

// In every kind of encoding: with UTF-8's, with one byte, with trail bytes and with escape
// sequences that are ASCII.
constexpr std::string_view kCharsets[] = {"utf-8", "windows-1252", "gb18030", "shift_jis",
                                          "iso-2022-jp"};

void CheckUrl(const Url& url) {
  const auto again = Url::Parse(url.href());
  Require(url.href().size() <= kMaxUrlBytes, "a URL has a length");
  Require(again && again->href() == url.href(), "the normal form is its own normal form");
  Require(url.href().find_first_of(std::string_view("\0\r\n\t ", 5)) == std::string::npos,
          "a URL has no white space and no NUL");
  Require(url.scheme() == "http" || url.scheme() == "https", "only http and https");
  Require(!url.host().empty(), "a URL has a host");
  Require(url.href().find('@') > url.origin().size(), "no credentials");
}

}  // namespace
}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  FuzzInput input(data, size);
  const auto base = Url::Parse(input.Line());
  const std::string_view reference = input.Rest();
  for (const std::string_view charset : kCharsets) {
    const UrlBase page(base ? &*base : nullptr, charset::Encoder::Find(charset));
    if (const auto url = Url::Parse(reference, page)) CheckUrl(*url);
  }
  return 0;
}
