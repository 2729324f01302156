// Where all the elements of a page end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace thresh {

// The ends of all elements of a page, found in one pass: for rules that ask for many of them.
// ElementEnd() reads on from each begin, so asking it for n elements in each other, or for n that
// are never closed, costs n times what they contain; here the page is read once, and a question is
// a binary search. What every element stands in is known, so that a stray end tag is told from an
// ancestor's, where ElementEnd() must guess. Immutable; holds no view of the page.
class HtmlElements {
 public:
  // Reads the first 4 GiB of `html`.
  explicit HtmlElements(std::string_view html);

  // As ElementEnd(); `begin` itself where the page has no start tag there.
  size_t End(size_t begin) const;

 private:
  struct Element {
    uint32_t begin;
    uint32_t end;
  };
  std::vector<Element> elements_;  // by `begin`
};

}  // namespace thresh
