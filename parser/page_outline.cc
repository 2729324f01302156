#include "parser/page_outline.h"

#include <algorithm>
#include <set>
#include <utility>

#include "parser/extractor.h"
#include "parser/html.h"
#include "parser/html_syntax.h"
#include "parser/json_outline.h"
#include "parser/outline_fields.h"
#include "parser/outline_items.h"
#include "parser/outline_tree.h"
#include "parser/script_data.h"
#include "parser/scripted_page.h"
#include "parser/url_strip.h"
#include "parser/xml_outline.h"

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

// The rows of one record on the page; nothing when the record is wrong.
std::optional<RecordExtraction> Extract(const RecordSpec& record, const PageView& page) {
  std::vector<RuleProblem> problems;
  const auto extractor = Extractor::Compile({record}, &problems);
  if (extractor == nullptr) return std::nullopt;
  Extraction extraction = extractor->Extract(page, {});
  return std::move(extraction.records[0]);
}

// A value for comparing: without space, of which attributes have more, and no longer than is seen.
std::string Comparable(std::string text) {
  if (text.size() > kMaxSeenBytes) text.resize(kMaxSeenBytes);
  std::erase_if(text, html::IsSpace);
  return text;
}

// Whether the rule of `field`, which finds `found` on the page, gives what most items have there.
bool IsRight(const ItemField& field, const std::set<std::string>& found) {
  const auto is_found = [&](const std::string& value) {
    if (found.contains(value)) return true;
    return field.is_beginning && std::any_of(found.begin(), found.end(), [&](const auto& other) {
             return !other.empty() && value.starts_with(other);
           });
  };
  size_t seen = 0, right = 0;
  for (const std::string& value : field.values) {
    if (value.empty()) continue;
    ++seen;
    if (is_found(Comparable(value))) ++right;
  }
  return right * 2 >= seen;
}

