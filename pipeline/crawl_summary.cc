#include "pipeline/crawl_summary.h"

#include <fmt/format.h>

#include "pipeline/diagnostic.h"
#include "pipeline/number_text.h"
#include "pipeline/shell_word.h"
#include "pipeline/story_text.h"

namespace thresh {
namespace {

constexpr size_t kToldFindings = 5;

std::string HowItEnded(const SiteReport& report, Milliseconds elapsed) {
  switch (report.outcome) {
    case RunOutcome::kComplete:
      return "complete in " + ElapsedText(elapsed);
    case RunOutcome::kWaiting:
      return fmt::format("waiting, {} due later", Counted(report.pending, "URL is", "URLs are"));
    case RunOutcome::kBudget:
      return fmt::format("stopped by its budget, {} left", Counted(report.pending, "URL"));
    case RunOutcome::kInterrupted:
      return fmt::format("interrupted, {} left", Counted(report.pending, "URL"));
    case RunOutcome::kCrashed:
      return "crashed";
  }
  return "";
}

Ink InkOf(const SiteReport& report) {
  if (report.exit_code != 0 && report.outcome != RunOutcome::kInterrupted) return Ink::kRed;
  return report.outcome == RunOutcome::kComplete ? Ink::kGreen : Ink::kYellow;
}

// Lines with a label in front of the first.
class Block {
 public:
  Block(std::string_view label, Ink ink, const LineStyle& style, std::string* text)
      : label_(label), ink_(ink), style_(style), text_(text) {}

  void Add(std::string_view line, Ink ink = Ink::kPlain) {
    StyledLine styled(style_);
    styled.Add("  ").Add(std::exchange(label_, ""), ink_).PadTo(13).Add(line, ink);
    *text_ += styled.text() + "\n";
  }

 private:
  std::string_view label_;
  const Ink ink_;
  const LineStyle style_;
  std::string* text_;
};

std::string Totals(const SiteReport& report) {
  const RunTotals& totals = report.totals;
  std::string text = Counted(totals.pages, "page");
  if (totals.unchanged > 0) text += fmt::format(" ({} unchanged)", Grouped(totals.unchanged));
  if (totals.failed > 0) text += fmt::format(", {} failed", Grouped(totals.failed));
  return text + ", " + SizeText(static_cast<double>(totals.bytes));
}

void AddChanges(const SiteReport& report, const std::string& db, const LineStyle& style,
                std::string* text) {
  const RunTotals& totals = report.totals;
  if (totals.rows_added + totals.rows_changed + totals.rows_gone == 0) return;
  Block block(report.first ? "rows" : "changed", Ink::kBold, style, text);
  if (report.first) {
    block.Add(Counted(totals.rows_added, "row") + ", the site's first");
    return block.Add("thresh query " + db, Ink::kCyan);
  }
  block.Add(fmt::format("{} added, {} changed, {} gone", Counted(totals.rows_added, "row"),
                        Grouped(totals.rows_changed), Grouped(totals.rows_gone)));
  block.Add("thresh diff " + db, Ink::kCyan);
}

void AddFindings(const SiteReport& report, const std::string& db, const LineStyle& style,
                 std::string* text) {
  const bool failures = report.totals.failed > 0;
  if (report.findings.empty() && !failures) return;
  Block block("attention", Ink::kYellow, style, text);
  for (size_t i = 0; i < std::min(report.findings.size(), kToldFindings); ++i) {
    block.Add(report.findings[i]);
  }
  if (report.findings.size() > kToldFindings) {
    block.Add(Counted(static_cast<int64_t>(report.findings.size() - kToldFindings), "more finding",
                      "more findings"));
  }
  if (report.findings.empty()) {
    block.Add(Counted(report.totals.failed, "URL") + " failed");
  }
  block.Add("thresh status " + db, Ink::kCyan);
}

}  // namespace

std::string CrawlSummary(const std::vector<SiteReport>& reports, const std::filesystem::path& db,
                         Milliseconds elapsed, const LineStyle& style) {
  const std::string word = ShellWord(db.string());
  std::string text;
  for (const SiteReport& report : reports) {
    StyledLine line(style);
    line.Add(report.site, Ink::kBold).Add(": ");
    line.Add(HowItEnded(report, elapsed), InkOf(report)).Add(", " + Totals(report));
    text += line.text() + "\n";
    if (report.outcome == RunOutcome::kInterrupted) {
      Block("state", Ink::kBold, style, &text).Add("saved: run it again to continue");
    }
    AddChanges(report, word, style, &text);
    AddFindings(report, word, style, &text);
  }
  return text;
}

std::string CrawlComplaints(const std::vector<SiteReport>& reports,
                            const std::filesystem::path& db) {
  std::string text;
  for (const SiteReport& report : reports) {
    for (const std::string& finding : report.findings) {
      text += fmt::format("{}: {}\n", Visible(report.site), Visible(finding));
    }
  }
  if (!text.empty()) text += "see: thresh status " + Visible(ShellWord(db.string())) + "\n";
  return text;
}

}  // namespace thresh
