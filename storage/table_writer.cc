#include "storage/table_writer.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "parser/ascii.h"
#include "storage/cell_text.h"
#include "storage/display_width.h"
#include "storage/terminal_text.h"

namespace thresh {
namespace {

constexpr size_t kLookAheadRows = 1000;
constexpr size_t kLookAheadBytes = 8u << 20;
constexpr size_t kReadableWidth = 8;  // of a column of which more is cut
constexpr std::string_view kNull = "∅";

bool IsNumber(const Cell& cell) {
  return std::holds_alternative<int64_t>(cell) || std::holds_alternative<double>(cell);
}

bool IsNull(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

// `max_bytes` bounds what is read of a long text.
std::string TextOf(const Cell& cell, size_t max_bytes) {
  std::string text;
  if (const auto* view = std::get_if<std::string_view>(&cell)) {
    AppendTerminalText(*view, &text, max_bytes);
  } else if (const auto* integer = std::get_if<int64_t>(&cell)) {
    AppendInteger(*integer, &text);
  } else if (const auto* real = std::get_if<double>(&cell)) {
    AppendReal(*real, &text);
  } else if (const auto* blob = std::get_if<Blob>(&cell)) {
    AppendBlobLiteral(blob->bytes.substr(0, max_bytes), &text);
    if (blob->bytes.size() > max_bytes) text += "…";
  } else {
    text = kNull;
  }
  return text;
}

class TableWriter : public RowWriter {
 public:
  // A column of the terminal is at most a few bytes; combining marks are what there may be more of.
  TableWriter(Output& output, size_t terminal_width)
      : output_(output),
        terminal_width_(terminal_width),
        max_cell_bytes_(terminal_width == 0 ? std::string_view::npos : 16 * terminal_width) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    columns_.clear();
    for (const OutputColumn& column : columns) columns_.push_back({TerminalText(column.name)});
    ahead_.clear();
    ahead_bytes_ = 0;
    laid_out_ = false;
    listed_ = 0;
  }

  void Row(std::span<const Cell> cells) override {
    std::vector<std::string> texts;
    for (size_t i = 0; i < cells.size(); ++i) {
      texts.push_back(TextOf(cells[i], max_cell_bytes_));
      if (!laid_out_ && !IsNull(cells[i])) Note(cells[i], &columns_[i]);
    }
    if (laid_out_) return WriteRow(texts);
    for (const std::string& text : texts) ahead_bytes_ += text.size();
    ahead_.push_back(std::move(texts));
    if (ahead_.size() == kLookAheadRows || ahead_bytes_ > kLookAheadBytes) LayOut();
  }

  void End() override {
    if (!laid_out_) LayOut();
    if (!is_list_) WriteRule("└", "┴", "┘");
  }

 private:
  struct Column {
    std::string name;
    size_t width = 0;
    bool has_numbers = false;
    bool has_others = false;
    bool to_the_right() const { return has_numbers && !has_others; }
  };

  static void Note(const Cell& cell, Column* column) {
    (IsNumber(cell) ? column->has_numbers : column->has_others) = true;
  }

  void LayOut() {
    for (size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].width = DisplayWidth(columns_[i].name);
      for (const auto& texts : ahead_) {
        columns_[i].width = std::max(columns_[i].width, DisplayWidth(texts[i]));
      }
      columns_[i].width = std::max<size_t>(columns_[i].width, 1);
    }
    is_list_ = !ahead_.empty() && terminal_width_ > 0 && TotalWidth(kReadableWidth) > Room();
    if (terminal_width_ > 0 && !is_list_) FitTerminal();
    laid_out_ = true;
    if (!is_list_) WriteHeader();
    for (const auto& texts : ahead_) WriteRow(texts);
    ahead_.clear();
  }

  // What a line of the terminal has for cells, without the borders.
  size_t Room() const {
    const size_t borders = 3 * columns_.size() + 1;
    return terminal_width_ > borders ? terminal_width_ - borders : 0;
  }

  // Cuts the widest columns down to the width at which the line fits. A line without rows may be
  // longer.
  void FitTerminal() {
    const size_t room = Room();
    size_t limit = 0;
    for (const Column& column : columns_) limit = std::max(limit, column.width);
    while (limit > kReadableWidth && TotalWidth(limit) > room) --limit;
    // What is left over goes to the first columns that want it.
    size_t spare = room > TotalWidth(limit) ? room - TotalWidth(limit) : 0;
    for (Column& column : columns_) {
      if (column.width <= limit) continue;
      const size_t extra = std::min(spare, column.width - limit);
      column.width = limit + extra;
      spare -= extra;
    }
  }

