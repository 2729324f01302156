#include "parser/outline_headings.h"

#include <algorithm>
#include <charconv>

#include "parser/html.h"

namespace thresh {
namespace {

constexpr size_t kMaxColumns = 100;
constexpr size_t kMaxRows = 8;

int Ancestor(const std::vector<OutlineNode>& nodes, size_t node, std::string_view lower) {
  int at = nodes[node].parent;
  while (at >= 0 && !nodes[at].tag.NameIs(lower)) at = nodes[at].parent;
  return at;
}

// Directly, or in a part of it such as <tbody>.
bool IsRowOf(const std::vector<OutlineNode>& nodes, size_t node, int table) {
  if (!nodes[node].tag.NameIs("tr")) return false;
  const int around = nodes[node].parent;
  return around == table || (around >= 0 && nodes[around].parent == table);
}

size_t CellSpan(const HtmlTag& cell, const char* attribute) {
  size_t span = 1;
  if (const auto value = cell.Attribute(attribute)) {
    std::from_chars(value->data(), value->data() + value->size(), span);
  }
  return std::clamp<size_t>(span, 1, kMaxColumns);
}

// Rows of cells put into columns, as HTML's table model does it.
class HeadingRows {
 public:
  HeadingRows(std::string_view html, const std::vector<OutlineNode>& nodes)
      : html_(html), nodes_(nodes) {}

  // False when the row is one of data; it is not added then.
  bool Add(size_t row) {
    const std::vector<size_t> cells = CellsOf(row);
    if (!IsOfHeadings(row, cells)) return false;
    size_t at = 0;
    for (const size_t cell : cells) {
      at = FreeColumn(at);
      Put(cell, at, cells.size() == 1);
      at += CellSpan(nodes_[cell].tag, "colspan");
    }
    for (Column& column : columns_) column.rows_below -= column.rows_below > 0 ? 1 : 0;
    return true;
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(column.name);
    return names;
  }

 private:
  struct Column {
    std::string name;
    size_t rows_below = 0;  // that a cell above takes, the one that is read among them
  };

  std::vector<size_t> CellsOf(size_t row) const {
    std::vector<size_t> cells;
    for (size_t i = row + 1; i < nodes_.size() && nodes_[i].tag.begin < nodes_[row].end; ++i) {
      const bool is_cell = nodes_[i].tag.NameIsOneOf({"th", "td"});
      if (is_cell && nodes_[i].parent == static_cast<int>(row)) cells.push_back(i);
    }
    return cells;
  }

  bool IsOfHeadings(size_t row, const std::vector<size_t>& cells) const {
    const int around = nodes_[row].parent;
    if (around >= 0 && nodes_[around].tag.NameIs("thead")) return true;
    return std::all_of(cells.begin(), cells.end(), [&](size_t cell) {
      return nodes_[cell].tag.NameIs("th") || nodes_[cell].text == 0;
    });
  }

  size_t FreeColumn(size_t at) const {
    while (at < columns_.size() && columns_[at].rows_below > 0) ++at;
    return at;
  }

  void Put(size_t cell, size_t at, bool is_alone) {
    const size_t columns = CellSpan(nodes_[cell].tag, "colspan");
    const size_t end = std::min(at + columns, kMaxColumns);
    if (columns_.size() < end) columns_.resize(end);
    const std::string text =
        is_alone && columns > 1 ? "" : VisibleText(InnerHtml(html_, nodes_[cell]));
    for (; at < end; ++at) {
      if (!text.empty()) columns_[at].name += (columns_[at].name.empty() ? "" : " ") + text;
      columns_[at].rows_below = CellSpan(nodes_[cell].tag, "rowspan");
    }
  }

  const std::string_view html_;
  const std::vector<OutlineNode>& nodes_;
  std::vector<Column> columns_;
};

}  // namespace

std::vector<std::string> TableHeadings(std::string_view html, const std::vector<OutlineNode>& nodes,
                                       size_t row) {
  const int table = Ancestor(nodes, row, "table");
  if (table < 0) return {};
  HeadingRows rows(html, nodes);
  size_t count = 0;
  for (auto i = static_cast<size_t>(table); i < nodes.size() && count < kMaxRows; ++i) {
    if (nodes[i].tag.begin >= nodes[table].end) break;
    if (!IsRowOf(nodes, i, table)) continue;
    if (!rows.Add(i)) break;
    ++count;
  }
  return rows.Names();
}

}  // namespace thresh
