// Whether a body is text, to be converted to UTF-8 and matched, or binary, to be kept as it is.
//
// The rule, in this order:
//   1. A body that begins as a known binary format does (PDF, images, archives, fonts, media) is
//      binary. If its Content-Type says text, it is mislabelled.
//   2. A Content-Type of text/*, or with html, xml, json, javascript, ecmascript, yaml, csv or
//      x-www-form-urlencoded in its subtype, is text.
//   3. A body that begins as HTML or XML does is text. If its Content-Type names a binary format
//      (application/pdf, image/*), it is mislabelled; application/octet-stream names none.
//   4. Another Content-Type of image/*, audio/*, video/*, font/* or a binary application/* is
//      binary.
//   5. No Content-Type, octet-stream or an unknown one: text, unless one of the first 1445 bytes is
//      a control character that text does not have (MIME Sniffing §7.1, "binary data byte").
#pragma once

#include <string_view>

namespace thresh {

struct ContentKind {
  bool text = false;
  bool mislabelled = false;
};

// `content_type` is the header's value, empty when there is none. Looks at the first 1445 bytes of
// `body`.
ContentKind JudgeContent(std::string_view content_type, std::string_view body);

}  // namespace thresh
