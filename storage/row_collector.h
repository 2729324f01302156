// The first rows of a query, kept as text to be shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/query.h"

namespace thresh {

struct ShownCell {
  enum class Kind : uint8_t { kNull, kNumber, kText, kBytes };
  Kind kind = Kind::kNull;
  std::string text;  // of bytes: an SQL literal, x'00ff'
  bool is_cut = false;
};

struct ShownRows {
  std::vector<std::string> columns;
  std::vector<std::vector<ShownCell>> rows;
  bool has_more = false;
};

struct ShownLimits {
  size_t rows = 1000;
  size_t cell_bytes = 4000;  // a longer text is cut, between characters
  size_t bytes = 8 << 20;    // of all cells: then there are no more rows
};

// Runs `sql` until it has given so many rows. Of several statements with rows the last one's are
// kept. Throws SqlError, StorageError.
ShownRows CollectRows(Reader& reader, std::string_view sql, const ShownLimits& limits);

}  // namespace thresh
