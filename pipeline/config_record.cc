#include "pipeline/config_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "pipeline/config_reader.h"
#include "pipeline/rule_places.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array<std::string_view, 8> kTypes{"text", "integer",  "real", "boolean",
                                                 "date", "datetime", "url",  "json"};

std::string RealText(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

// A default in the text form that the column's type is then made of.
std::optional<std::string> ReadDefault(const TableReader& reader) {
  const ConfigNode* node = reader.Find("default");
  if (!node) return std::nullopt;
  switch (node->kind) {
    case Kind::kString:
    case Kind::kDate:
      return node->string;
    case Kind::kInteger:
      return std::to_string(node->integer);
    case Kind::kReal:
      return RealText(node->real);
    case Kind::kBoolean:
      return node->boolean ? "true" : "false";
    default:
      reader.sink().Error(node->place,
                          fmt::format("\"default\" is one value, not {}", Describe(node->kind)));
      return std::nullopt;
  }
}

std::optional<CleanStep> ReadCleanStep(const ConfigNode& node, DiagnosticSink* sink) {
  using StepKind = CleanStep::Kind;
  static constexpr std::array<std::string_view, 4> kSteps{"text", "trim", "unescape", "lower"};
  if (node.Is(Kind::kString)) {
    const auto found = std::find(kSteps.begin(), kSteps.end(), node.string);
    if (found != kSteps.end()) {
      return CleanStep{
          .kind = static_cast<StepKind>(found - kSteps.begin()), .re = {}, .rewrite = {}};
    }
  } else if (node.Is(Kind::kTable)) {
    const TableReader reader(node, Section::kReplace, sink);
    const ConfigNode* pair = reader.Array("replace");
    if (pair && pair->items.size() == 2 && pair->items[0].Is(Kind::kString) &&
        pair->items[1].Is(Kind::kString)) {
      return CleanStep{.kind = StepKind::kReplace,
                       .re = pair->items[0].string,
                       .rewrite = pair->items[1].string};
    }
  }
  sink->Error(node.place,
              "a step of \"clean\" is \"text\", \"trim\", \"unescape\", \"lower\" or "
              "{ replace = ['regex', 'rewrite'] }");
  return std::nullopt;
}

void ReadClean(const TableReader& reader, FieldSpec* field) {
  const ConfigNode* array = reader.Array("clean");
  if (!array) return;
  std::vector<CleanStep> steps;
  for (const ConfigNode& item : array->items) {
    if (auto step = ReadCleanStep(item, &reader.sink())) steps.push_back(*std::move(step));
  }
  field->clean = std::move(steps);
}

// re = '…' or re = ['…', '…'].
void ReadRegexes(const TableReader& reader, FieldSpec* field) {
  const ConfigNode* node = reader.Find("re");
  if (!node) return;
  if (node->Is(Kind::kString)) {
    field->re = {node->string};
  } else if (node->Is(Kind::kArray)) {
    Set(&field->re, reader.Strings("re"));
    if (node->items.empty()) reader.sink().Error(node->place, "\"re\" is an empty list");
  } else {
    ReportType(*node, "re", "a regex or a list of them", "re = '…'", &reader.sink());
  }
}

void ReadFieldTable(const ConfigNode& table, DiagnosticSink* sink, FieldSpec* field) {
  const TableReader reader(table, Section::kField, sink);
  ReadRegexes(reader, field);
  Set(&field->text, reader.String("text"));
  Set(&field->json, reader.String("json"));
  Set(&field->attr, reader.String("attr"));
  Set(&field->from, reader.String("from"));
  Set(&field->in, reader.String("in"));
  Set(&field->carry, reader.Boolean("carry"));
  Set(&field->many, reader.Boolean("many"));
  Set(&field->required, reader.Boolean("required"));
  field->default_value = ReadDefault(reader);
  if (const auto type = reader.Choice("type", kTypes)) {
    field->type = ValueTypeFromName(kTypes[*type]).value_or(ValueType::kText);
  }
  Set(&field->format, reader.String("format"));
  Set(&field->lang, reader.String("lang"));
  Set(&field->decimal, reader.String("decimal"));
  ReadClean(reader, field);
}

// A key of the record that stands below [record.fields], where TOML makes a column of it. Columns
// may well be called "url" or "key", so only what cannot be a column is an error, and what is
// doubtful a warning. True: it is no field.
bool IsMisplaced(const ConfigEntry& entry, const ConfigNode& record, DiagnosticSink* sink) {
  if (!IsKnownKey(Section::kRecord, entry.key) || record.Find(entry.key)) return false;
  const ConfigNode& value = entry.value;
  const auto is_expectation = [](const ConfigEntry& inner) {
    return IsKnownKey(Section::kExpect, inner.key);
  };
  const bool no_field = value.Is(Kind::kArray) || entry.key == "table" ||
                        (value.Is(Kind::kTable) &&
                         std::any_of(value.entries.begin(), value.entries.end(), is_expectation));
  if (no_field && !(entry.key == "table" && value.Is(Kind::kTable))) {
    sink->Error(
        entry.key_place,
        fmt::format("\"{0}\" stands below [record.fields], where TOML makes a column of it: "
                    "move it up, above [record.fields]",
                    entry.key));
    return true;
  }
  if (value.Is(Kind::kString)) {
    sink->Warning(entry.key_place,
                  fmt::format("\"{0}\" stands below [record.fields] and so is a column: if it is "
                              "meant for the record, move it above [record.fields]; if not, write "
                              "{0} = {{ re = '…' }}",
                              entry.key));
  }
  return false;
}

// A field in its short form: a regex, or in a record of `rows` a pointer, as scrape's --field has
// it.
void ReadShortField(const ConfigNode& value, bool of_rows, DiagnosticSink* sink, FieldSpec* field) {
  if (of_rows && (value.string.empty() || value.string.starts_with('/'))) {
    field->json = value.string;
    return;
  }
  if (of_rows) {
    sink->Warning(value.place, "this is a regex on the row's JSON text; a pointer begins with '/'");
  }
  field->re = {value.string};
}

void ReadFields(const ConfigNode& record, DiagnosticSink* sink, RecordSpec* spec) {
  const ConfigNode* fields = record.Find("fields");
  if (!fields) return;
  const bool of_rows = record.Find("rows") != nullptr;
  for (const ConfigEntry& entry : fields->entries) {
    if (IsMisplaced(entry, record, sink)) continue;
    FieldSpec field;
    field.name = entry.key;
    if (entry.value.Is(Kind::kString)) {
      ReadShortField(entry.value, of_rows, sink, &field);
    } else if (entry.value.Is(Kind::kTable)) {
      ReadFieldTable(entry.value, sink, &field);
    } else {
      const bool is_list = entry.value.Is(Kind::kArray);
      ReportType(
          entry.value, entry.key, "a column: a regex or a table",
          fmt::format("{} = {}", entry.key, is_list ? "{ re = ['…', '…'] }" : "{ re = '…' }"),
          sink);
      continue;
    }
    spec->fields.push_back(std::move(field));
  }
}

void ReadExpect(const TableReader& record, RecordSpec* spec) {
  const ConfigNode* table = record.Table("expect");
  if (!table) return;
  const TableReader reader(*table, Section::kExpect, &record.sink());
  Set(&spec->expect.min_rows, reader.Integer("min_rows", {.min = 0}));
  Set(&spec->expect.min_filled, reader.Share("min_filled"));
  Set(&spec->expect.min_matched, reader.Share("min_matched"));
}

RecordSpec ReadRecord(const ConfigNode& table, const ConfigNode* site_lang, DiagnosticSink* sink) {
  const TableReader reader(table, Section::kRecord, sink);
  RecordSpec spec;
  Set(&spec.table, reader.String("table"));
  Set(&spec.match, reader.String("match"));
  Set(&spec.scope, reader.String("scope"));
  Set(&spec.element, reader.String("element"));
  Set(&spec.each, reader.String("each"));
  Set(&spec.until, reader.String("until"));
  Set(&spec.rows, reader.String("rows"));
  Set(&spec.url, reader.String("url"));
  Set(&spec.content_type, reader.String("content_type"));
  Set(&spec.when, reader.String("when"));
  Set(&spec.unless, reader.String("unless"));
  if (site_lang && site_lang->Is(Kind::kString)) spec.lang = site_lang->string;
  Set(&spec.lang, reader.String("lang"));
  Set(&spec.key, reader.Strings("key"));
  ReadExpect(reader, &spec);
  if (reader.Table("fields")) ReadFields(table, sink, &spec);
  return spec;
}

// Empty strings where a regex or a name belongs would read as "not said".
void CheckNotEmpty(const ConfigNode& record, DiagnosticSink* sink) {
  for (const std::string_view key : {"table", "match", "scope", "element", "each", "until", "url",
                                     "content_type", "when", "unless", "lang"}) {
    const ConfigNode* node = record.Find(key);
    if (node && node->Is(Kind::kString) && node->string.empty()) {
      sink->Error(node->place,
                  fmt::format("\"{}\" is empty: leave it out, or say what it is", key));
    }
  }
}

// Whether a problem of a record that could not be read in full may just follow from that.
bool MayFollow(const RuleProblem& problem, bool is_written) {
  return !is_written || problem.key == "fields" || problem.key == "key";
}

// Compile's problems at their places; of a record that names no lang the site's is meant.
void ReportProblems(const std::vector<RuleProblem>& problems,
                    const std::vector<const ConfigNode*>& records,
                    const std::vector<bool>& was_read, const ConfigNode* site_lang,
                    DiagnosticSink* sink) {
  for (const RuleProblem& problem : problems) {
    const ConfigNode& record = *records[problem.record];
    const bool is_written = FindRulePlace(record, problem.key, problem.offset).exact;
    if (!was_read[problem.record] && MayFollow(problem, is_written)) continue;
    ReportRuleProblem(problem, record, sink, problem.key == "lang" ? site_lang : nullptr);
  }
}

}  // namespace

std::shared_ptr<const Extractor> ReadRecords(const ConfigNode* array, const ConfigNode* site_lang,
                                             const ParameterStripper& strip, DiagnosticSink* sink) {
  std::vector<RecordSpec> specs;
  std::vector<const ConfigNode*> records;
  std::vector<bool> was_read;
  const size_t errors_before = sink->error_count();
  static const std::vector<ConfigNode> kNone;
  for (const ConfigNode& item : array ? array->items : kNone) {
    if (!item.Is(Kind::kTable)) {
      sink->Error(item.place,
                  "\"record\" is a list of tables: write [[record]], and its keys below");
      continue;
    }
    const size_t before = sink->error_count();
    specs.push_back(ReadRecord(item, site_lang, sink));
    CheckNotEmpty(item, sink);
    records.push_back(&item);
    was_read.push_back(sink->error_count() == before);
  }
  std::vector<RuleProblem> problems;
  std::shared_ptr<const Extractor> extractor =
      Extractor::Compile(std::move(specs), &problems, strip);
  ReportProblems(problems, records, was_read, site_lang, sink);
  return sink->error_count() == errors_before ? extractor : nullptr;
}

}  // namespace thresh
