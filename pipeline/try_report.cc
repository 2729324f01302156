#include "pipeline/try_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "parser/scripted_page.h"
#include "pipeline/diagnostic.h"
#include "pipeline/excerpt.h"
#include "pipeline/parse_page.h"
#include "pipeline/story_text.h"
#include "pipeline/try_failures.h"
#include "storage/row_sql.h"
#include "storage/row_writer.h"

namespace thresh {
namespace {

constexpr size_t kMostRows = 20;
// Of one field in one row: `many` may have found any number.
constexpr size_t kMostPlaces = 5;

Cell Number(size_t number) { return static_cast<int64_t>(number); }

// The report of one record.
class RecordReport {
 public:
  RecordReport(const TryResult& result, size_t record, const ReportStyle& style, Matcher& matcher,
               Output& output)
      : result_(result),
        index_(record),
        spec_(result.extractor.specs()[record]),
        schema_(result.extractor.schemas()[record]),
        tried_(result.tried[record]),
        found_(result.extraction.records[record]),
        style_(style),
        matcher_(matcher),
        output_(output) {}

  void Print() {
    const FailureFinder failures(spec_, schema_, tried_, result_.page, style_.colour, matcher_);
    if (!found_.applies) {
      Line(Heading("does not apply to this page"));
      Paragraph(failures.Refused());
      return PrintWarnings();
    }
    Line(Heading(Counted(found_.rows.size(), "row")));
    PrintRows();
    PrintPlaces();
    PrintLosses();
    Paragraph(failures.NoRows());
    for (const std::string& paragraph : failures.LackingFields()) Paragraph(paragraph);
    PrintCosts();
    PrintWarnings();
  }

 private:
  void Line(const std::string& text) { output_.Write(text + "\n"); }
  void Paragraph(const std::string& text) {
    if (!text.empty()) Line("  " + text);
  }

  std::string Heading(const std::string& what) const {
    const std::string name = Visible(spec_.table);
    return (style_.colour ? "\x1b[1m" + name + "\x1b[0m" : name) + ": " + what;
  }

  void PrintRows() {
    if (found_.rows.empty()) return;
    const auto writer = MakeRowWriter(RowFormat::kTable, output_, style_.width);
    std::vector<OutputColumn> columns;
    for (const Column& column : schema_.columns) {
      columns.push_back({column.name, column.type == ValueType::kJson});
    }
    writer->Begin(columns);
    const size_t shown = std::min(found_.rows.size(), kMostRows);
    for (size_t i = 0; i < shown; ++i) {
      std::vector<Cell> cells;
      for (const Value& value : found_.rows[i]) cells.push_back(CellOf(value));
      writer->Row(cells);
    }
    writer->End();
    if (found_.rows.size() > shown) Line(fmt::format("… and {} more", found_.rows.size() - shown));
  }

  // The first rows in the page. A row whose fields have no place there is shown itself.
  void PrintPlaces() {
    std::vector<std::string> labels;
    for (const Column& column : schema_.columns) labels.push_back(column.name);
    labels.push_back("row");
    const Highlighter highlighter(labels, style_.colour);
    std::vector<std::string> excerpts;
    for (size_t i = 0; i < tried_.first_rows.size(); ++i) {
      std::string excerpt = highlighter.Excerpt(result_.page.text, PlacesOf(tried_.first_rows[i]));
      const std::string previous = excerpts.empty() ? "" : excerpts.back();
      if (!excerpt.empty() && excerpt != previous) excerpts.push_back(std::move(excerpt));
    }
    if (excerpts.empty()) return;
    Line("in the page" + Legend(highlighter));
    for (const std::string& excerpt : excerpts) Line("    " + excerpt);
  }

  // Colours alone do not tell what they stand for.
  std::string Legend(const Highlighter& highlighter) const {
    if (!style_.colour) return ":";
    std::string legend = ":";
    for (size_t i = 0; i < schema_.columns.size(); ++i) legend += " " + highlighter.Label(i);
    return legend;
  }

