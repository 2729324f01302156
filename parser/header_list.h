// The headers of an HTTP response.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace thresh {

// Names in lower case, in the order of the response; values trimmed, bytes as they came.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

}  // namespace thresh
