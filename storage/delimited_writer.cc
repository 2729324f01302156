#include "storage/delimited_writer.h"

#include <algorithm>

#include "storage/cell_text.h"

namespace thresh {
namespace {

struct Csv {
  static constexpr char kDelimiter = ',';
  static constexpr std::string_view kLineEnd = "\r\n";
  static constexpr std::string_view kNull = "";

  static void AppendText(std::string_view text, std::string* line) {
    const bool quoted = text.empty() || std::any_of(text.begin(), text.end(), [](char c) {
                          return c == ',' || c == '"' || c == '\n' || c == '\r';
                        });
    if (!quoted) {
      line->append(text);
      return;
    }
    *line += '"';
    for (const char c : text) {
      if (c == '"') *line += '"';
      *line += c;
    }
    *line += '"';
  }
};

struct Tsv {
  static constexpr char kDelimiter = '\t';
  static constexpr std::string_view kLineEnd = "\n";
  static constexpr std::string_view kNull = "\\N";

  static void AppendText(std::string_view text, std::string* line) {
    for (const char c : text) {
      switch (c) {
        case '\\':
          *line += "\\\\";
          break;
        case '\t':
          *line += "\\t";
          break;
        case '\n':
          *line += "\\n";
          break;
        case '\r':
          *line += "\\r";
          break;
        default:
          *line += c;
      }
    }
  }
};

template <typename Dialect>
class DelimitedWriter : public RowWriter {
 public:
  explicit DelimitedWriter(Output& output) : output_(output) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    for (const OutputColumn& column : columns) {
      Dialect::AppendText(column.name, &line_);
      line_ += Dialect::kDelimiter;
    }
    EndLine();
  }

  void Row(std::span<const Cell> cells) override {
    for (const Cell& cell : cells) {
      Append(cell);
      line_ += Dialect::kDelimiter;
    }
    EndLine();
  }

  void End() override {}

 private:
  void Append(const Cell& cell) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      Dialect::AppendText(*text, &line_);
    } else if (const auto* integer = std::get_if<int64_t>(&cell)) {
      AppendInteger(*integer, &line_);
    } else if (const auto* real = std::get_if<double>(&cell)) {
      AppendReal(*real, &line_);
    } else if (const auto* blob = std::get_if<Blob>(&cell)) {
      AppendBlobLiteral(blob->bytes, &line_);
    } else {
      line_ += Dialect::kNull;
    }
  }

  // The line's last delimiter gives way to its end.
  void EndLine() {
    if (!line_.empty()) line_.pop_back();
    line_ += Dialect::kLineEnd;
    output_.Write(line_);
    line_.clear();
  }

  Output& output_;
  std::string line_;
};

}  // namespace

std::unique_ptr<RowWriter> MakeCsvWriter(Output& output) {
  return std::make_unique<DelimitedWriter<Csv>>(output);
}

std::unique_ptr<RowWriter> MakeTsvWriter(Output& output) {
  return std::make_unique<DelimitedWriter<Tsv>>(output);
}

}  // namespace thresh
