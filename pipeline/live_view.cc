#include "pipeline/live_view.h"

#include "pipeline/diagnostic.h"
#include "pipeline/live_frame.h"
#include "pipeline/message.h"

namespace thresh {
namespace {

constexpr Milliseconds kRedrawEvery{250};
constexpr Milliseconds kRedrawManyHostsEvery{1000};
constexpr size_t kManyHosts = 2000;
constexpr Milliseconds kLineEvery{5000};

}  // namespace

LiveView::LiveView(Terminal& terminal, const Clock& clock, bool color, bool unicode)
    : terminal_(terminal), color_(color), unicode_(unicode), keeper_(clock.Steady()) {
  StyledLine line(Style());
  terminal_.Draw({line.Add("  reading what is known", Ink::kDim).text()});
}

void LiveView::OnRows(std::string_view, const TableSchema& schema, const std::vector<Row>& rows) {
  keeper_.NoteRows(schema, rows.size());
}

SteadyTime LiveView::NextLook() const {
  return terminal_.must_redraw() ? SteadyTime{} : next_look_;
}

// One column stays free: a terminal may wrap a line that ends at its edge. One row, too, for the
// shell's prompt.
void LiveView::OnLook(const CrawlLook& look) {
  next_look_ = look.now + (look.hosts > kManyHosts ? kRedrawManyHostsEvery : kRedrawEvery);
  terminal_.Draw(LiveFrame(keeper_.At(look), terminal_.size().rows - 1, Style()));
}

LineStyle LiveView::Style() const {
  return {.width = terminal_.size().columns - 1, .color = color_, .unicode = unicode_};
}

ProgressLines::ProgressLines(const Clock& clock)
    : keeper_(clock.Steady()), next_look_(clock.Steady() + kLineEvery) {}

void ProgressLines::OnRows(std::string_view, const TableSchema& schema,
                           const std::vector<Row>& rows) {
  keeper_.NoteRows(schema, rows.size());
}

void ProgressLines::OnLook(const CrawlLook& look) {
  const CrawlNumbers numbers = keeper_.At(look);
  if (look.now < next_look_) return;  // the look at the end
  next_look_ = look.now + kLineEvery;
  PrintMessage("{}\n", Visible(ProgressLine(numbers)));
}

}  // namespace thresh
