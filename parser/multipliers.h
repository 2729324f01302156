// Words that multiply the number before them.
#pragma once

#include <string_view>

namespace thresh {

// Whether `word`, letters alone, makes a multiple of the number before it: "M", "Mio", "bilhões",
// "тысяч", "万円". Words of some thirty languages are known, in any case. `attached`: no space
// stands between, as in "5m", which may be millions where "5 m" are metres.
bool IsMultiplier(std::u32string_view word, bool attached);

}  // namespace thresh
