#include "parser/extractor.h"

#include <utility>

#include "parser/field_reader.h"
#include "parser/row_finder.h"
#include "parser/rule_compiler.h"

namespace thresh {

class Extractor::Rules {
 public:
  std::vector<RecordSpec> specs;
  std::vector<TableSchema> schemas;
  std::vector<RecordRule> rules;
};

namespace {

bool Allows(const std::optional<Pattern>& pattern, std::string_view text, Matcher& matcher) {
  return !pattern || matcher.Matches(*pattern, text);
}

// Whether the record speaks of this page.
bool Applies(const RecordRule& rule, const PageView& page, Matcher& matcher) {
  const std::string_view url = page.url == nullptr ? std::string_view() : page.url->href();
  return Allows(rule.url, url, matcher) && Allows(rule.content_type, page.content_type, matcher) &&
         Allows(rule.when, page.text, matcher) &&
         !(rule.unless && matcher.Matches(*rule.unless, page.text));
}

RecordExtraction ExtractRecord(const RecordRule& rule, const PageView& page, PageBase& base,
                               Matcher& matcher) {
  RecordExtraction result;
  result.fields.resize(rule.fields.size());
  result.applies = Applies(rule, page, matcher);
  if (!result.applies) return result;
  FieldReader reader(rule, page, base, matcher);
  FindRows(rule, page.text, matcher, [&](const RowPlace& row) {
    if (!matcher.Expired()) reader.Read(row, &result);
  });
  result.too_few_rows = static_cast<int64_t>(result.rows.size()) < rule.min_rows;
  return result;
}

}  // namespace

Extractor::Extractor(std::unique_ptr<Rules> rules) : rules_(std::move(rules)) {}
Extractor::~Extractor() = default;

std::unique_ptr<Extractor> Extractor::Compile(std::vector<RecordSpec> specs,
                                              std::vector<RuleProblem>* problems) {
  std::vector<RuleProblem> found;
  auto rules = std::make_unique<Rules>();
  rules->schemas.resize(specs.size());
  for (size_t i = 0; i < specs.size(); ++i) {
    RuleProblems record_problems(i, &found);
    auto rule = CompileRecord(specs[i], record_problems, &rules->schemas[i]);
    if (rule) rules->rules.push_back(std::move(*rule));
  }
  CheckSharedTables(specs, rules->schemas, &found);
  bool failed = false;
  for (const RuleProblem& problem : found) {
    failed |= problem.severity == RuleProblem::Severity::kError;
  }
  if (problems != nullptr) problems->insert(problems->end(), found.begin(), found.end());
  if (failed) return nullptr;
  rules->specs = std::move(specs);
  return std::unique_ptr<Extractor>(new Extractor(std::move(rules)));
}

const std::vector<RecordSpec>& Extractor::specs() const { return rules_->specs; }
const std::vector<TableSchema>& Extractor::schemas() const { return rules_->schemas; }

Extraction Extractor::Extract(const PageView& page, const ExtractionBudget& budget) const {
  Extraction extraction;
  Matcher matcher(budget);
  PageBase base(page);
  for (const RecordRule& rule : rules_->rules) {
    extraction.records.push_back(ExtractRecord(rule, page, base, matcher));
  }
  extraction.cut_short = matcher.cut_short();
  return extraction;
}

}  // namespace thresh
