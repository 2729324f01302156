// CompileField of rule_compiler.h.
#include <algorithm>
#include <utility>

#include "parser/json.h"
#include "parser/rule_compiler.h"
#include "parser/rule_names.h"

namespace thresh {
namespace {

using Source = FieldRule::Source;

class FieldCompiler {
 public:
  FieldCompiler(const RecordSpec& record, const FieldSpec& field, std::optional<size_t> group,
                RuleProblems& problems)
      : record_(record), field_(field), group_(group), problems_(problems) {}

  std::optional<FieldRule> Run() {
    const std::optional<Source> source = FindSource();
    if (!source) return std::nullopt;
    CheckCombination(*source);
    std::optional<Converter> converter = MakeConverter();
    if (!converter) return std::nullopt;
    FieldRule rule{.source = *source,
                   .group = group_.value_or(0),
                   .json = field_.json.value_or(""),
                   .attr = FoldedName(field_.attr),
                   .header = Header(),
                   .carry = field_.carry,
                   .many = field_.many,
                   .required = field_.required,
                   .default_text = field_.default_value,
                   .converter = std::move(*converter)};
    CompilePatterns(&rule);
    rule.clean = CompileClean();
    CheckDefault(rule);
    return rule;
  }

 private:
  std::string Key(std::string_view part) const {
    return "fields." + field_.name + "." + std::string(part);
  }
  void Error(std::string_view part, std::string message) {
    problems_.Error(Key(part), std::move(message));
  }

  // Where the value comes from; nothing, and an error, when that is not said or said twice.
  std::optional<Source> FindSource() {
    const bool regex = !field_.re.empty();
    const int sources = (field_.text.empty() ? 0 : 1) + (field_.json ? 1 : 0) +
                        (field_.attr.empty() ? 0 : 1) + (field_.from.empty() ? 0 : 1);
    if (group_) return GroupSource(regex || sources > 0);
    if (sources > 1 || (regex && !field_.text.empty())) {
      problems_.Error("fields." + field_.name,
                      "a field has one of re, text, json, attr and from (re may stand with json, "
                      "attr and from)");
      return std::nullopt;
    }
    if (!field_.text.empty()) return Source::kText;
    if (field_.json) return Source::kJson;
    if (!field_.attr.empty()) return Source::kAttribute;
    if (!field_.from.empty()) return FromSource();
    if (regex) return Source::kRegex;
    problems_.Error("fields." + field_.name,
                    record_.match.empty()
                        ? "it is not said where the value comes from: re, text, json, attr or from"
                        : "match has no group of this name, and the field has no source of its "
                          "own, such as re or from");
    return std::nullopt;
  }

  std::optional<Source> GroupSource(bool has_source) {
    if (has_source || !field_.in.empty() || field_.carry || field_.many) {
      problems_.Error("fields." + field_.name,
                      "the value is the group of match: re, text, json, attr, from, in, carry and "
                      "many are for fields that are no group");
      return std::nullopt;
    }
    return Source::kGroup;
  }

  std::optional<Source> FromSource() {
    const std::string& from = field_.from;
    if (from == "url") return Source::kUrl;
    if (from == "seed") return Source::kSeed;
    if (from == "fetched_at") return Source::kFetchedAt;
    if (from == "status") return Source::kStatus;
    if (from == "size") return Source::kSize;
    if (from.starts_with("header:") && !Header().empty()) return Source::kHeader;
    Error("from", "'" + from + "' is none of url, seed, fetched_at, status, size and header:NAME");
    return std::nullopt;
  }

  std::string Header() const {
    constexpr std::string_view kPrefix = "header:";
    if (!field_.from.starts_with(kPrefix)) return {};
    return FoldedName(field_.from.substr(kPrefix.size()));
  }

  void CheckCombination(Source source) {
    const bool json_rows = record_.rows.has_value();
    const bool own_tag = source == Source::kAttribute && field_.re.empty();
    const bool page_row = record_.match.empty() && record_.scope.empty() &&
                          record_.element.empty() && record_.each.empty();
    if (own_tag && (page_row || json_rows)) {
      Error("attr",
            "the attribute of which tag? Add re, a regex that finds it, such as <a\\b[^>]*>");
    }
    if (json_rows && (source == Source::kAttribute || source == Source::kText)) {
      Error(source == Source::kText ? "text" : "attr", "a row of rows is JSON: use json");
    }
    if (!field_.in.empty() && (json_rows || source > Source::kAttribute)) {
      Error("in", json_rows ? "a row of rows is JSON: name the place in json"
                            : "in is a place in the row, where from does not look");
    }
    if (field_.carry) CheckCarry(source, json_rows);
    if (field_.many && source > Source::kAttribute) Error("many", "from gives one value");
    if (field_.required && field_.default_value) {
      problems_.Warn(Key("required"), "with a default a value is never missing");
    }
  }

