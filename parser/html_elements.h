// Where all the elements of a page end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/html.h"
#include "parser/open_elements.h"

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

// As HtmlElements, for elements that are asked for in their order, each behind the end of the one
// before: the page is read along with the questions, no further than they need, and nothing is kept
// of it but its open elements. The page must outlive it.
class ElementWalk {
 public:
  explicit ElementWalk(std::string_view html);
  ElementWalk(const ElementWalk&) = delete;
  ElementWalk& operator=(const ElementWalk&) = delete;

  // As HtmlElements::End(), by which `begin` may not lie before the last answer. But a <form> in
  // another, whose tag the standard ignores (§13.2.6.4.7), ends behind the next </form>, which is
  // what its author meant.
  size_t End(size_t begin);
  // Behind an End() that was `begin` itself: the next offset at which a tag may begin.
  size_t next_tag() const { return next_tag_; }

 private:
  bool Advance();
  size_t EndOfIgnoredForm();
  void OnEnd(size_t element, size_t end);

  const std::string_view html_;
  HtmlScanner scanner_;
  html::OpenElements open_;
  HtmlTag tag_;                      // the last one read
  size_t elements_ = 0;              // start tags read
  size_t asked_ = 0;                 // the element that is asked for
  std::optional<size_t> asked_end_;  // once it is known
  std::optional<size_t> last_end_;   // likewise, of the last start tag's
  size_t next_tag_ = 0;
};

}  // namespace thresh
