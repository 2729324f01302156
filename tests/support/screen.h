// What a terminal shows after what was written to it: enough of one for programs of this tree.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

// One cell: a character in UTF-8, one column wide, and how it looks.
struct ScreenCell {
  std::string text = " ";
  int color = 0;  // 31 to 37; 0: the terminal's own
  bool bold = false;
  bool dim = false;
};

// Understands printable UTF-8 of one column, CR, LF, and the sequences CSI A J K m, ?25 and ?7 (h,
// l); throws std::runtime_error on any other, which nothing of ours shall send.
class Screen {
 public:
  Screen(size_t columns, size_t rows) : columns_(columns), cells_(rows, Row(columns)) {}

  void Write(std::string_view bytes) {
    for (const char c : bytes) Take(c);
  }
  // As a terminal without reflow does it: cut or filled up at the right and at the bottom; rows
  // above the cursor scroll away where it would fall off.
  void Resize(size_t columns, size_t rows) {
    for (; row_ >= rows; --row_) Scroll();
    cells_.resize(rows, Row(columns));
    for (Row& row : cells_) row.resize(columns);
    columns_ = columns;
    column_ = std::min(column_, columns - 1);
  }

  // The rows without what is blank at their ends, and without blank rows at the bottom.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const Row& row : cells_) {
      std::string line;
      for (const ScreenCell& cell : row) line += cell.text;
      line.resize(line.find_last_not_of(' ') + 1);
      lines.push_back(line);
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }
  std::string Text() const {
    std::string text;
    for (const std::string& line : Lines()) text += line + "\n";
    return text;
  }
  const std::vector<std::vector<ScreenCell>>& cells() const { return cells_; }
  bool wraps() const { return wraps_; }  // what is too long goes on below
  bool cursor_is_visible() const { return cursor_is_visible_; }
  size_t cursor_row() const { return row_; }
  size_t cursor_column() const { return column_; }
  size_t scrolled() const { return scrolled_; }    // lines that are gone at the top
  bool has_colors() const { return has_colors_; }  // any SGR sequence ever came
  size_t wrapped() const { return wrapped_; }      // lines that went on below by themselves

 private:
  using Row = std::vector<ScreenCell>;

  void Take(char c) {
    if (!sequence_.empty()) return TakeOfSequence(c);
    if (c == '\x1b') {
      sequence_ = c;
    } else if (c == '\r') {
      column_ = 0;
      wraps_next_ = false;
    } else if (c == '\n') {
      NextRow();
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      throw std::runtime_error("a control character: " + std::to_string(c));
    } else {
      TakeText(c);
    }
  }

  void TakeText(char c) {
    character_ += c;
    const auto lead = static_cast<unsigned char>(character_[0]);
    const size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (character_.size() < size) return;
    if (wraps_next_) {
      ++wrapped_;
      column_ = 0;
      NextRow();
    }
    ScreenCell& cell = cells_[row_][column_];
    cell = look_;
    cell.text = character_;
    character_.clear();
    wraps_next_ = wraps_ && column_ + 1 == columns_;
    if (column_ + 1 < columns_) ++column_;
  }

  void TakeOfSequence(char c) {
    sequence_ += c;
    if (sequence_.size() == 2 && c == '[') return;
    if (sequence_.size() == 2) throw std::runtime_error("an escape sequence that is no CSI");
    if (c >= 0x20 && c < 0x40) return;
    const std::string parameters = sequence_.substr(2, sequence_.size() - 3);
    sequence_.clear();
    Obey(c, parameters);
  }

  void Obey(char command, const std::string& parameters) {
    const int number = parameters.empty() || parameters[0] == '?' ? 0 : std::stoi(parameters);
    if (command == 'A') {
      row_ -= std::min<size_t>(row_, static_cast<size_t>(std::max(number, 1)));
    } else if (command == 'K' && number == 0) {
      EraseRow(row_, column_);
    } else if (command == 'J' && number == 0) {
      EraseRow(row_, column_);
      for (size_t row = row_ + 1; row < cells_.size(); ++row) EraseRow(row, 0);
    } else if ((command == 'h' || command == 'l') && parameters == "?25") {
      cursor_is_visible_ = command == 'h';
    } else if ((command == 'h' || command == 'l') && parameters == "?7") {
      wraps_ = command == 'h';
    } else if (command == 'm') {
      SetLook(number);
    } else {
      throw std::runtime_error("a sequence that nobody should send: CSI " + parameters + command);
    }
    if (command != 'm' && command != 'h' && command != 'l') wraps_next_ = false;
  }

  void SetLook(int code) {
    has_colors_ = true;
    if (code == 0) look_ = {};
    if (code == 1) look_.bold = true;
    if (code == 2) look_.dim = true;
    if (code >= 31 && code <= 37) look_.color = code;
  }

  void EraseRow(size_t row, size_t from) {
    for (size_t column = from; column < columns_; ++column) cells_[row][column] = {};
  }
  void NextRow() {
    wraps_next_ = false;
    if (row_ + 1 < cells_.size()) {
      ++row_;
    } else {
      Scroll();
    }
  }
  // The cursor stays where it is.
  void Scroll() {
    ++scrolled_;
    cells_.erase(cells_.begin());
    cells_.emplace_back(columns_);
  }

  size_t columns_;
  std::vector<Row> cells_;
  size_t row_ = 0;
  size_t column_ = 0;
  bool wraps_ = true;
  bool wraps_next_ = false;
  bool cursor_is_visible_ = true;
  bool has_colors_ = false;
  size_t scrolled_ = 0;
  size_t wrapped_ = 0;
  ScreenCell look_;
  std::string sequence_;
  std::string character_;
};

}  // namespace thresh