  std::vector<Highlight> PlacesOf(const RowTrace& row) const {
    std::vector<Highlight> places;
    for (size_t i = 0; i < row.fields.size(); ++i) {
      const std::vector<Span>& found = row.fields[i].places;
      for (size_t j = 0; j < std::min(found.size(), kMostPlaces); ++j) {
        if (found[j].begin < found[j].end) places.push_back({found[j], i});
      }
    }
    const bool whole_page = row.place == Span{0, result_.page.text.size()};
    if (places.empty() && !whole_page) places.push_back({row.place, schema_.columns.size()});
    return places;
  }

  // What was found and is no value, and what was no row.
  void PrintLosses() {
    for (size_t i = 0; i < found_.fields.size(); ++i) PrintField(i);
    for (size_t i = 0; i < tried_.dropped_for.size(); ++i) {
      if (tried_.dropped_for[i] == 0) continue;
      Paragraph(fmt::format("{} dropped: {} is required and has no value there",
                            Counted(tried_.dropped_for[i], "row"),
                            Visible(schema_.columns[i].name)));
    }
    if (tried_.empty > 0) {
      Paragraph(fmt::format("in {} of {} no field is found: no rows", tried_.empty,
                            Counted(tried_.places.size(), "place")));
    }
    PrintKeys();
    PrintOverruns();
    PrintPassedOver();
    if (found_.too_few_rows) {
      Paragraph(fmt::format("less than expect.min_rows = {}: a crawl keeps the page's old rows",
                            spec_.expect.min_rows.value_or(0)));
    }
  }

  // A crawl stores one row a key, and none without one.
  void PrintKeys() {
    if (schema_.key.empty()) return;
    const std::vector<size_t> key_columns = KeyColumns(schema_);
    std::unordered_set<int64_t> keys;
    size_t without = 0;
    for (const Row& row : found_.rows) {
      if (HasKey(row, key_columns)) {
        keys.insert(HashKey("", row, key_columns));
      } else {
        ++without;
      }
    }
    const std::string key = Visible(fmt::format("{}", fmt::join(schema_.key, ", ")));
    if (without > 0) {
      Paragraph(fmt::format("{} no value in the key, {}: a crawl does not store {}",
                            Counted(without, "row has", "rows have"), key,
                            without == 1 ? "it" : "them"));
    }
    if (const size_t again = found_.rows.size() - without - keys.size(); again > 0) {
      Paragraph(fmt::format("{} the key, {}, of a row above: a crawl makes them one row",
                            Counted(again, "row has", "rows have"), key));
    }
  }

  void PrintField(size_t i) {
    const FieldStats& stats = found_.fields[i];
    const Column& column = schema_.columns[i];
    const size_t rows = tried_.places.size() - tried_.empty;
    if (stats.matched < rows) {
      Paragraph(fmt::format("{} is found in {} of {}", Visible(column.name), stats.matched,
                            Counted(rows, "row")));
    }
    if (stats.failed > 0) {
      Paragraph(fmt::format("{}: {} did not become {}, such as '{}': NULL", Visible(column.name),
                            Counted(stats.failed, "value"), Name(TypeOf(column)),
                            OneLine(stats.example)));
    }
  }

  // A column of `many` is JSON, its values are not.
  ValueType TypeOf(const Column& column) const {
    for (const FieldSpec& field : spec_.fields) {
      if (field.name == column.name) return field.type;
    }
    return column.type;
  }

  void PrintOverruns() {
    if (found_.overruns == 0 || !tried_.overrun) return;
    const PatternUse* match = tried_.Find("match");
    const std::string prefix = match == nullptr ? "" : match->pattern->filter().prefix();
    const Highlighter highlighter({"match"}, style_.colour);
    Paragraph(fmt::format(
        "{} of {} may have run over into the next record: `{}`, with which a match begins, "
        "stands in it once more. Use element, each or scope with a regex for each field, or "
        "[^<]* instead of .*?. The first:\n    {}",
        found_.overruns, Counted(found_.rows.size(), "row"), OneLine(prefix),
        highlighter.Excerpt(result_.page.text, {{tried_.overrun->place, 0}})));
  }

