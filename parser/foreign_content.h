// Where a page is in SVG or MathML.
#pragma once

#include <cstdint>

#include "parser/html_tag.h"

namespace thresh::html {

// Whether what follows a tag is foreign content (§13.2.6.5), as far as that shows without a stack
// of the open elements: <svg> and <math> enter it, and what only HTML has leaves it. In a few
// elements of theirs, such as <foreignObject>, there is HTML again. An end tag of HTML is taken for
// that of an element around, for in HTML that is taken for foreign a script's text would be tags.
class ForeignContent {
 public:
  // In SVG or MathML, or in HTML inside of it.
  bool is_open() const { return levels_ != kNone; }
  // What follows is foreign.
  bool is_foreign() const { return is_open() && (levels_ & 1) != 0; }
  void Pass(const HtmlTag& tag);

 private:
  static constexpr uint64_t kNone = 1;

  void Enter(bool foreign);
  void LeaveRoot();
  void LeaveAll();

  // A bit for what is open, the innermost last: 1 is <svg> or <math>, 0 is HTML in it. A 1 stands
  // before them. What is nested deeper than that is taken for HTML.
  uint64_t levels_ = kNone;
};

}  // namespace thresh::html