// The fields whose rules find what the items have. A regex reads the page's text and not
// its elements: what stands in a comment, or in an attribute of another name, may come first.
std::vector<FieldSpec> RightFields(const PageView& page, const std::vector<ItemField>& guesses,
                                   RecordSpec record) {
  record.fields.clear();
  for (const ItemField& field : guesses) {
    record.fields.push_back(field.spec);
    record.fields.back().type = ValueType::kText;
    record.fields.back().required = false;
  }
  const auto extraction = Extract(record, page);
  std::vector<FieldSpec> fields;
  for (size_t i = 0; extraction && i < guesses.size(); ++i) {
    std::set<std::string> found;
    for (const Row& row : extraction->rows) found.insert(Comparable(TextOf(row[i])));
    if (IsRight(guesses[i], found)) fields.push_back(guesses[i].spec);
  }
  return fields;
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

// A column that is in every row, and in each another: links first, since they also name the page;
// that those of two rows differ says little.
std::string FindKey(const RecordSpec& record, const RecordExtraction& found) {
  const auto names_rows = [&](size_t column) {
    std::set<std::string> values;
    for (const Row& row : found.rows) values.insert(TextOf(row[column]));
    return values.size() == found.rows.size() && !values.contains("");
  };
  for (const ValueType type : {ValueType::kUrl, ValueType::kText}) {
    if (type == ValueType::kUrl && found.rows.size() <= kMinRows) continue;
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

// Has the record give just `rows` on the page: where it finds more, a field that the others lack is
// made required. Leaves it as it is where none does it.
bool MakeExact(const PageView& page, size_t rows, RecordSpec* record) {
  const auto is_exact = [&] {
    const auto found = Extract(*record, page);
    return found && found->rows.size() == rows;
  };
  if (is_exact()) return true;
  for (FieldSpec& field : record->fields) {
    if (field.required || !field.from.empty()) continue;
    field.required = true;
    if (is_exact()) return true;
    field.required = false;
  }
  return false;
}

// The pages that the rows' links lead to.
void FindDetails(const PageView& page, PageOutline* outline) {
  const auto found = Extract(outline->record, page);
  if (!found) return;
  const ParameterStripper strip = ParameterStripper::Default();
  for (size_t i = 0; i < outline->record.fields.size(); ++i) {
    const FieldSpec& field = outline->record.fields[i];
    if (field.type != ValueType::kUrl || (field.name != "link" && field.name != "url")) continue;
    std::vector<Url> urls;
    for (const Row& row : found->rows) {
      auto url = Url::Parse(TextOf(row[i]));
      if (url && url->origin() == page.url->origin()) urls.push_back(strip.Strip(*url));
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
  return record;
}

// The files of a directory as nginx and Apache list them: lines of a <pre>, each a link with a time
// and a size behind it, which other links there have not.
RecordSpec FileListing() {
  RecordSpec record;
  record.table = "file";
  record.each = R"(<a\b)";
  record.until = "</pre>";
  FieldSpec link = Field("link", R"(<a\b[^>]*>)");
  link.attr = "href";
  link.type = ValueType::kUrl;
  FieldSpec modified =
      Field("modified", R"(</a>\s*(\d\d-\w{3}-\d{4} \d\d:\d\d|\d{4}-\d\d-\d\d \d\d:\d\d)\s)");
  modified.type = ValueType::kDatetime;
  modified.required = true;
  record.fields = {link, Field("name", R"(<a\b[^>]*>(.*?)</a>)"), modified,
                   Field("size", R"(</a>\s*\S+ \S+\s+(\d[\d.]*[KMGT]?)\s)")};
  return record;
}

// Whether no item of one stands in an item of the other.
bool AreApart(const std::vector<OutlineNode>& nodes, const ItemGroup& a, const ItemGroup& b) {
  const auto begin = [&](const ItemGroup& group, size_t i) {
    return nodes[group.items[i]].tag.begin;
  };
  for (size_t i = 0; i < a.items.size(); ++i) {
    for (size_t j = 0; j < b.items.size(); ++j) {
      if (begin(a, i) < b.End(nodes, j) && begin(b, j) < a.End(nodes, i)) return false;
    }
  }
  return true;
}

void OutlineHtml(const PageView& page, PageOutline* outline) {
  outline->pager = FindPager(page);
  const std::vector<OutlineNode> nodes = ReadOutline(page.text);
  const ItemGroup* chosen = nullptr;
  const std::vector<ItemGroup> groups = FindItemGroups(page.text, nodes);
  for (const ItemGroup& group : groups) {
    RecordSpec record;
    record.table = TableNameFrom(group.token);
    (group.IsOfRuns() ? record.each : record.element) = group.Beginning(nodes);
    record.until = group.until;
    if (chosen == nullptr) {
      record.fields = RightFields(page, group.fields, record);
      MakeExact(page, group.items.size(), &record);
      if (Prove(page, kMinRows, &record, outline)) chosen = &group;
    } else if (outline->also.size() < kMaxAlso && !group.IsOfRuns() &&
               AreApart(nodes, *chosen, group)) {
      outline->also.push_back(record.element);
    }
  }
  RecordSpec files = FileListing();
  outline->repeats = chosen != nullptr || Prove(page, kMinRows, &files, outline);
}

// A page's scripts may say better what its elements show: the thing that it is about; a list that
// is as long and as rich; any list where the elements show none.
void TakeScripts(const PageView& page, PageOutline* outline) {
  for (ScriptData& data : FindScriptData(page.text)) {
    const bool is_list = data.is_list;
    if (data.is_state && outline->state) continue;
    PageOutline by_script;
    if (!MakeExact(page, data.rows, &data.record)) continue;
    if (!Prove(page, 1, &data.record, &by_script)) continue;
    if (data.is_state && outline->repeats) {
      if (by_script.rows >= outline->rows) outline->state = std::move(by_script.record);
      continue;
    }
    const bool is_richer = by_script.rows >= outline->rows &&
                           by_script.record.fields.size() >= outline->record.fields.size();
    if (is_list && outline->repeats && !is_richer) continue;
    if (!outline->record.element.empty()) {
      outline->also.insert(outline->also.begin(), outline->record.element);
    }
    outline->record = std::move(by_script.record);
    outline->samples = std::move(by_script.samples);
    outline->rows = by_script.rows;
    outline->repeats = is_list;
    outline->is_script = true;
    if (!is_list) return;
  }
}

void OutlineAsXml(const PageView& page, PageOutline* outline) {
  auto xml = OutlineXml(page.text);
  if (!xml) return;
  RecordSpec& record = xml->record;
  record.fields = RightFields(page, xml->fields, record);
  const bool has_key = std::any_of(
      record.fields.begin(), record.fields.end(),
      [&](const FieldSpec& field) { return !record.key.empty() && field.name == record.key[0]; });
  if (!has_key) record.key.clear();
  MakeExact(page, xml->items, &record);
  outline->repeats = Prove(page, 1, &record, outline);
  if (!outline->repeats) return;
  outline->is_sitemap = xml->is_sitemap;
  outline->item_link = std::move(xml->item_link);
}

void OutlineAsHtml(const PageView& page, PageOutline* outline) {
  OutlineHtml(page, outline);
  TakeScripts(page, outline);
  if (outline->repeats) FindDetails(page, outline);
  if (!outline->repeats && !outline->is_script) {
    outline->is_drawn_by_scripts = IsDrawnByScripts(page.text);
  }
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
    if (!HasHtmlElements(page)) OutlineAsXml(page, &outline);
    if (!outline.repeats) OutlineAsHtml(page, &outline);
  }
  if (outline.repeats || outline.is_script) {
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
