// The rule language as data: what a config's [[record]] or scrape's flags say, and the rows that
// come of it. Nothing here is compiled or checked; Extractor does both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace thresh {

enum class ValueType : uint8_t {
  kText,
  kInteger,
  kReal,
  kBoolean,
  kDate,
  kDatetime,
  kUrl,
  kJson,
};
std::string_view Name(ValueType type);
std::optional<ValueType> ValueTypeFromName(std::string_view name);

// One cell of a row: NULL, an integer (booleans are 0 and 1), a real, or UTF-8 text.
using Value = std::variant<std::monostate, int64_t, double, std::string>;
inline bool IsNull(const Value& value) { return std::holds_alternative<std::monostate>(value); }

struct CleanStep {
  enum class Kind : uint8_t { kText, kTrim, kUnescape, kLower, kReplace };
  Kind kind = Kind::kText;
  std::string re;       // kReplace only
  std::string rewrite;  // kReplace only, RE2's syntax: \1
};

// Where a column's value comes from and what it becomes. Empty strings and vectors mean "not said".
struct FieldSpec {
  std::string name;
  std::vector<std::string> re;      // the first that matches counts
  std::string text;                 // a regex on the row's visible text
  std::optional<std::string> json;  // an RFC 6901 pointer; "" is the whole value
  std::string attr;                 // an attribute of the tag `re` found, else of the row's own tag
  std::string from;                 // "url", "seed", "fetched_at", "status", "size", "header:NAME"
  std::string in;                   // a regex: look only inside its match (group 1 if it has one)
  bool carry = false;               // the nearest match that begins above the row's end
  bool many = false;                // all matches, as a JSON array
  bool required = false;            // a row without it is no row
  std::optional<std::string> default_value;
  ValueType type = ValueType::kText;
  std::string format;                           // strptime's, for date and datetime
  std::string lang;                             // "de": month names and decimal sign
  std::string decimal;                          // "." or ","
  std::optional<std::vector<CleanStep>> clean;  // not said: {kText}, but none for json values
};

// What one row is. At most one of the five regexes and pointers is set; none is one row a page,
// except that `scope` may stand beside `rows`.
struct RecordSpec {
  std::string table;
  std::string match;
  bool positional = false;  // of `match`: see RecordFromRegex
  std::string scope;
  std::string element;
  std::string each;
  std::string until;                // with `each`
  std::optional<std::string> rows;  // an RFC 6901 pointer
  std::string url;                  // on which pages, by final URL; empty: on all
  std::string content_type;         // a regex, likewise
  std::string when;                 // only on pages where it matches
  std::string unless;               // not on pages where it matches
  std::string lang;                 // for fields that name none
  std::vector<std::string> key;     // columns that name a row within its site
  std::vector<FieldSpec> fields;    // with `match`, the options of its groups
  struct {
    std::optional<int64_t> min_rows;    // per page
    std::optional<double> min_filled;   // per run
    std::optional<double> min_matched;  // per run
  } expect;
};

// What scrape's -r says: a row a match, groups without a name are columns "c1", "c2" and so on by
// their number, and of a regex without groups the whole match is the column "match". (In a config
// a group without a name is an error.)
RecordSpec RecordFromRegex(std::string_view table, std::string_view regex);

struct Column {
  std::string name;
  ValueType type = ValueType::kText;
  friend bool operator==(const Column&, const Column&) = default;
};

// Values in the order of the record's columns.
using Row = std::vector<Value>;

// What the store keeps of a record: its table, its columns, its key and its rule's version.
struct TableSchema {
  std::string table;
  std::vector<Column> columns;
  std::vector<std::string> key;
  std::string rule;  // 16 hex digits: changes when anything of the rule that makes rows changes
};

// TableSchema::rule of a spec: a hash of all but its table, key and expectations. Stable across
// versions, machines and the order of a program's structs.
std::string RuleVersion(const RecordSpec& spec);

}  // namespace thresh
