// What a page may cost.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

namespace thresh {

// The memory of a page's rows, values and matches is bounded by so many times its text's size, or
// by ExtractionBudget::memory where that is more. Rows of ten short columns take about five times.
inline constexpr size_t kMemoryPerByte = 8;

struct ExtractionBudget {
  // Where program size × bytes / 8e9 s would exceed this, a rule reads only the leading bytes.
  std::chrono::milliseconds parse_time{2000};
  // Asked between matches; true ends the extraction. Null: never.
  std::function<bool()> expired;
  // Bytes. What would take more ends the extraction: see kMemoryPerByte.
  size_t memory = 64u << 20;
};

}  // namespace thresh
