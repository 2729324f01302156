// JSON as pages have it, which a strict reader refuses for one value of many.
#pragma once

#include <string>
#include <string_view>

namespace thresh {

// `text` as a strict reader takes it. In its strings half a surrogate pair ("\ud83d") becomes
// U+FFFD, since RFC 8259 §8.2 allows it and UTF-8 has none, and a control character, which it does
// not allow, becomes its escape. A number beyond all doubles (§6 sets no limit) becomes a string of
// what was written. All else stays, also what is no JSON. Linear; at most six times as long.
std::string MendJson(std::string_view text);

}  // namespace thresh
