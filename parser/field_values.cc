// A FieldReader's second half: what was found becomes a column's value.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "parser/entities.h"
#include "parser/field_reader.h"
#include "parser/html.h"
#include "parser/json.h"
#include "parser/utf8.h"

namespace thresh {

using Json = nlohmann::ordered_json;

namespace {

// The longest example of a value that did not convert.
constexpr size_t kMaxExample = 80;

Json ToJson(const Value& value, ValueType type) {
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    return type == ValueType::kBoolean ? Json(*integer != 0) : Json(*integer);
  }
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) {
    return type == ValueType::kJson ? ParseJson(*text).value_or(Json()) : Json(*text);
  }
  return nullptr;
}

// Whether it is a JSON string as it is, between quotes.
bool NeedsNoEscape(std::string_view text) {
  const auto is_plain = [](unsigned char c) { return c >= ' ' && c != '"' && c != '\\'; };
  return std::all_of(text.begin(), text.end(), is_plain) && IsValidUtf8(text);
}

// As CompactJson writes an array's element. There may be millions: most need no Json.
void AppendJson(const Value& value, ValueType type, std::string* out) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && type != ValueType::kJson && NeedsNoEscape(*text)) {
    out->append(1, '"').append(*text).append(1, '"');
  } else {
    *out += CompactJson(ToJson(value, type));
  }
}

void CountFailure(std::string_view example, FieldStats* stats) {
  if (stats->failed++ == 0) stats->example = Utf8Prefix(example, kMaxExample);
}

}  // namespace

// A default stands for what is not there, not for what does not convert.
Value FieldReader::ValueOf(const FieldRule& field, const FoundList& found, FieldStats* stats) {
  Conversion conversion = Convert(field, found, stats);
  if (IsNull(conversion.value) && !conversion.failed) return Default(field);
  return std::move(conversion.value);
}

Conversion FieldReader::Convert(const FieldRule& field, const FoundList& found, FieldStats* stats) {
  if (found.empty()) return {};
  if (!field.many) return ConvertOne(field, found[0], stats);
  std::string list = "[";
  for (const Found& one : found) {
    if (matcher_.Expired() || !matcher_.Fits(list.size() + found.size() * sizeof(Found))) break;
    if (list.size() > 1) list += ',';
    AppendJson(ConvertOne(field, one, stats).value, field.converter.type(), &list);
  }
  list += ']';
  return {std::move(list), false};
}

Conversion FieldReader::ConvertOne(const FieldRule& field, const Found& found, FieldStats* stats) {
  if (found.json != nullptr && !field.clean) {
    Conversion conversion = FromJson(field, *found.json);
    if (conversion.failed) CountFailure(JsonText(*found.json), stats);
    return conversion;
  }
  const std::string text = Cleaned(field, found);
  Conversion conversion = FromText(field, text);
  if (conversion.failed) CountFailure(text, stats);
  return conversion;
}

// Only for a URL is the base looked for, which costs a look at the page.
Conversion FieldReader::FromText(const FieldRule& field, std::string_view text) {
  if (field.converter.type() != ValueType::kUrl) return field.converter.FromText(text, {});
  Conversion conversion = field.converter.FromText(text, base_.Get());
  Strip(&conversion);
  return conversion;
}

Conversion FieldReader::FromJson(const FieldRule& field, const Json& value) {
  if (field.converter.type() != ValueType::kUrl) return field.converter.FromJson(value, {});
  Conversion conversion = field.converter.FromJson(value, base_.Get());
  Strip(&conversion);
  return conversion;
}

// A URL as `urls.url` has it, so that it joins.
void FieldReader::Strip(Conversion* conversion) const {
  const auto* href = std::get_if<std::string>(&conversion->value);
  if (href == nullptr || !ParameterStripper::HasParameters(*href)) return;
  if (const auto url = Url::Parse(*href)) conversion->value = strip_.Strip(*url).href();
}

std::string FieldReader::Cleaned(const FieldRule& field, const Found& found) {
  if (found.json != nullptr) {
    return field.clean->Clean(JsonText(*found.json), found.markup, matcher_);
  }
  if (field.clean) return field.clean->Clean(found.text, found.markup, matcher_);
  switch (found.markup) {
    case Markup::kAttribute:
      return CollapseSpace(DecodeEntities(found.text, EntityContext::kAttribute));
    case Markup::kPlain:
      return std::string(TrimSpace(found.text));
    case Markup::kHtml:
      break;
  }
  if (field.converter.type() == ValueType::kJson) return std::string(TrimSpace(found.text));
  return VisibleText(found.text);
}

Value FieldReader::Default(const FieldRule& field) {
  if (!field.default_text) return {};
  if (field.many) return *field.default_text;
  return FromText(field, *field.default_text).value;
}

}  // namespace thresh
