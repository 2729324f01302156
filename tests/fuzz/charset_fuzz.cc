// Charset sniffing and decoding: a Content-Type, then the page's bytes.
#include "parser/charset.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {
      "text/html; charset=utf-8\n<p>gr\xc3\xbc\xc3\x9f</p>",
      "text/html\n<meta charset=\"windows-1252\"><p>gr\xfc\xdf</p>",
      "text/html; charset=\"gb2312\"\n\xc4\xe3\xba\xc3",
      "text/html; charset=shift_jis\n\x82\xb1\x82\xf1",
      "text/html; charset=iso-2022-jp\n\x1b$B$3$s\x1b(J\\\x1b(B",
      "text/html; charset=big5\n\xa7\x41\xa6\x6e\x87\x40",
      "text/html; charset=euc-kr\n\xbe\xc8\xb3\xe7",
      "text/html; charset=gb18030\n\x81\x30\x81\x30\x84\x31\xa4\x37",
      "text/html; charset=utf-16le\n<\0p\0>\0\xd8\xd8",
      "text/html\n\xff\xfe<\0a\0",
      "text/html\n<!-- x --><meta http-equiv=Content-Type content=\"text/html; charset=koi8-r\">"
      "\xd0\xd2\xc9"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  FuzzInput input(data, size);
  const std::string_view content_type = input.Line();
  const std::string_view bytes = input.Rest();
  MediaType(content_type);
  const Charset charset = DetectCharset(bytes, content_type);
  Require(CharsetFromLabel(charset.name) == charset.name, "a charset has the standard's name");
  const std::string text = ToUtf8(bytes, charset.name);
  Require(text.size() <= 3 * bytes.size(), "text grows threefold at most");
  Require(CopyAsValidUtf8(text) == text, "what is decoded is valid UTF-8");
  return 0;
}
