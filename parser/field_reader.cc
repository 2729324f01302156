#include "parser/field_reader.h"

#include <algorithm>
#include <functional>
#include <list>
#include <nlohmann/json.hpp>

#include "parser/charset.h"
#include "parser/entities.h"
#include "parser/html.h"
#include "parser/json.h"

namespace thresh {

using Json = nlohmann::ordered_json;
using Source = FieldRule::Source;

// A row with what was made of it. Views of it live as long as it does.
struct FieldReader::RowText {
  const RowPlace& place;
  std::string_view text;
  std::optional<std::string> visible;
  std::optional<std::optional<Json>> json;
  std::list<std::string> kept;
  std::list<Json> kept_json;

  std::string_view Keep(std::string made) { return kept.emplace_back(std::move(made)); }

  std::string_view Visible() {
    if (!visible) visible = VisibleText(text);
    return *visible;
  }

  const Json* Document() {
    if (place.json != nullptr) return place.json;
    if (!json) json = FirstJson(text);
    return *json ? &**json : nullptr;
  }
};

namespace {

std::string_view View(re2::StringPiece piece) { return {piece.data(), piece.size()}; }

// Whether `part` of `text` is the whole of a quoted attribute value. Its character references are
// read otherwise than a text's: "?a=1&copy=2" has none.
bool IsAttributeValue(std::string_view text, std::string_view part) {
  const auto begin = static_cast<size_t>(part.data() - text.data());
  const size_t end = begin + part.size();
  if (begin < 2 || end >= text.size() || text[begin - 2] != '=') return false;
  const char quote = text[begin - 1];
  if (quote != '"' && quote != '\'') return false;
  return text[end] == quote && part.find_first_of("<\"'") == std::string_view::npos;
}

// Where the tag begins that a match at `offset` belongs to: it may have found the tag from its
// '<', something inside it, or what stands before it.
size_t TagBegin(std::string_view text, size_t offset) {
  if (offset < text.size() && text[offset] == '<') return offset;
  const size_t open = text.rfind('<', offset);
  if (open != std::string_view::npos && text.find('>', open) >= offset) return open;
  return text.find('<', offset);
}

std::optional<std::string_view> AttributeAt(std::string_view text, size_t offset,
                                            const std::string& name) {
  const size_t begin = TagBegin(text, offset);
  if (begin == std::string_view::npos) return std::nullopt;
  HtmlScanner scanner(text, begin);
  HtmlTag tag;
  if (!scanner.Next(&tag)) return std::nullopt;
  return tag.Attribute(name);
}

// A row without its values, with what a vector that grows and the allocator add.
constexpr size_t kBytesOfRow = 64;

size_t BytesOf(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const bool is_inside = text == nullptr || text->capacity() == std::string().capacity();
  return sizeof(Value) + (is_inside ? 0 : text->capacity());
}

// Adds a row's counts to its record's; a row that is dropped fills nothing.
void Count(const std::vector<FieldStats>& row, bool kept, RecordExtraction* out) {
  out->dropped_rows += kept ? 0 : 1;
  for (size_t i = 0; i < row.size(); ++i) {
    FieldStats& total = out->fields[i];
    if (total.failed == 0) total.example = row[i].example;
    total.matched += row[i].matched;
    total.failed += row[i].failed;
    total.filled += kept ? row[i].filled : 0;
  }
}

}  // namespace

FieldReader::FieldReader(const RecordRule& rule, const PageView& page, PageBase& base,
                         const ParameterStripper& strip, Matcher& matcher)
    : rule_(rule),
      page_(page),
      base_(base),
      strip_(strip),
      matcher_(matcher),
      carried_(rule.fields.size()) {
  for (size_t i = 0; i < rule.fields.size(); ++i) carried_[i].resize(rule.fields[i].re.size());
}

FieldReader::~FieldReader() = default;

// Nothing of a row is counted or kept that the budget's end came upon: it may lack what is there.
void FieldReader::Read(const RowPlace& place, RecordExtraction* out) {
  RowText row{place, place.text, {}, {}, {}, {}};
  counts_.assign(rule_.fields.size(), {});
  Row values;
  values.reserve(rule_.fields.size());
  size_t bytes = kBytesOfRow;
  RowTrace trace;
  for (size_t i = 0; i < rule_.fields.size(); ++i) {
    const FieldRule& field = rule_.fields[i];
    found_.clear();
    Find(field, i, row, &found_);
    if (matcher_.trace() != nullptr) trace.fields.push_back(Traced(found_));
    values.push_back(ValueOf(field, found_, &counts_[i]));
    counts_[i].matched = found_.empty() ? 0 : 1;
    counts_[i].filled = IsNull(values[i]) ? 0 : 1;
    bytes += BytesOf(values[i]);
    if (!matcher_.Fits(bytes)) return;
  }
  if (matcher_.stopped()) return;
  trace.place = {place.begin, place.end};
  trace.fate = Judge(&trace.missing);
  const bool kept = trace.fate == RowTrace::Fate::kKept;
  if (trace.fate != RowTrace::Fate::kEmpty) Count(counts_, kept, out);
  if (kept) {
    trace.overrun = rule_.rows == RecordRule::Rows::kMatch && RunsOver(*rule_.pattern, place.text);
    out->overruns += trace.overrun ? 1 : 0;
    matcher_.Hold(bytes);
    out->rows.push_back(std::move(values));
  }
  if (matcher_.trace() == nullptr) return;
  if (place.json != nullptr) trace.json = CompactJson(*place.json);
  matcher_.trace()->OnRow(trace);
}

// What becomes of the row by its counts; of kIncomplete `missing` is the column.
RowTrace::Fate FieldReader::Judge(size_t* missing) const {
  if (IsEmpty()) return RowTrace::Fate::kEmpty;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (!rule_.fields[i].required || counts_[i].filled > 0) continue;
    *missing = i;
    return RowTrace::Fate::kIncomplete;
  }
  return RowTrace::Fate::kKept;
}