  void CheckCarry(Source source, bool json_rows) {
    if (json_rows) {
      Error("carry",
            "carry looks above a row in the page, and a row of rows is JSON: it has no "
            "place there");
    } else if (field_.re.empty() || source == Source::kJson || source > Source::kAttribute) {
      Error("carry", "carry needs re, which finds the value in the page");
    } else if (field_.many || !field_.in.empty()) {
      Error("carry", "carry gives the one nearest match: it does not go with many and in");
    }
  }

  std::optional<Converter> MakeConverter() {
    const std::string& lang = field_.lang.empty() ? record_.lang : field_.lang;
    if (!lang.empty() && !IsLanguage(lang)) {
      problems_.Error(field_.lang.empty() ? "lang" : Key("lang"),
                      "'" + lang + "' is no language that is known: write de, en-GB, zh");
      return std::nullopt;
    }
    if (!field_.decimal.empty() && field_.decimal != "." && field_.decimal != ",") {
      Error("decimal", "the decimal sign is \".\" or \",\"");
      return std::nullopt;
    }
    const bool date = field_.type == ValueType::kDate || field_.type == ValueType::kDatetime;
    if (!field_.format.empty() && !date) {
      Error("format", "a format is for the types date and datetime");
      return std::nullopt;
    }
    const char decimal = field_.decimal.empty() ? DecimalSign(lang) : field_.decimal[0];
    if (!date) return Converter(field_.type, decimal, nullptr);
    DateReader::FormatError fault;
    auto dates = DateReader::Make(lang, field_.format, field_.type == ValueType::kDatetime, &fault);
    if (dates == nullptr) {
      problems_.Error(Key("format"), fault.message, fault.offset);
      return std::nullopt;
    }
    return Converter(field_.type, decimal, std::move(dates));
  }

  void CompilePatterns(FieldRule* rule) {
    const bool list = field_.re.size() > 1;
    for (size_t i = 0; i < field_.re.size(); ++i) {
      const std::string key = Key(list ? "re[" + std::to_string(i) + "]" : "re");
      if (field_.re[i].empty()) {
        problems_.Error(key, "the regex is empty");
      } else if (auto pattern = problems_.Compile(key, field_.re[i])) {
        rule->re.push_back(std::move(*pattern));
      }
    }
    rule->text = problems_.Compile(Key("text"), field_.text);
    rule->in = problems_.Compile(Key("in"), field_.in);
    std::string fault;
    size_t offset = 0;
    if (field_.json && !CheckJsonPointer(*field_.json, &fault, &offset)) {
      problems_.Error(Key("json"), fault, offset);
    }
  }

  std::optional<Cleaner> CompileClean() {
    if (!field_.clean) return std::nullopt;
    std::vector<Cleaner::Step> steps;
    for (size_t i = 0; i < field_.clean->size(); ++i) {
      const CleanStep& spec = (*field_.clean)[i];
      Cleaner::Step step{spec.kind, std::nullopt, spec.rewrite};
      if (spec.kind == CleanStep::Kind::kReplace) CompileReplace(i, spec, &step);
      steps.push_back(std::move(step));
    }
    return Cleaner(std::move(steps));
  }

  void CompileReplace(size_t i, const CleanStep& spec, Cleaner::Step* step) {
    const std::string key = Key("clean[" + std::to_string(i) + "]");
    step->pattern = problems_.Compile(key, spec.re);
    std::string fault;
    if (spec.re.empty()) problems_.Error(key, "the regex of replace is empty");
    if (step->pattern && !step->pattern->re().CheckRewriteString(spec.rewrite, &fault)) {
      problems_.Error(key, "the rewrite does not fit the regex: " + fault);
    }
  }

  // A relative URL is known to be one only on a page.
  void CheckDefault(const FieldRule& rule) {
    if (!rule.default_text || rule.many || field_.type == ValueType::kUrl) return;
    const Conversion conversion = rule.converter.FromText(*rule.default_text, nullptr);
    if (!conversion.failed) return;
    Error("default",
          "'" + *rule.default_text + "' is no value of type " + std::string(Name(field_.type)));
  }

  const RecordSpec& record_;
  const FieldSpec& field_;
  std::optional<size_t> group_;
  RuleProblems& problems_;
};

}  // namespace

std::optional<FieldRule> CompileField(const RecordSpec& record, const FieldSpec& field,
                                      std::optional<size_t> group, RuleProblems& problems) {
  return FieldCompiler(record, field, group, problems).Run();
}

}  // namespace thresh
