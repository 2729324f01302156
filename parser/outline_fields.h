// The fields that a group of like elements has in common.
#pragma once

#include <string_view>
#include <vector>

#include "parser/outline_items.h"

namespace thresh {

// What most of the group's items have, and not all of them the same: texts, links, pictures, times,
// and ids of the items' own tags, in the order of the page; at most twelve. Columns are named by
// the table's heading above them, by class or by tag, types by the values. A field that every item
// has, and other elements that the rule finds lack, is required.
std::vector<ItemField> FindItemFields(std::string_view html, const std::vector<OutlineNode>& nodes,
                                      const ItemGroup& group);

// `words` as a name for a column: letters of any script in lower case, digits and '_'; empty when
// nothing is left. At most 30 bytes.
std::string ColumnNameFrom(std::string_view words);

// Likewise as a name for a table; "item" where it is none.
std::string TableNameFrom(std::string_view words);

// "priceCurrency" as "price_Currency", for ColumnNameFrom.
std::string ApartWords(std::string_view name);

// Whether a column of that name is likely to name its row.
bool IsKeyName(std::string_view column);

// The type that all of the values are of: integer, real, date, datetime, else text.
ValueType TypeOf(const std::vector<std::string>& values);

}  // namespace thresh