// Whether nothing is there of what is looked for inside of the row. A match is there itself.
bool FieldReader::IsEmpty() const {
  if (rule_.rows == RecordRule::Rows::kMatch) return false;
  bool looked = false;
  for (size_t i = 0; i < counts_.size(); ++i) {
    if (!LooksIntoRow(rule_.fields[i])) continue;
    if (counts_[i].matched > 0) return false;
    looked = true;
  }
  return looked;
}

// Where in the page a field was found. What was made of the page has no place there.
FieldTrace FieldReader::Traced(const FoundList& found) const {
  FieldTrace trace;
  trace.found = !found.empty();
  const std::string_view page = page_.text;
  const std::less_equal<const char*> not_behind;
  for (const Found& one : found) {
    const std::string_view text = one.text;
    if (text.data() == nullptr || !not_behind(page.data(), text.data()) ||
        !not_behind(text.data() + text.size(), page.data() + page.size())) {
      continue;
    }
    const auto begin = static_cast<size_t>(text.data() - page.data());
    trace.places.push_back({begin, begin + text.size()});
  }
  return trace;
}

void FieldReader::Find(const FieldRule& field, size_t index, RowText& row, FoundList* found) {
  if (field.carry) return FindCarried(field, index, row.place.end, found);
  if (field.source == Source::kGroup) {
    if (auto value =
            Take(field, page_.text, row.place.groups.subspan(field.group, 1), Markup::kHtml)) {
      found->push_back(*value);
    }
    return;
  }
  std::string_view text = row.text;
  if (row.place.json != nullptr && field.source <= Source::kText) {
    text = row.Keep(JsonText(*row.place.json));
  }
  if (field.in) {
    std::vector<re2::StringPiece> groups(field.in->groups() + 1);
    if (!matcher_.Find(*field.in, text, 0, groups)) return;
    text = View(FirstGroup(groups));
  }
  switch (field.source) {
    case Source::kGroup:
      return;
    case Source::kRegex:
      return FindRegex(field, text, Markup::kHtml, found);
    case Source::kText:
      return FindText(field, row, text, found);
    case Source::kJson:
      return FindJson(field, row, text, found);
    case Source::kAttribute:
      return FindAttribute(field, text, found);
    default:
      return FindFrom(field, row, found);
  }
}

// What a match gives: its first group, or the attribute of the tag that it found.
std::optional<FieldReader::Found> FieldReader::Take(const FieldRule& field, std::string_view text,
                                                    std::span<const re2::StringPiece> groups,
                                                    Markup markup) {
  const re2::StringPiece value = FirstGroup(groups);
  if (value.data() == nullptr) return std::nullopt;
  if (field.source == Source::kAttribute) {
    const auto offset = static_cast<size_t>(value.data() - text.data());
    const auto attribute = AttributeAt(text, offset, field.attr);
    if (!attribute) return std::nullopt;
    return Found{*attribute, Markup::kAttribute, nullptr};
  }
  if (markup == Markup::kHtml && IsAttributeValue(text, View(value))) markup = Markup::kAttribute;
  return Found{View(value), markup, nullptr};
}

