// The elements of an XML document: where a row ends, and what xml_outline.h looks for repetitions
// in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace thresh {

struct XmlElement {
  std::string_view name;        // as written, with its prefix
  std::string_view attributes;  // as HtmlAttributes takes them
  std::string_view content;     // between its tags
  int parent = -1;              // index of the element around it
  uint64_t path = 0;            // equal for elements of the same name below the same names
  size_t children = 0;          // elements directly in it
};

// The elements of `xml`, which must outlive them, in the order of their start tags. Comments, CDATA
// sections, processing instructions and declarations are passed over. Takes what is not well-formed
// as it comes: an end tag ends the innermost element of its name. Reads the first 2 MB, the first
// 100,000 elements, and 32 levels; linear.
std::vector<XmlElement> ReadXml(std::string_view xml);

// Where the element whose start tag begins at `begin` ends: behind the end tag that belongs to it,
// or its own tag, if that is empty ("<title/>"); at the document's end where none comes. Gives
// `begin` when no start tag is there. Reads no further than the end.
size_t XmlElementEnd(std::string_view xml, size_t begin);

// A name without its prefix: "creator" of "dc:creator".
std::string_view LocalName(std::string_view name);

}  // namespace thresh