  // Matches of `element` that begin no row.
  void PrintPassedOver() {
    const PatternUse* element = tried_.Find("element");
    if (element == nullptr || result_.extraction.cut_short) return;
    const std::string_view page = result_.page.text;
    size_t inside = 0;
    size_t no_tags = 0;
    auto row = tried_.places.begin();
    for (MatchWalk walk(matcher_, *element->pattern, page); walk.Next();) {
      const size_t begin = page.find('<', walk.begin());
      while (row != tried_.places.end() && row->end <= begin) ++row;
      const bool in_row = row != tried_.places.end() && row->begin <= begin;
      no_tags += in_row ? 0 : 1;
      inside += in_row && row->begin < begin ? 1 : 0;
    }
    if (inside > 0) {
      Paragraph(fmt::format("{} inside of other rows: `each` gives them rows of their own",
                            Counted(inside, "more match", "more matches")));
    }
    if (no_tags > 0) {
      Paragraph(
          fmt::format("{} no tag: in a comment, a script or the value of an "
                      "attribute, or cut off",
                      Counted(no_tags, "match is", "matches are")));
    }
  }

  void PrintCosts() {
    std::vector<const PatternUse*> used;
    for (const PatternUse& use : tried_.patterns) {
      if (use.searches > 0) used.push_back(&use);
    }
    if (used.empty()) return;
    const auto writer = MakeRowWriter(RowFormat::kTable, output_, style_.width);
    writer->Begin({{"pattern"}, {"µs"}, {"program"}, {"bytes"}, {"searches"}, {"matches"}});
    for (const PatternUse* use : used) {
      const auto time = std::chrono::duration_cast<std::chrono::microseconds>(use->time);
      const Cell cells[] = {std::string_view(use->key),   static_cast<int64_t>(time.count()),
                            Number(use->pattern->cost()), Number(use->bytes),
                            Number(use->searches),        Number(use->matches)};
      writer->Row(cells);
    }
    writer->End();
    for (const PatternUse* use : used) PrintLimit(*use);
  }

  void PrintLimit(const PatternUse& use) {
    ExtractionBudget budget;
    budget.parse_time = result_.limits.parse_time;
    const size_t bytes = AffordableBytes(*use.pattern, budget);
    if (use.shortened > 0) {
      Paragraph(
          fmt::format("{} read only the first {} bytes of the page: its program is large, "
                      "and limits.parse_time is {} ms",
                      Visible(use.key), bytes, budget.parse_time.count()));
    } else if (bytes < result_.limits.max_body_bytes) {
      Paragraph(
          fmt::format("{} would read only the first {} bytes of a page that is larger: its "
                      "program is large, and limits.parse_time is {} ms",
                      Visible(use.key), bytes, budget.parse_time.count()));
    }
  }

  void PrintWarnings() {
    for (const RuleProblem& problem : result_.problems) {
      if (problem.record != index_) continue;
      Paragraph(fmt::format("warning: {}: {}", Visible(problem.key), Visible(problem.message)));
    }
  }

  const TryResult& result_;
  const size_t index_;
  const RecordSpec& spec_;
  const TableSchema& schema_;
  const TriedRecord& tried_;
  const RecordExtraction& found_;
  const ReportStyle& style_;
  Matcher& matcher_;
  Output& output_;
};

}  // namespace

void PrintTryReport(const TryResult& result, const ReportStyle& style, const Clock& clock,
                    Output& output) {
  const ExtractionBudget budget = BudgetFromNow(clock, result.limits.parse_time);
  Matcher matcher(budget);
  for (size_t i = 0; i < result.extraction.records.size(); ++i) {
    output.Write("\n");
    RecordReport(result, i, style, matcher, output).Print();
  }
  const auto& records = result.extraction.records;
  const bool none = std::all_of(records.begin(), records.end(),
                                [](const RecordExtraction& found) { return found.rows.empty(); });
  if (none && IsDrawnByScripts(result.page.text))
    output.Write(fmt::format("\n{}\n", kDrawnByScripts));
  if (result.extraction.cut_short) {
    output.Write(
        fmt::format("\ncut short: limits.parse_time = {} ms ended it, or the memory that a page "
                    "may take; a crawl keeps what was found until then and flags the page\n",
                    result.limits.parse_time.count()));
  }
}

}  // namespace thresh
