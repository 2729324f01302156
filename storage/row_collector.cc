#include "storage/row_collector.h"

#include <utility>

#include "parser/utf8.h"
#include "storage/cell_text.h"

namespace thresh {
namespace {

// Ends a query that has given enough.
struct EnoughRows {};

class Collector : public RowWriter {
 public:
  explicit Collector(const ShownLimits& limits) : limits_(limits) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    shown_ = {};
    bytes_ = 0;
    for (const OutputColumn& column : columns) shown_.columns.push_back(column.name);
  }
  void Row(std::span<const Cell> cells) override {
    if (shown_.rows.size() >= limits_.rows || bytes_ >= limits_.bytes) {
      shown_.has_more = true;
      throw EnoughRows();
    }
    std::vector<ShownCell>& row = shown_.rows.emplace_back();
    for (const Cell& cell : cells) {
      row.push_back(std::visit([&](const auto& value) { return Show(value); }, cell));
      bytes_ += row.back().text.size() + sizeof(ShownCell);
    }
  }
  void End() override {}

  ShownRows Take() { return std::move(shown_); }

 private:
  ShownCell Show(std::monostate) const { return {}; }
  ShownCell Show(int64_t value) const {
    return {ShownCell::Kind::kNumber, std::to_string(value), false};
  }
  ShownCell Show(double value) const {
    ShownCell cell{ShownCell::Kind::kNumber, {}, false};
    AppendReal(value, &cell.text);
    return cell;
  }
  ShownCell Show(std::string_view text) const {
    const std::string_view shown = Utf8Prefix(text, limits_.cell_bytes);
    return {ShownCell::Kind::kText, std::string(shown), shown.size() < text.size()};
  }
  ShownCell Show(Blob blob) const {
    const size_t most = limits_.cell_bytes / 2;
    ShownCell cell{ShownCell::Kind::kBytes, {}, blob.bytes.size() > most};
    AppendBlobLiteral(blob.bytes.substr(0, most), &cell.text);
    return cell;
  }

  const ShownLimits limits_;
  ShownRows shown_;
  size_t bytes_ = 0;
};

}  // namespace

ShownRows CollectRows(Reader& reader, std::string_view sql, const ShownLimits& limits) {
  Collector collector(limits);
  try {
    reader.Query(sql, collector);
  } catch (const EnoughRows&) {
  }
  return collector.Take();
}

}  // namespace thresh
