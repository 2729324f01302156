// The query of a URL that stands in a page of a legacy encoding.
#pragma once

#include <string>
#include <string_view>

#include "parser/charset_encode.h"

namespace thresh {

// `query`, which is UTF-8, with the escapes of its bytes in the encoding in place of each character
// that is not ASCII; of one that the encoding lacks it is a character reference, "%26%231234%3B"
// (WHATWG URL §1.3, "percent-encode after encoding"). ASCII stays as it is. Linear.
//
// Beyond the standard a '%' among the bytes, which only ISO-2022-JP has, is escaped, too: otherwise
// it would begin an escape that no one wrote.
std::string EscapeQuery(std::string_view query, const charset::Encoder& encoder);

}  // namespace thresh