  size_t TotalWidth(size_t limit) const {
    size_t total = 0;
    for (const Column& column : columns_) total += std::min(column.width, limit);
    return total;
  }

  void WriteHeader() {
    WriteRule("┌", "┬", "┐");
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(column.name);
    WriteLine(names);
    WriteRule("├", "┼", "┤");
  }

  void WriteRow(const std::vector<std::string>& texts) {
    is_list_ ? WriteListed(texts) : WriteLine(texts);
  }

  // Where there are too many columns for the terminal: a line for each cell of the row.
  void WriteListed(const std::vector<std::string>& texts) {
    size_t name_width = 1;
    for (const Column& column : columns_) {
      name_width = std::max(name_width, DisplayWidth(column.name));
    }
    name_width = std::clamp<size_t>(terminal_width_ / 2, 1, name_width);
    const std::string rule = "─ " + std::to_string(++listed_) + ' ';
    line_ = rule;
    for (size_t i = DisplayWidth(rule); i < terminal_width_; ++i) line_ += "─";
    line_ += '\n';
    for (size_t i = 0; i < texts.size(); ++i) {
      AppendPadded(columns_[i].name, name_width, false);
      line_ += "  ";
      line_ += CutToWidth(texts[i], terminal_width_ - std::min(terminal_width_, name_width + 2));
      line_ += '\n';
    }
    output_.Write(line_);
  }

  void WriteLine(const std::vector<std::string>& texts) {
    line_ = "│";
    for (size_t i = 0; i < texts.size(); ++i) {
      line_ += ' ';
      AppendPadded(texts[i], columns_[i].width, columns_[i].to_the_right());
      line_ += " │";
    }
    line_ += '\n';
    output_.Write(line_);
  }

  void AppendPadded(const std::string& text, size_t width, bool to_the_right) {
    const std::string cut = CutToWidth(text, width);
    const std::string padding(width - DisplayWidth(cut), ' ');
    line_ += to_the_right ? padding + cut : cut + padding;
  }

  void WriteRule(std::string_view left, std::string_view middle, std::string_view right) {
    line_ = left;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line_ += middle;
      for (size_t dash = 0; dash < columns_[i].width + 2; ++dash) line_ += "─";
    }
    line_ += right;
    line_ += '\n';
    output_.Write(line_);
  }

  Output& output_;
  const size_t terminal_width_;
  const size_t max_cell_bytes_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> ahead_;  // the rows that decide the widths
  size_t ahead_bytes_ = 0;
  bool laid_out_ = false;
  bool is_list_ = false;
  size_t listed_ = 0;  // rows
  std::string line_;
};

// Whether Markdown would show a character for what `text` begins with, such as "&copy;".
bool BeginsReference(std::string_view text) {
  if (!text.starts_with('&')) return false;
  const auto end = std::find_if_not(text.begin() + 1, text.end(),
                                    [](char c) { return c == '#' || ascii::IsAlphanumeric(c); });
  return end != text.end() && *end == ';';
}

class MarkdownWriter : public RowWriter {
 public:
  explicit MarkdownWriter(Output& output) : output_(output) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    std::string rule = "|";
    line_ = "|";
    for (const OutputColumn& column : columns) {
      AppendCell(std::string_view(column.name));
      rule += " --- |";
    }
    output_.WriteLines(line_ + '\n' + rule + '\n');
  }

  void Row(std::span<const Cell> cells) override {
    line_ = "|";
    for (const Cell& cell : cells) AppendCell(cell);
    line_ += '\n';
    output_.WriteLines(line_);
  }

  void End() override {}

 private:
  void AppendCell(const Cell& cell) {
    line_ += ' ';
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      AppendText(*text);
    } else if (!IsNull(cell)) {
      line_ += TextOf(cell, std::string_view::npos);
    }
    line_ += " |";
  }

  void AppendText(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
      if (c == '\n' || c == '\r') {
        line_ += "<br>";
      } else if (c == '<') {
        line_ += "&lt;";
      } else if (BeginsReference(text.substr(i))) {
        line_ += "&amp;";
      } else {
        if (c == '|' || c == '\\') line_ += '\\';
        line_ += c;
      }
    }
  }

  Output& output_;
  std::string line_;
};

}  // namespace

std::unique_ptr<RowWriter> MakeTableWriter(Output& output, size_t terminal_width) {
  return std::make_unique<TableWriter>(output, terminal_width);
}

std::unique_ptr<RowWriter> MakeMarkdownWriter(Output& output) {
  return std::make_unique<MarkdownWriter>(output);
}

}  // namespace thresh
