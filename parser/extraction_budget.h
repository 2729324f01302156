// What a page may cost.
#pragma once

#include <chrono>
#include <functional>

namespace thresh {

struct ExtractionBudget {
  // Where program size × bytes / 8e9 s would exceed this, a rule reads only the leading bytes.
  std::chrono::milliseconds parse_time{2000};
  // Asked between matches; true ends the extraction. Null: never.
  std::function<bool()> expired;
};

}  // namespace thresh
