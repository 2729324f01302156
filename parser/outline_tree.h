// The elements of a page with what stands directly in them: what page_outline.h looks for
// repetitions in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/html.h"

namespace thresh {

// Of a page, whatever it is written in, that are looked at for a guess at its rules.
inline constexpr size_t kMaxOutlineBytes = 2u << 20;
inline constexpr size_t kMaxOutlineElements = 100'000;

struct OutlineNode {
  HtmlTag tag;            // the start tag; its views point into the page
  size_t end = 0;         // behind the element
  int parent = -1;        // index of the element around it
  uint64_t path = 0;      // equal for elements of the same name below the same names
  size_t own_text = 0;    // visible bytes directly in it
  size_t text = 0;        // visible bytes in it and in all that it contains
  bool closed = false;    // its end tag is there
  bool in_frame = false;  // in nav, header, footer or aside: what frames the page's matter
};

// Whether it is one of h1 to h6.
bool IsHeading(const HtmlTag& tag);

// The class names of a tag, as they stand in its attribute; at most eight.
std::vector<std::string_view> ClassTokens(const HtmlTag& tag);

// The elements of `html`, which must outlive them, in the order of their start tags. Reads the
// first 2 MB and the first 100,000 elements; linear.
std::vector<OutlineNode> ReadOutline(std::string_view html);

// What is between the tags of `node`, without them.
std::string_view InnerHtml(std::string_view html, const OutlineNode& node);

}  // namespace thresh
