// What names the columns of a table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/outline_tree.h"

namespace thresh {

// What the heading rows of the table that `row`, a <tr>, stands in say above each column; nothing
// where it has none. They are the first rows, of <th> and cells without text or in a <thead>. A
// cell that spans several columns names each of them, in front of what stands below it; one that
// spans all is a title.
std::vector<std::string> TableHeadings(std::string_view html, const std::vector<OutlineNode>& nodes,
                                       size_t row);

}  // namespace thresh
