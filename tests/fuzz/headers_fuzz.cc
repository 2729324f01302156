// A response's head line by line, and the headers that are read further.
#include "fetcher/response_head.h"
#include "parser/cookie.h"
#include "parser/link_header.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n",
          "HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n",
          "HTTP/2 200\r\nset-cookie: a=b; Domain=.x.test; Path=/; Max-Age=9; Secure; HttpOnly\r\n"
          "set-cookie: __Host-c=d; Expires=Wed, 09 Jun 2021 10:18:14 GMT\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5, 5\r\n\r\n",
          "HTTP/1.0 200 OK\nX: a\n b\n\tc\n: d\n\n",
          "HTTP/1.1 206 x\r\nContent-Range: bytes 0-1/2\r\nLink: <?p=2>; rel=\"next prev\"; "
          "title=\"a,b;c\", </x>;rel=prev\r\n\r\nTrailer: y\r\n"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  ResponseHead head({.range = false});
  std::string_view rest = AsText(data, size);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    if (head.Feed(rest.substr(0, end)) != FetchError::kNone) return 0;
    rest.remove_prefix(end);
  }
  Require(head.headers().size() <= kMaxHeaderLines, "headers have a number");
  if (head.complete())
    Require(head.status() >= 200 && head.status() <= 599, "an answer has a status");
  for (const auto& [name, value] : head.headers()) {
    Require(value.find_first_of(std::string_view("\0\r\n", 3)) == value.npos,
            "a header is one line");
    if (const auto cookie = ParseSetCookie(value)) {
      Require(cookie->name.size() + cookie->value.size() <= kMaxCookieBytes, "a cookie has a size");
    }
    Require(ParseLinkHeader(value, 10).size() <= 10, "no more links than asked for");
  }
  return 0;
}
