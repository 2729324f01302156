#include "pipeline/styled_line.h"

#include <algorithm>

#include "parser/utf8.h"
#include "pipeline/diagnostic.h"
#include "storage/display_width.h"

namespace thresh {
namespace {

std::string_view Code(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kBold:
      return "\x1b[1m";
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kGreen:
      return "\x1b[32m";
    case Ink::kYellow:
      return "\x1b[33m";
    case Ink::kRed:
      return "\x1b[31m";
    case Ink::kCyan:
      return "\x1b[36m";
  }
  return "";
}

// `text` with a question mark for each character that is not ASCII.
std::string Asciified(std::string_view text) {
  std::string ascii;
  for (const char c : text) {
    if ((c & 0x80) == 0) ascii += c;
    if ((c & 0xC0) == 0xC0) ascii += '?';
  }
  return ascii;
}

}  // namespace

StyledLine& StyledLine::Add(std::string_view text, Ink ink) {
  if (room() == 0 || text.empty()) return *this;
  std::string visible = Visible(text);
  if (!style_.unicode) visible = Asciified(visible).substr(0, room());
  visible = CutToWidth(visible, room());
  const bool styled = style_.color && ink != Ink::kPlain;
  if (styled) text_ += Code(ink);
  text_ += visible;
  if (styled) text_ += "\x1b[0m";
  used_ = std::min(used_ + DisplayWidth(visible), style_.width);
  return *this;
}

StyledLine& StyledLine::AddCell(std::string_view text, size_t columns, Ink ink, bool right) {
  const size_t end = used_ + std::min(columns, room());
  const std::string cut = columns == 0 ? "" : WithoutMiddle(Visible(text), columns, style_.unicode);
  if (right) PadTo(end - std::min(end, DisplayWidth(cut)));
  Add(cut, ink);
  return PadTo(end);
}

StyledLine& StyledLine::PadTo(size_t column) {
  const size_t end = std::min(column, style_.width);
  if (end > used_) text_.append(end - used_, ' ');
  used_ = std::max(used_, end);
  return *this;
}

std::string WithoutMiddle(std::string_view text, size_t columns, bool unicode) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  if (!IsAscii(text) || columns < 8) {
    return unicode ? CutToWidth(text, columns) : Asciified(text).substr(0, columns);
  }
  const std::string_view gap = unicode ? "…" : "..";
  const size_t kept = columns - DisplayWidth(gap);
  const size_t tail = kept / 2;
  return std::string(text.substr(0, kept - tail)) + std::string(gap) +
         std::string(text.substr(text.size() - tail));
}

}  // namespace thresh
