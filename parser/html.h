// One linear scan of the tags of a page, in the manner of the HTML standard's tokenizer (§13.2.5):
// comments, doctype, CDATA and quoted attributes are understood, and the content of raw text
// elements (script, style, textarea, title, xmp, iframe, noembed, noframes, plaintext) is never
// taken for tags, but for those of SVG and MathML. No tree is built, nothing is allocated, no input
// makes it more than linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parser/foreign_content.h"
#include "parser/html_tag.h"

namespace thresh {

// Walks over the tags of `html`, which must outlive the scanner and its tags.
class HtmlScanner {
 public:
  explicit HtmlScanner(std::string_view html, size_t offset = 0) : html_(html), at_(offset) {}
  // The next tag; false at the end. The content of a raw text element is skipped when its start
  // tag is passed: its end tag is the next one given.
  bool Next(HtmlTag* tag);
  // Whether what follows is read as HTML: neither the content of a raw text element nor foreign.
  bool is_in_html() const { return raw_text_.empty() && !foreign_.is_open(); }
  // Whether it is the content of a raw text element.
  bool is_in_raw_text() const { return !raw_text_.empty(); }
  // Goes on at `offset`, which the caller knows to be reached with nothing on the way that changes
  // how the text is read.
  void Seek(size_t offset) { at_ = offset; }
  size_t offset() const { return at_; }

 private:
  bool ReadTag(size_t begin, bool is_end, HtmlTag* tag);
  void NoteElement(const HtmlTag& tag);

  std::string_view html_;
  size_t at_;
  std::string_view raw_text_;     // name of the raw text element that we are in
  html::ForeignContent foreign_;  // where CDATA and self-closing tags count, raw text does not
};

// Where the element whose start tag begins at `begin` ends: behind its balanced end tag, or, where
// the standard lets the end tag be left out (li, dt, dd, p, tr, td, th, thead, tbody, tfoot,
// option, optgroup, rt, rp …), before what closes it. A void element is its tag. Gives `begin` when
// no start tag is there. Reads no further than the end; for many elements of a page, which may be
// nested or never closed, see HtmlElements in parser/html_elements.h: it reads the page once.
size_t ElementEnd(std::string_view html, size_t begin);

// What a reader sees of `html`: tags, comments, scripts and styles are out, entities are decoded,
// runs of white space (U+00A0 among them) are one space, both ends are trimmed. What stands in a
// CDATA section is read as the rest: feeds have their titles and descriptions there, mostly as
// HTML.
std::string VisibleText(std::string_view html);

}  // namespace thresh
