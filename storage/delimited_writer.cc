#include "storage/delimited_writer.h"

#include <algorithm>

#include "storage/cell_text.h"

namespace thresh {
namespace {

// What spreadsheets begin a formula with; the wide forms are taken for the others in East Asia.
bool LooksLikeFormula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view wide : {"\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
    if (text.starts_with(wide)) return true;
  }
  return false;
}

struct Csv {
  char delimiter = ',';
  static constexpr std::string_view kLineEnd = "\r\n";
  static constexpr std::string_view kNull = "";
  static constexpr std::string_view kEmptyRow = "\"\"";  // readers skip empty lines

  void AppendText(std::string_view text, std::string* line) const {
    const bool quoted = text.empty() || std::any_of(text.begin(), text.end(), [&](char c) {
                          return c == delimiter || c == '"' || c == '\n' || c == '\r';
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
  char delimiter = '\t';
  static constexpr std::string_view kLineEnd = "\n";
  static constexpr std::string_view kNull = "\\N";
  static constexpr std::string_view kEmptyRow = "";

  void AppendText(std::string_view text, std::string* line) const {
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
  DelimitedWriter(Output& output, const Dialect& dialect, bool safe)
      : output_(output), dialect_(dialect), safe_(safe) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    for (const OutputColumn& column : columns) {
      AppendText(column.name);
      line_ += dialect_.delimiter;
    }
    EndLine();
  }

  void Row(std::span<const Cell> cells) override {
    for (const Cell& cell : cells) {
      Append(cell);
      line_ += dialect_.delimiter;
    }
    EndLine();
  }

  void End() override {}

 private:
  void AppendText(std::string_view text) {
    if (safe_ && LooksLikeFormula(text))
      return dialect_.AppendText("'" + std::string(text), &line_);
    dialect_.AppendText(text, &line_);
  }

  void Append(const Cell& cell) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      AppendText(*text);
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
    if (line_.empty()) line_ = Dialect::kEmptyRow;
    line_ += Dialect::kLineEnd;
    output_.WriteLines(line_);
    line_.clear();
  }

  Output& output_;
  const Dialect dialect_;
  const bool safe_;
  std::string line_;
};

}  // namespace

std::unique_ptr<RowWriter> MakeCsvWriter(Output& output, const CsvOptions& options) {
  return std::make_unique<DelimitedWriter<Csv>>(output, Csv{options.delimiter}, options.safe);
}

std::unique_ptr<RowWriter> MakeTsvWriter(Output& output, bool safe) {
  return std::make_unique<DelimitedWriter<Tsv>>(output, Tsv(), safe);
}

}  // namespace thresh
