// The rule language, compiled: what Extractor holds of each RecordSpec. Made by rule_compiler.h,
// read by row_finder.h and field_reader.h, immutable in between.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "parser/clean.h"
#include "parser/convert.h"
#include "parser/matcher.h"
#include "parser/record.h"

namespace thresh {

// One column.
struct FieldRule {
  enum class Source : uint8_t {
    kGroup,      // `group` of the record's match
    kRegex,      // `re` on the row
    kText,       // `text` on the row's visible text
    kJson,       // `json`, and `re` on what it names
    kAttribute,  // `attr` of the tag `re` found, else of the row's own
    kUrl,
    kSeed,
    kFetchedAt,
    kStatus,
    kSize,
    kHeader,  // `from`, and `re` on it
  };
  Source source = Source::kRegex;
  size_t group = 0;
  std::vector<Pattern> re{};
  std::optional<Pattern> text{};
  std::optional<Pattern> in{};
  std::string json{};
  std::string attr{};
  std::string header{};
  bool carry = false;
  bool many = false;
  bool required = false;
  std::optional<std::string> default_text{};
  std::optional<Cleaner> clean{};  // not said: what fits the source
  Converter converter;
};

struct RecordRule {
  enum class Rows : uint8_t { kPage, kMatch, kScope, kElement, kEach, kJson };
  Rows rows = Rows::kPage;
  std::optional<Pattern> pattern;  // of kMatch, kScope, kElement, kEach, and of kJson with scope
  std::optional<Pattern> until;
  std::string pointer;
  std::optional<Pattern> url;
  std::optional<Pattern> content_type;
  std::optional<Pattern> when;
  std::optional<Pattern> unless;
  std::vector<FieldRule> fields;  // one a column
  int64_t min_rows = 0;
};

// Whether the source looks into the row, so that a row in which no such field is found is none.
inline bool LooksIntoRow(const FieldRule& field) {
  return !field.carry && field.source <= FieldRule::Source::kAttribute;
}

}  // namespace thresh
