// What an element is to the rules of the HTML standard's tree builder (§13.2.6).
#pragma once

#include <cstddef>
#include <cstdint>

namespace thresh::html {

// Kinds of which the nearest one among the open elements matters.
enum ElementKind : uint8_t {
  kSpecial,      // §13.2.4.2 "special"; a form is not: see OpenElements
  kItemBarrier,  // special but for address, div and p: stops the search for an open li, dd or dt
  kScope,        // ends "has an element in scope"
  kButton,       // ends button scope too
  kList,         // ends list item scope too
  kTable,        // ends table scope
  kTablePart,    // caption, colgroup, tbody, thead, tfoot, tr, td, th
  kForeign,      // svg and math
  kHtmlPoint,    // in foreign content, but HTML again inside
  kHtmlElement,  // not foreign: what holds of one open element, and of no name
  kKindCount,
};

// Flags beside them.
enum ElementFlag : uint32_t {
  kVoid = 1u << 16,           // has no end tag
  kFormatting = 1u << 17,     // ended by the adoption agency algorithm
  kClosesP = 1u << 18,        // the start tag ends an open p
  kHeading = 1u << 19,        // h1 to h6
  kLeavesForeign = 1u << 20,  // the start tag ends svg and math (§13.2.6.5)
  kInHead = 1u << 21,         // the start tag leaves a head open
  kImpliedEnd = 1u << 22,     // §13.2.6.3 "generate implied end tags"
  kOptionalEnd = 1u << 23,    // the end tag may be left out (§13.1.2.4)
  kOtherHtml = 1u << 24,      // HTML's, and none of the above
  // Block-level elements, table parts and boxes of their own: their tags part words (§15.3).
  kPartsWords = 1u << 25,
};

constexpr uint32_t FlagOf(ElementKind kind) { return 1u << kind; }

// The kinds (by FlagOf) and flags of the element of that NameKey().
uint32_t KindsOf(uint64_t key);

// Whether there is HTML inside of the foreign element of that name and those kinds (§13.2.6.5); a
// <title> is HTML's elsewhere.
bool IsHtmlPoint(uint64_t key, uint32_t kinds);

}  // namespace thresh::html
