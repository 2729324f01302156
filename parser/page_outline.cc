#include "parser/page_outline.h"

#include <algorithm>
#include <set>
#include <utility>

#include "parser/extractor.h"
#include "parser/html.h"
#include "parser/json_outline.h"
#include "parser/outline_fields.h"
#include "parser/outline_items.h"
#include "parser/outline_tree.h"
#include "parser/rule_names.h"

namespace thresh {
namespace {

constexpr size_t kMaxAlso = 3;
constexpr size_t kMinRows = 2;

std::string TextOf(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* real = std::get_if<double>(&value)) {
    std::string digits = std::to_string(*real);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
    return digits;
  }
  return {};
}

std::string TableNameFor(const ItemGroup& group) {
  const std::string name = ColumnNameFrom(group.token);
  return name.empty() || !TableNameFault(name).empty() ? "item" : name;
}

// The rows of one record on the page; nothing when the record is wrong.
std::optional<RecordExtraction> Extract(const RecordSpec& record, const PageView& page) {
  std::vector<RuleProblem> problems;
  const auto extractor = Extractor::Compile({record}, &problems);
  if (extractor == nullptr) return std::nullopt;
  Extraction extraction = extractor->Extract(page, {});
  return std::move(extraction.records[0]);
}

// Without the fields that less than half of the rows have, but for required ones.
void DropEmptyFields(const RecordExtraction& found, RecordSpec* record) {
  std::vector<FieldSpec> kept;
  for (size_t i = 0; i < record->fields.size(); ++i) {
    const bool filled = found.fields[i].filled * 2 >= found.rows.size();
    if (filled && found.fields[i].filled > 0) kept.push_back(std::move(record->fields[i]));
  }
  record->fields = std::move(kept);
}

// A column that is in every row, and in each another: links first, since they also name the page.
std::string FindKey(const RecordSpec& record, const RecordExtraction& found) {
  const auto names_rows = [&](size_t column) {
    std::set<std::string> values;
    for (const Row& row : found.rows) values.insert(TextOf(row[column]));
    return values.size() == found.rows.size() && !values.contains("");
  };
  for (const ValueType type : {ValueType::kUrl, ValueType::kText}) {
    for (size_t i = 0; i < record.fields.size(); ++i) {
      const FieldSpec& field = record.fields[i];
      const bool may_be =
          type == ValueType::kUrl ? field.name == "link" : field.re.empty() && !field.attr.empty();
      if (may_be && field.type == type && names_rows(i)) return field.name;
    }
  }
  return {};
}

// Whether the record gives rows of two fields or more; fills in what the page says of it.
bool Prove(const PageView& page, size_t min_rows, RecordSpec* record, PageOutline* outline) {
  auto found = Extract(*record, page);
  if (!found || found->rows.size() < min_rows) return false;
  DropEmptyFields(*found, record);
  found = Extract(*record, page);
  if (!found || found->rows.size() < min_rows || record->fields.empty()) return false;
  if (record->key.empty()) {
    if (std::string key = FindKey(*record, *found); !key.empty()) record->key = {std::move(key)};
  }
  outline->rows = found->rows.size();
  outline->samples.clear();
  for (const Value& value : found->rows.front()) outline->samples.push_back(TextOf(value));
  outline->record = *record;
  return true;
}

// The pages that the rows' links lead to.
void FindDetails(const PageView& page, PageOutline* outline) {
  const auto found = Extract(outline->record, page);
  if (!found) return;
  for (size_t i = 0; i < outline->record.fields.size(); ++i) {
    if (outline->record.fields[i].name != "link") continue;
    std::vector<Url> urls;
    for (const Row& row : found->rows) {
      auto url = Url::Parse(TextOf(row[i]));
      if (url && url->origin() == page.url->origin()) urls.push_back(*std::move(url));
    }
    outline->details = CommonPath(urls);
    if (!outline->details.empty()) outline->details_example = urls.front().href();
    return;
  }
}

FieldSpec Field(const char* name, const char* re) {
  FieldSpec field;
  field.name = name;
  field.re = {re};
  return field;
}

// One row a page: its own URL, and what pages say of themselves.
RecordSpec WholePage() {
  RecordSpec record;
  record.table = "page";
  record.key = {"url"};
  FieldSpec url;
  url.name = "url";
  url.from = "url";
  url.type = ValueType::kUrl;
  record.fields.push_back(url);
  record.fields.push_back(Field("title", R"(<title\b[^>]*>(.*?)</title>)"));
  record.fields.push_back(Field("heading", R"(<h1\b[^>]*>(.*?)</h1>)"));
  const auto meta = [](const char* name, const char* re) {
    FieldSpec field = Field(name, re);
    field.attr = "content";
    return field;
  };
  record.fields.push_back(meta("description", R"(<meta\b[^>]*name="description"[^>]*>)"));
  FieldSpec published = meta("published", R"(<meta\b[^>]*property="article:published_time"[^>]*>)");
  published.type = ValueType::kDatetime;
  record.fields.push_back(published);
  FieldSpec bytes;
  bytes.name = "bytes";
  bytes.from = "size";
  bytes.type = ValueType::kInteger;
  record.fields.push_back(bytes);
  return record;
}

// Whether no item of one stands in an item of the other.
bool AreApart(const std::vector<OutlineNode>& nodes, const ItemGroup& a, const ItemGroup& b) {
  const auto meet = [&](size_t x, size_t y) {
    return nodes[x].tag.begin < nodes[y].end && nodes[y].tag.begin < nodes[x].end;
  };
  return std::none_of(a.items.begin(), a.items.end(), [&](size_t x) {
    return std::any_of(b.items.begin(), b.items.end(), [&](size_t y) { return meet(x, y); });
  });
}

void OutlineHtml(const PageView& page, PageOutline* outline) {
  outline->pager = FindPager(page.text, *page.url);
  const std::vector<OutlineNode> nodes = ReadOutline(page.text);
  const ItemGroup* chosen = nullptr;
  const std::vector<ItemGroup> groups = FindItemGroups(page.text, nodes);
  for (const ItemGroup& group : groups) {
    RecordSpec record;
    record.table = TableNameFor(group);
    record.element = group.Element(nodes);
    record.fields = group.fields;
    if (chosen == nullptr) {
      if (Prove(page, kMinRows, &record, outline)) chosen = &group;
    } else if (outline->also.size() < kMaxAlso && AreApart(nodes, *chosen, group)) {
      outline->also.push_back(record.element);
    }
  }
  outline->repeats = chosen != nullptr;
  if (outline->repeats) FindDetails(page, outline);
}

bool IsJson(const PageView& page) {
  const size_t first = page.text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (page.text[first] == '{' || page.text[first] == '[');
}

}  // namespace

PageOutline OutlinePage(const PageView& page) {
  PageOutline outline;
  if (IsJson(page)) {
    if (auto json = OutlineJson(page.text)) {
      json->record.table = "item";
      outline.repeats = Prove(page, 1, &json->record, &outline);
      outline.next = std::move(json->next);
    }
  } else {
    OutlineHtml(page, &outline);
  }
  if (outline.repeats) {
    outline.record.expect.min_rows = 1;
    return outline;
  }
  RecordSpec whole = WholePage();
  if (Prove(page, 1, &whole, &outline)) return outline;
  // Nothing is found on it, but it is there.
  whole = WholePage();
  std::erase_if(whole.fields, [](const FieldSpec& field) { return field.from.empty(); });
  Prove(page, 1, &whole, &outline);
  return outline;
}

}  // namespace thresh
