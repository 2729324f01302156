#include "pipeline/source_marks.h"

#include <algorithm>
#include <set>

namespace thresh {
namespace {

constexpr size_t kNamedAtOnce = 5;

class MarkedSource {
 public:
  MarkedSource(std::string_view text, const std::vector<SourceMark>& marks,
               const std::vector<std::vector<std::string>>& labels, HtmlWriter& html)
      : text_(text), marks_(marks), labels_(labels), html_(html), is_placed_(marks.size()) {}

  // From one place where a mark begins or ends to the next, the same marks hold.
  void Write() {
    std::vector<size_t> order;
    std::set<size_t> bounds = {0, text_.size()};
    for (size_t i = 0; i < marks_.size(); ++i) {
      const Span& place = marks_[i].place;
      if (place.begin >= place.end || place.end > text_.size()) continue;
      order.push_back(i);
      bounds.insert({place.begin, place.end});
    }
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return marks_[a].place.begin < marks_[b].place.begin;
    });
    size_t next = 0;
    for (auto at = bounds.begin(); std::next(at) != bounds.end(); ++at) {
      std::erase_if(held_, [&](size_t i) { return marks_[i].place.end <= *at; });
      for (; next < order.size() && marks_[order[next]].place.begin <= *at; ++next) {
        held_.push_back(order[next]);
      }
      WritePart(text_.substr(*at, *std::next(at) - *at));
    }
  }

 private:
  const std::string& LabelOf(size_t mark) const {
    return labels_[marks_[mark].record][marks_[mark].column];
  }

  // Colours go on from record to record.
  size_t ColourOf(size_t mark) const {
    size_t colour = marks_[mark].column;
    for (size_t record = 0; record < marks_[mark].record; ++record)
      colour += labels_[record].size();
    return colour % 8;
  }

  void WritePart(std::string_view part) {
    if (held_.empty()) return html_.Text(part);
    std::string title;
    for (size_t i = 0; i < std::min(held_.size(), kNamedAtOnce); ++i) {
      title += (i == 0 ? "" : "; ") + LabelOf(held_[i]) + ", row " +
               std::to_string(marks_[held_[i]].row + 1);
    }
    if (held_.size() > kNamedAtOnce) title += "; …";
    // Each mark's place is named once, where it begins.
    size_t places = 0;
    for (const size_t mark : held_) {
      if (is_placed_[mark]) continue;
      is_placed_[mark] = true;
      if (++places > 1) {
        html_.Leaf("a", {{"id", kMarkPlace + std::to_string(mark)}}, "");
        continue;
      }
      first_ = mark;
    }
    const std::string colour = "c" + std::to_string(ColourOf(held_.back()));
    if (places == 0) return html_.Leaf("mark", {{"class", colour}, {"title", title}}, part);
    html_.Leaf("mark",
               {{"class", colour}, {"title", title}, {"id", kMarkPlace + std::to_string(first_)}},
               part);
  }

  const std::string_view text_;
  const std::vector<SourceMark>& marks_;
  const std::vector<std::vector<std::string>>& labels_;
  HtmlWriter& html_;
  std::vector<bool> is_placed_;
  std::vector<size_t> held_;  // marks, by where they begin
  size_t first_ = 0;
};

}  // namespace

void SourceMarks::OnRow(const RowTrace& row) {
  if (row.fate != RowTrace::Fate::kKept) return;
  for (size_t column = 0; column < row.fields.size(); ++column) {
    for (const Span& place : row.fields[column].places) {
      if (marks_.size() == kMostMarks) return;
      if (place.begin < place.end) marks_.push_back({place, record_, row_, column});
    }
  }
  ++row_;
}

void WriteMarkedSource(std::string_view text, const std::vector<SourceMark>& marks,
                       const std::vector<std::vector<std::string>>& labels, HtmlWriter& html) {
  MarkedSource(text, marks, labels, html).Write();
}

}  // namespace thresh
