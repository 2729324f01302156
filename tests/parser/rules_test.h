// Verbs for tests of the rule language: rules written short, and what they give.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parser/extractor.h"

namespace thresh {

inline Value Null() { return {}; }
inline Value Text(std::string text) { return Value(std::move(text)); }
inline Value Int(int64_t value) { return Value(value); }
inline Value Real(double value) { return Value(value); }

inline FieldSpec Field(std::string name, std::string re, ValueType type = ValueType::kText) {
  FieldSpec field;
  field.name = std::move(name);
  if (!re.empty()) field.re = {std::move(re)};
  field.type = type;
  return field;
}

inline FieldSpec JsonField(std::string name, std::string pointer,
                           ValueType type = ValueType::kText) {
  FieldSpec field;
  field.name = std::move(name);
  field.json = std::move(pointer);
  field.type = type;
  return field;
}

inline FieldSpec FromField(std::string name, std::string from, ValueType type = ValueType::kText) {
  FieldSpec field;
  field.name = std::move(name);
  field.from = std::move(from);
  field.type = type;
  return field;
}

inline FieldSpec Carried(FieldSpec field) {
  field.carry = true;
  return field;
}

inline FieldSpec Many(FieldSpec field) {
  field.many = true;
  return field;
}

inline FieldSpec Required(FieldSpec field) {
  field.required = true;
  return field;
}

inline FieldSpec Attribute(FieldSpec field, std::string attr) {
  field.attr = std::move(attr);
  return field;
}

// A record of the table "t", one row a page until it is said otherwise.
inline RecordSpec Record(std::vector<FieldSpec> fields) {
  RecordSpec spec;
  spec.table = "t";
  spec.fields = std::move(fields);
  return spec;
}

inline RecordSpec MatchRecord(std::string match, std::vector<FieldSpec> fields = {}) {
  RecordSpec spec = Record(std::move(fields));
  spec.match = std::move(match);
  return spec;
}

inline RecordSpec EachRecord(std::string each, std::vector<FieldSpec> fields) {
  RecordSpec spec = Record(std::move(fields));
  spec.each = std::move(each);
  return spec;
}

inline RecordSpec ElementRecord(std::string element, std::vector<FieldSpec> fields) {
  RecordSpec spec = Record(std::move(fields));
  spec.element = std::move(element);
  return spec;
}

inline RecordSpec ScopeRecord(std::string scope, std::vector<FieldSpec> fields) {
  RecordSpec spec = Record(std::move(fields));
  spec.scope = std::move(scope);
  return spec;
}

inline RecordSpec JsonRecord(std::string pointer, std::vector<FieldSpec> fields) {
  RecordSpec spec = Record(std::move(fields));
  spec.rows = std::move(pointer);
  return spec;
}

// Rules that must compile, run on the page https://x.test/shop/page?n=1.
class RulesTest : public ::testing::Test {
 protected:
  Extraction Extract(std::vector<RecordSpec> specs, std::string_view text) {
    std::vector<RuleProblem> problems;
    extractor_ = Extractor::Compile(std::move(specs), &problems, strip_);
    if (extractor_ == nullptr) {
      for (const RuleProblem& problem : problems) {
        ADD_FAILURE() << problem.key << ": " << problem.message;
      }
      return {};
    }
    page_.text = text;
    page_.url = &*url_;
    return extractor_->Extract(page_, budget_);
  }

  RecordExtraction ExtractOne(RecordSpec spec, std::string_view text) {
    Extraction extraction = Extract({std::move(spec)}, text);
    if (extraction.records.empty()) return {};
    return extraction.records[0];
  }

  std::vector<Row> Rows(RecordSpec spec, std::string_view text) {
    return ExtractOne(std::move(spec), text).rows;
  }

  // The only value of the only row.
  Value ValueOf(FieldSpec field, std::string_view text) {
    const std::vector<Row> rows = Rows(Record({std::move(field)}), text);
    return rows.size() == 1 && rows[0].size() == 1 ? rows[0][0] : Text("no row");
  }

  std::unique_ptr<Extractor> extractor_;
  std::optional<Url> url_ = Url::Parse("https://x.test/shop/page?n=1");
  ParameterStripper strip_;
  PageView page_;
  ExtractionBudget budget_;
};

}  // namespace thresh
