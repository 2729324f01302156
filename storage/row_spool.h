// Rows that have to wait for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "parser/record.h"
#include "storage/database.h"

namespace thresh {

// Keeps rows by the number of what they came from until they are asked for. In memory, and what is
// more than 16 MB in a nameless file (see Store::Temporary). A row costs some 3 µs. Calls may throw
// StorageError.
class RowSpool {
 public:
  // All rows have so many values, at most 1,999.
  explicit RowSpool(size_t columns);

  void Add(size_t source, const Row& row);
  // Shows the source's rows in the order in which they were added, and forgets them.
  void Take(size_t source, const std::function<void(const Row&)>& visit);

 private:
  Database database_;
  const size_t columns_;
  std::unique_ptr<Statement> insert_, select_, remove_;
};

}  // namespace thresh
