// Which of a field's values is the most common, in constant memory and one pass: by the algorithm
// of Misra and Gries, "Finding repeated elements" (1982). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "parser/record.h"

namespace thresh {

class CommonValues {
 public:
  struct Common {
    int64_t rows = 0;   // at least so many; a ninth of all too few at most
    std::string value;  // the first 80 bytes or so of its text
  };

  // NULL does not count.
  void Add(const Value& value);
  // No rows: none was added, or none is more common than a ninth of all.
  Common MostCommon() const;

 private:
  struct Slot {
    uint64_t hash = 0;
    int64_t rows = 0;
    std::string value;
  };

  std::array<Slot, 8> slots_;
};

}  // namespace thresh
