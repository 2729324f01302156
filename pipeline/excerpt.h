// Parts of a page shown in their surroundings, on a terminal or off it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extraction_trace.h"

namespace thresh {

// A part of the page and what it is: an index into the labels.
struct Highlight {
  Span place;
  size_t label = 0;
};

// How parts are marked: with colours, one a label, or as [[label: …]].
class Highlighter {
 public:
  Highlighter(std::vector<std::string> labels, bool colour)
      : labels_(std::move(labels)), colour_(colour) {}

  // `highlights` and about `context` characters around each, as one line: line ends show as "↵",
  // tabs as "⇥", what is left out as "…". Nothing of the page reaches a terminal as a command, see
  // Visible. Where highlights overlap, the one that begins first is whole.
  std::string Excerpt(std::string_view page, std::vector<Highlight> highlights,
                      size_t context = 60) const;
  // The label in its colour.
  std::string Label(size_t label) const;

 private:
  std::string Marked(std::string_view text, size_t label) const;

  std::vector<std::string> labels_;
  bool colour_;
};

// `text` as one visible line.
std::string OneLine(std::string_view text);

}  // namespace thresh
