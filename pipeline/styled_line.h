// A line for a terminal that never grows wider than it may.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace thresh {

enum class Ink : uint8_t { kPlain, kBold, kDim, kGreen, kYellow, kRed, kCyan };

// How lines may look.
struct LineStyle {
  size_t width = 80;    // columns a line may take
  bool color = true;    // not with NO_COLOR
  bool unicode = true;  // the terminal shows UTF-8
};

// Text in inks, cut where its room ends. What it is given comes out visible (see Visible).
class StyledLine {
 public:
  explicit StyledLine(const LineStyle& style) : style_(style) {}

  // Adds `text`, or as much of it as there is room for.
  StyledLine& Add(std::string_view text, Ink ink = Ink::kPlain);
  // The same in `columns` columns: filled up with spaces, on the left when `right`.
  StyledLine& AddCell(std::string_view text, size_t columns, Ink ink = Ink::kPlain,
                      bool right = false);
  // Spaces, up to that column.
  StyledLine& PadTo(size_t column);

  size_t used() const { return used_; }
  size_t room() const { return style_.width - used_; }
  const std::string& text() const { return text_; }

 private:
  LineStyle style_;
  std::string text_;
  size_t used_ = 0;
};

// `text` in at most `columns` columns, its middle left out: the end of a URL tells most.
std::string WithoutMiddle(std::string_view text, size_t columns, bool unicode);

}  // namespace thresh