void FieldReader::FindRegex(const FieldRule& field, std::string_view text, Markup markup,
                            FoundList* found) {
  for (const Pattern& pattern : field.re) {
    MatchWalk walk(matcher_, pattern, text);
    while (walk.Next()) {
      if (auto value = Take(field, text, walk.groups(), markup)) found->push_back(*value);
      if (!field.many && !found->empty()) return;
      if (!matcher_.Fits(found->size() * sizeof(Found))) return;
    }
    if (!found->empty()) return;
  }
}

void FieldReader::FindText(const FieldRule& field, RowText& row, std::string_view text,
                           FoundList* found) {
  const std::string_view visible = text.data() == row.text.data() && text.size() == row.text.size()
                                       ? row.Visible()
                                       : row.Keep(VisibleText(text));
  MatchWalk walk(matcher_, *field.text, visible);
  while (walk.Next()) {
    found->push_back({View(FirstGroup(walk.groups())), Markup::kPlain, nullptr});
    if (!field.many || !matcher_.Fits(found->size() * sizeof(Found))) return;
  }
}

void FieldReader::FindJson(const FieldRule& field, RowText& row, std::string_view text,
                           FoundList* found) {
  const Json* document = nullptr;
  if (field.in) {
    auto json = FirstJson(text);
    if (json) document = &row.kept_json.emplace_back(std::move(*json));
  } else {
    document = row.Document();
  }
  const Json* named = document == nullptr ? nullptr : ResolveJsonPointer(*document, field.json);
  if (named == nullptr || named->is_null()) return;
  if (!field.re.empty()) return FindRegex(field, row.Keep(JsonText(*named)), Markup::kPlain, found);
  if (!field.many || !named->is_array()) return found->push_back({{}, Markup::kHtml, named});
  for (const Json& element : *named) {
    if (!matcher_.Fits(found->size() * sizeof(Found))) return;
    found->push_back({{}, Markup::kHtml, &element});
  }
}

void FieldReader::FindAttribute(const FieldRule& field, std::string_view text, FoundList* found) {
  if (!field.re.empty()) return FindRegex(field, text, Markup::kHtml, found);
  const size_t tag = text.find('<');
  if (tag == std::string_view::npos) return;
  if (const auto value = AttributeAt(text, tag, field.attr)) {
    found->push_back({*value, Markup::kAttribute, nullptr});
  }
}

std::string FieldReader::From(const FieldRule& field) const {
  switch (field.source) {
    case Source::kUrl:
      return page_.url == nullptr ? "" : page_.url->href();
    case Source::kSeed:
      return std::string(page_.seed);
    case Source::kFetchedAt:
      return std::string(page_.fetched_at);
    case Source::kStatus:
      return std::to_string(page_.status);
    case Source::kSize:
      return std::to_string(page_.size);
    default:
      break;
  }
  std::string values;
  if (page_.headers == nullptr) return values;
  for (const auto& [name, value] : *page_.headers) {
    if (name == field.header) values += (values.empty() ? "" : ", ") + value;
  }
  return CopyAsValidUtf8(values);
}

void FieldReader::FindFrom(const FieldRule& field, RowText& row, FoundList* found) {
  const std::string_view text = row.Keep(From(field));
  if (text.empty()) return;
  if (!field.re.empty()) return FindRegex(field, text, Markup::kPlain, found);
  found->push_back({text, Markup::kPlain, nullptr});
}

// The matches of the whole page are found once; they are in its order.
void FieldReader::FindCarried(const FieldRule& field, size_t index, size_t end, FoundList* found) {
  for (size_t i = 0; i < field.re.size(); ++i) {
    auto& matches = carried_[index][i];
    if (!matches) {
      matches.emplace();
      MatchWalk walk(matcher_, field.re[i], page_.text);
      while (walk.Next()) {
        const auto value = Take(field, page_.text, walk.groups(), Markup::kHtml);
        if (!value) continue;
        if (!matcher_.Hold(sizeof(CarryMatch))) return;
        matches->push_back({walk.begin(), *value});
      }
    }
    const auto behind = std::partition_point(matches->begin(), matches->end(),
                                             [end](const CarryMatch& m) { return m.begin < end; });
    if (behind == matches->begin()) continue;
    return found->push_back(std::prev(behind)->found);
  }
}

}  // namespace thresh
