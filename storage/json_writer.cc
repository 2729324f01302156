#include "storage/json_writer.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "parser/utf8.h"
#include "storage/cell_text.h"

namespace thresh {
namespace {

bool IsPlain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

void AppendEscape(unsigned char c, std::string* out) {
  switch (c) {
    case '\n':
      *out += "\\n";
      break;
    case '\r':
      *out += "\\r";
      break;
    case '\t':
      *out += "\\t";
      break;
    case '"':
    case '\\':
      *out += '\\';
      *out += static_cast<char>(c);
      break;
    default:
      *out += "\\u00";
      *out += "0123456789abcdef"[c >> 4];
      *out += "0123456789abcdef"[c & 15];
  }
}

// The parser would pass over a BOM, and take NUL for the end.
bool IsJsonText(std::string_view text) {
  return !text.starts_with(kUtf8ByteOrderMark) && text.find('\0') == std::string_view::npos &&
         nlohmann::json::accept(text);
}

// Between JSON's tokens a newline is white space; inside its strings there is none.
void AppendOnOneLine(std::string_view json, std::string* out) {
  const size_t start = out->size();
  *out += json;
  std::replace(out->begin() + static_cast<std::ptrdiff_t>(start), out->end(), '\n', ' ');
  std::replace(out->begin() + static_cast<std::ptrdiff_t>(start), out->end(), '\r', ' ');
}

class JsonWriter : public RowWriter {
 public:
  JsonWriter(Output& output, bool lines) : output_(output), lines_(lines) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    names_.clear();
    is_json_.clear();
    std::set<std::string> taken;
    for (const OutputColumn& column : columns) {
      std::string name = column.name;
      for (int i = 1; !taken.insert(name).second; ++i) name = column.name + ':' + std::to_string(i);
      names_.emplace_back();
      AppendJsonString(name, &names_.back());
      names_.back() += ':';
      is_json_.push_back(column.is_json);
    }
    first_ = true;
    if (!lines_) output_.Write("[");
  }

  void Row(std::span<const Cell> cells) override {
    line_.clear();
    if (!lines_) line_ += first_ ? "\n" : ",\n";
    first_ = false;
    line_ += '{';
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line_ += ',';
      line_ += names_[i];
      Append(cells[i], is_json_[i]);
    }
    line_ += '}';
    if (lines_) line_ += '\n';
    output_.WriteJson(line_);
  }

  void End() override {
    if (!lines_) output_.Write(first_ ? "]\n" : "\n]\n");
  }

 private:
  void Append(const Cell& cell, bool is_json) {
    if (const auto* text = std::get_if<std::string_view>(&cell)) {
      if (is_json && IsJsonText(*text)) return AppendOnOneLine(*text, &line_);
      AppendJsonString(*text, &line_);
    } else if (const auto* integer = std::get_if<int64_t>(&cell)) {
      AppendInteger(*integer, &line_);
    } else if (const auto* real = std::get_if<double>(&cell); real && std::isfinite(*real)) {
      AppendReal(*real, &line_);
    } else if (const auto* blob = std::get_if<Blob>(&cell)) {
      line_ += '"';
      AppendBase64(blob->bytes, &line_);
      line_ += '"';
    } else {
      line_ += "null";
    }
  }

  Output& output_;
  const bool lines_;
  std::vector<std::string> names_;  // quoted, with the colon
  std::vector<bool> is_json_;
  std::string line_;
  bool first_ = true;
};

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  *out += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    while (at < text.size() && IsPlain(bytes[at])) ++at;
    out->append(text, start, at - start);
    if (at == text.size()) break;
    if (bytes[at] < 0x80) {
      AppendEscape(bytes[at++], out);
      continue;
    }
    const size_t sequence = at;
    UChar32 c;
    U8_NEXT(bytes, at, text.size(), c);
    if (c < 0) {
      *out += "\xef\xbf\xbd";
    } else {
      out->append(text, sequence, at - sequence);
    }
  }
  *out += '"';
}

std::unique_ptr<RowWriter> MakeJsonWriter(Output& output, bool lines) {
  return std::make_unique<JsonWriter>(output, lines);
}

std::string JsonArray(std::span<const std::string> texts) {
  std::string json = "[";
  for (const std::string& text : texts) {
    if (json.size() > 1) json += ',';
    AppendJsonString(text, &json);
  }
  return json + ']';
}

}  // namespace thresh
