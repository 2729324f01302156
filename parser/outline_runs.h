// Rows of a page that are no element of their own: runs of neighbours, such as <dt> and its <dd>.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "parser/outline_items.h"

namespace thresh {

// Groups, without their fields yet, of elements that begin a run: a heading, a <dt> or an element
// of a class, with the siblings up to the next one of its kind. Most runs of a group are of the
// same elements, in the same order; so an article's sections, each of as many paragraphs as it
// likes, are none. Linear but for a factor of 40, the siblings of a run that are looked at.
std::vector<ItemGroup> FindRuns(const std::vector<OutlineNode>& nodes);

// For ItemGroup::until: a regex of the first start tag from `at` on, which is behind the last item;
// empty where there is none, or where such an element stands in the group, too.
std::string StartBehind(const std::vector<OutlineNode>& nodes, const ItemGroup& group, size_t at);

}  // namespace thresh
