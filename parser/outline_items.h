// The elements of a page that repeat: candidates for what one row is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/outline_tree.h"
#include "parser/record.h"

namespace thresh {

// Elements of one name, and of one class where `token` is not empty.
struct ItemGroup {
  std::string_view name;
  std::string_view token;
  std::vector<size_t> items{};  // those in one place of the structure, none inside another
  size_t elsewhere = 0;         // other elements that the same rule finds
  size_t text = 0;              // visible bytes in the items
  std::vector<FieldSpec> fields{};
  double score = 0;

  std::string Element(const std::vector<OutlineNode>& nodes) const;  // as RecordSpec::element
};

// The groups that may be a list's items, best first, with the fields that most items have: at least
// two of them. Those that only frame the page (menus) or have little of its text are left out.
std::vector<ItemGroup> FindItemGroups(std::string_view html, const std::vector<OutlineNode>& nodes);

}  // namespace thresh
