#pragma once

#include <optional>
#include <string>

#include "storage/timestamp.h"

namespace thresh {

// An HTTP-date in any of the three forms of RFC 9110 §5.6.7: IMF-fixdate, RFC 850, asctime.
std::optional<Timestamp> ParseHttpDate(const std::string& text);

}  // namespace thresh
