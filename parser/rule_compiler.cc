#include "parser/rule_compiler.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "parser/json.h"
#include "parser/regex_syntax.h"
#include "parser/rule_names.h"

namespace thresh {
namespace {

using Rows = RecordRule::Rows;

// A column before it is compiled: a field's spec, or a group without one.
struct ColumnSource {
  FieldSpec spec;
  std::optional<size_t> group;
};

class RecordCompiler {
 public:
  RecordCompiler(const RecordSpec& spec, RuleProblems& problems)
      : spec_(spec), problems_(problems) {}

  std::optional<RecordRule> Run(TableSchema* schema) {
    CheckTable();
    CompileRows();
    CompileConditions();
    CompileColumns(schema);
    CheckKey(*schema);
    schema->table = spec_.table;
    schema->key = spec_.key;
    schema->rule = RuleVersion(spec_);
    if (problems_.has_errors()) return std::nullopt;
    rule_.min_rows = spec_.expect.min_rows.value_or(0);
    return std::move(rule_);
  }

 private:
  void CheckTable() {
    const std::string fault = TableNameFault(spec_.table);
    if (!fault.empty()) problems_.Error("table", "the table's name " + fault);
  }

  void CompileRows() {
    CheckOneKindOfRow();
    const auto set = [this](Rows rows, const char* key, const std::string& regex) {
      if (regex.empty()) return;
      rule_.rows = rows;
      rule_.pattern = problems_.CompileForRows(key, regex);
    };
    set(Rows::kMatch, "match", spec_.match);
    set(Rows::kScope, "scope", spec_.scope);
    set(Rows::kElement, "element", spec_.element);
    set(Rows::kEach, "each", spec_.each);
    if (!spec_.until.empty() && spec_.each.empty()) {
      problems_.Error("until", "until ends the rows that each begins, and there is no each");
    }
    rule_.until = problems_.Compile("until", spec_.until);
    if (spec_.rows) CompilePointer();
    if (!spec_.element.empty() && spec_.element.find('<') == std::string::npos) {
      problems_.Warn("element", "an element's regex begins with its tag, such as <li\\b[^>]*>");
    }
  }

  void CheckOneKindOfRow() {
    std::vector<std::string> kinds;
    for (const auto& [key, set] :
         {std::pair("match", !spec_.match.empty()), std::pair("scope", !spec_.scope.empty()),
          std::pair("element", !spec_.element.empty()), std::pair("each", !spec_.each.empty()),
          std::pair("rows", spec_.rows.has_value())}) {
      if (set) kinds.push_back(key);
    }
    const bool scoped_rows = kinds == std::vector<std::string>{"scope", "rows"};
    if (kinds.size() < 2 || scoped_rows) return;
    problems_.Error(kinds[1],
                    "a record has one of match, scope, element, each and rows (scope "
                    "may stand with rows), and this one has " +
                        kinds[0] + " already");
  }

  void CompilePointer() {
    rule_.rows = Rows::kJson;
    rule_.pointer = *spec_.rows;
    std::string fault;
    size_t offset = 0;
    if (!CheckJsonPointer(*spec_.rows, &fault, &offset)) problems_.Error("rows", fault, offset);
  }

  void CompileConditions() {
    rule_.url = problems_.Compile("url", spec_.url);
    rule_.content_type = problems_.Compile("content_type", spec_.content_type);
    rule_.when = problems_.Compile("when", spec_.when);
    rule_.unless = problems_.Compile("unless", spec_.unless);
  }

  void CompileColumns(TableSchema* schema) {
    std::map<std::string, std::string> names;  // as SQL compares them: as they are written
    for (const ColumnSource& column : Columns()) {
      const std::string key = column.group ? "match" : "fields." + column.spec.name;
      const std::string fault = ColumnNameFault(column.spec.name);
      if (!fault.empty()) {
        problems_.Error(key, "the column's name '" + column.spec.name + "' " + fault);
      }
      const auto [earlier, is_new] =
          names.try_emplace(FoldedName(column.spec.name), column.spec.name);
      if (!is_new) {
        problems_.Error(key, "there is a column '" + earlier->second + "' already" +
                                 (earlier->second == column.spec.name
                                      ? ""
                                      : ": SQL does not tell upper and lower case apart"));
      }
      if (IsViewColumn(column.spec.name)) {
        problems_.Warn(key, "the view " + spec_.table +
                                "_v has a column of this name already: "
                                "read this one from the table, or call it otherwise");
      }
      auto field = CompileField(spec_, column.spec, column.group, problems_);
      if (!field) continue;
      schema->columns.push_back(
          {column.spec.name, field->many ? ValueType::kJson : column.spec.type});
      rule_.fields.push_back(std::move(*field));
    }
    if (names.empty()) ReportNoColumns();
  }

  void ReportNoColumns() {
    if (spec_.match.empty()) return problems_.Error("fields", "a record has at least one field");
    if (!rule_.pattern || rule_.pattern->groups() > 0) return;  // reported already
    problems_.Error("match", "a match needs a named group for each column, such as (?P<title>.*?)");
  }

  // The groups of match in their order, each with its options, then the other fields.
  std::vector<ColumnSource> Columns() {
    std::vector<ColumnSource> columns;
    if (rule_.rows == Rows::kMatch) columns = Groups();
    const size_t groups = columns.size();
    for (const FieldSpec& field : spec_.fields) {
      const auto group =
          std::find_if(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(groups),
                       [&](const ColumnSource& column) { return column.spec.name == field.name; });
      if (group != columns.begin() + static_cast<std::ptrdiff_t>(groups)) {
        group->spec = field;
      } else {
        columns.push_back({field, std::nullopt});
      }
    }
    return columns;
  }

  std::vector<ColumnSource> Groups() {
    std::vector<ColumnSource> columns;
    size_t number = 0;
    for (const RegexToken& token : TokenizeRegex(spec_.match)) {
      const bool named = token.group == RegexToken::Group::kNamed;
      if (token.kind != RegexToken::Kind::kGroupOpen) continue;
      if (!named && token.group != RegexToken::Group::kCapture) continue;
      ++number;
      FieldSpec field;
      field.name = named ? std::string(token.name) : "c" + std::to_string(number);
      if (!named && !spec_.positional && rule_.pattern) {
        problems_.Error("match",
                        "this group has no name: write (?P<column>…), or (?:…) when it "
                        "is no column",
                        token.begin);
      }
      if (!named && !spec_.positional) continue;
      columns.push_back({std::move(field), number});
    }
    if (columns.empty() && spec_.positional) {
      FieldSpec whole;
      whole.name = "match";
      columns.push_back({std::move(whole), 0});
    }
    return columns;
  }

  void CheckKey(const TableSchema& schema) {
    std::set<std::string> seen;
    for (const std::string& name : spec_.key) {
      const auto is_name = [&](const Column& column) { return column.name == name; };
      if (std::none_of(schema.columns.begin(), schema.columns.end(), is_name) &&
          !problems_.has_errors()) {
        problems_.Error("key", "there is no column '" + name + "'");
      }
      if (!seen.insert(name).second) problems_.Error("key", "'" + name + "' is there twice");
    }
  }

  const RecordSpec& spec_;
  RuleProblems& problems_;
  RecordRule rule_;
};

}  // namespace

std::optional<RecordRule> CompileRecord(const RecordSpec& spec, RuleProblems& problems,
                                        TableSchema* schema) {
  return RecordCompiler(spec, problems).Run(schema);
}

}  // namespace thresh
