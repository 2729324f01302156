// URLs made of values that were found in pages: `to` of [[links]].
//
//   auto next = UrlTemplate::Parse("https://x.test/items?cursor={value}", &error);
//   next->Expand("a/b=");   // "https://x.test/items?cursor=a%2Fb%3D"
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

struct UrlTemplateError {
  std::string message;  // a sentence part: what is wrong and what to do
  size_t offset = 0;    // byte of the template
};

// An immutable value. In the manner of RFC 6570, level 2, with one variable.
class UrlTemplate {
 public:
  // "{value}" is where the value goes, percent-encoded, "{+value}" where it goes as it is; both may
  // stand there several times. Any other brace is an error: as part of a URL it is "%7B" or "%7D".
  static std::optional<UrlTemplate> Parse(std::string_view text, UrlTemplateError* error);

  // A reference, yet to be resolved. What is not unreserved (RFC 3986 §2.3) in `value` is escaped
  // where it is percent-encoded.
  std::string Expand(std::string_view value) const;

  // Whether what Expand gives depends on the value.
  bool has_value() const { return parts_.size() > 1; }

 private:
  struct Part {
    std::string text;      // before the value
    bool encoded = false;  // how the value goes behind it; of the last part none does
  };
  std::vector<Part> parts_;
};

}  // namespace thresh
