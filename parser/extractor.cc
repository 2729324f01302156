#include "parser/extractor.h"

#include <algorithm>
#include <utility>

#include "parser/extraction_trace.h"
#include "parser/field_reader.h"
#include "parser/row_finder.h"
#include "parser/rule_compiler.h"

namespace thresh {

class Extractor::Rules {
 public:
  std::vector<RecordSpec> specs;
  std::vector<TableSchema> schemas;
  std::vector<RecordRule> rules;
  ParameterStripper strip;
};

namespace {

bool Allows(const std::optional<Pattern>& pattern, std::string_view text, Matcher& matcher) {
  return !pattern || matcher.Matches(*pattern, text);
}

// Why the record does not speak of this page; kNone when it does.
Refusal RefusalOf(const RecordRule& rule, const PageView& page, Matcher& matcher) {
  const std::string_view url = page.url == nullptr ? std::string_view() : page.url->href();
  if (!Allows(rule.url, url, matcher)) return Refusal::kUrl;
  if (!Allows(rule.content_type, page.content_type, matcher)) return Refusal::kContentType;
  if (!Allows(rule.when, page.text, matcher)) return Refusal::kWhen;
  const bool refused = rule.unless && matcher.Matches(*rule.unless, page.text);
  return refused ? Refusal::kUnless : Refusal::kNone;
}

RecordExtraction ExtractRecord(const RecordRule& rule, const PageView& page, PageBase& base,
                               const ParameterStripper& strip, Matcher& matcher) {
  RecordExtraction result;
  result.fields.resize(rule.fields.size());
  const Refusal refusal = RefusalOf(rule, page, matcher);
  if (matcher.trace() != nullptr) matcher.trace()->OnConditions(refusal);
  result.applies = refusal == Refusal::kNone;
  if (!result.applies) return result;
  FieldReader reader(rule, page, base, strip, matcher);
  std::string problem = FindRows(rule, page, matcher, [&](const RowPlace& row) {
    if (!matcher.Expired()) reader.Read(row, &result);
  });
  if (result.rows.empty()) result.no_json = std::move(problem);
  result.too_few_rows = static_cast<int64_t>(result.rows.size()) < rule.min_rows;
  return result;
}

void NoteOthers(const std::vector<TableSchema>& schemas, std::vector<RecordExtraction>* records) {
  for (size_t i = 0; i < records->size(); ++i) {
    if (!(*records)[i].applies) continue;
    for (size_t j = 0; j < records->size(); ++j) {
      if (j != i && schemas[j].table == schemas[i].table) (*records)[j].others_apply = true;
    }
  }
}

}  // namespace

Extractor::Extractor(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}
Extractor::~Extractor() = default;

std::unique_ptr<Extractor> Extractor::Compile(std::vector<RecordSpec> specs,
                                              std::vector<RuleProblem>* problems,
                                              ParameterStripper strip) {
  std::vector<RuleProblem> found;
  auto rules = std::make_unique<Rules>();
  rules->schemas.resize(specs.size());
  for (size_t i = 0; i < specs.size(); ++i) {
    RuleProblems record_problems(i, &found);
    auto rule = CompileRecord(specs[i], record_problems, &rules->schemas[i]);
    if (rule) rules->rules.push_back(std::move(*rule));
  }
  CheckSharedTables(specs, rules->schemas, &found);
  const bool failed = std::any_of(found.begin(), found.end(), [](const RuleProblem& problem) {
    return problem.severity == RuleProblem::Severity::kError;
  });
  if (problems != nullptr) problems->insert(problems->end(), found.begin(), found.end());
  if (failed) return nullptr;
  rules->specs = std::move(specs);
  rules->strip = std::move(strip);
  return std::unique_ptr<Extractor>(new Extractor(std::move(rules)));
}

const std::vector<RecordSpec>& Extractor::specs() const { return rules_->specs; }
const std::vector<TableSchema>& Extractor::schemas() const { return rules_->schemas; }

Extraction Extractor::Extract(const PageView& page, const ExtractionBudget& budget,
                              ExtractionTrace* trace) const {
  Extraction extraction;
  Matcher matcher(budget, trace, page.text.size());
  PageBase base(page);
  for (size_t i = 0; i < rules_->rules.size(); ++i) {
    const RecordRule& rule = rules_->rules[i];
    if (trace != nullptr) trace->OnRecord(i, PatternsOf(rule, rules_->schemas[i]));
    extraction.records.push_back(ExtractRecord(rule, page, base, rules_->strip, matcher));
  }
  NoteOthers(rules_->schemas, &extraction.records);
  extraction.cut_short = matcher.cut_short();
  return extraction;
}

}  // namespace thresh
