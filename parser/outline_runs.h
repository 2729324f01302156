// Rows of a page that are no element of their own: runs of neighbours, such as <dt> and its <dd>.
#pragma once

#include <vector>

#include "parser/outline_items.h"

namespace thresh {

// Groups, without their fields yet, of elements that begin a run: a heading, a <dt> or an element
// of a class, with the siblings up to the next one of its kind. Most runs of a group are of the
// same elements, in the same order; so an article's sections, each of as many paragraphs as it
// likes, are none. Linear but for a factor of 40, the siblings of a run that are looked at.
std::vector<ItemGroup> FindRuns(const std::vector<OutlineNode>& nodes);

}  // namespace thresh
