#include "parser/xml_outline.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "parser/html.h"
#include "parser/html_syntax.h"
#include "parser/outline_fields.h"
#include "parser/tag_regex.h"
#include "parser/url.h"
#include "parser/xml_elements.h"

namespace thresh {
namespace {

constexpr size_t kMaxPlaces = 100;
// RFC 4287 §4.2.7.2: a link to the item itself, which one without rel is, too.
constexpr std::string_view kAlternate = "alternate";
constexpr std::string_view kAlternateWritten = "rel=\"alternate\"";

using Elements = std::vector<XmlElement>;

bool IsBlank(std::string_view text) { return std::all_of(text.begin(), text.end(), html::IsSpace); }

std::string OpeningRegex(std::string_view name) { return "<" + EscapedRegex(name) + "\\b"; }

std::string ContentRegex(std::string_view name) {
  return OpeningRegex(name) + "[^>]*>(.*?)</" + EscapedRegex(name) + ">";
}

bool IsNamespace(std::string_view attribute) {
  return attribute == "xmlns" || attribute.starts_with("xmlns:") || attribute.starts_with("xml:");
}

bool IsUrlReference(std::string_view text) {
  return BeginsAsUrl(text) ||
         (text.starts_with('/') && std::none_of(text.begin(), text.end(), html::IsSpace));
}

// Attributes of elements without content that are what the element says.
bool IsTarget(std::string_view attribute) {
  static constexpr std::array<std::string_view, 7> kNames{
      "href", "url", "src", "resource", "term", "value", "rdf:resource"};
  return std::find(kNames.begin(), kNames.end(), attribute) != kNames.end();
}

struct Attribute {
  std::string_view name;
  std::string value;
};

size_t CountAttributes(const XmlElement& element) {
  size_t count = 0;
  HtmlAttributes attributes(element.attributes);
  HtmlAttribute attribute;
  while (attributes.Next(&attribute)) count += IsNamespace(attribute.name) ? 0 : 1;
  return count;
}

std::vector<Attribute> AttributesOf(const XmlElement& element) {
  std::vector<Attribute> found;
  HtmlAttributes attributes(element.attributes);
  HtmlAttribute attribute;
  while (attributes.Next(&attribute)) {
    if (IsNamespace(attribute.name)) continue;
    found.push_back({attribute.name, VisibleText(attribute.value)});
  }
  return found;
}

// Whether feeds and sitemaps call an item so: there may be only one.
bool IsItem(std::string_view name) {
  const std::string_view local = LocalName(name);
  return local == "item" || local == "entry" || local == "url" || local == "sitemap";
}

// The elements of one path.
struct PathGroup {
  std::vector<size_t> items;
  size_t values = 0;  // in all of them, those of their elements twice
};

// Those with most values; nothing when there are none.
std::vector<size_t> FindItems(const Elements& elements) {
  std::map<uint64_t, PathGroup> groups;
  for (size_t i = 0; i < elements.size(); ++i) {
    const XmlElement& element = elements[i];
    PathGroup& group = groups[element.path];
    group.items.push_back(i);
    const size_t attributes = CountAttributes(element);
    group.values += attributes;
    const bool has_value = element.children == 0 && (attributes > 0 || !IsBlank(element.content));
    if (has_value && element.parent >= 0) groups[elements[element.parent].path].values += 2;
  }
  PathGroup* best = nullptr;
  for (auto& [path, group] : groups) {
    const bool repeats = group.items.size() > 1 || IsItem(elements[group.items.front()].name);
    if (repeats && group.values > (best != nullptr ? best->values : 1)) best = &group;
  }
  return best != nullptr ? std::move(best->items) : std::vector<size_t>();
}

// What an item has in one place.
struct XmlFinding {
  ItemField field;
  std::string_view name;   // of the element, or of the item's own attribute
  std::string_view outer;  // of the element around it; empty: the item
  size_t filled = 0;
  size_t alternates = 0;                        // links that say that they lead to the item itself
  bool repeats = false;                         // an item has several
  std::vector<std::vector<std::string>> texts;  // of each item
};

class XmlFieldSearch {
 public:
  XmlFieldSearch(const Elements& elements, const std::vector<size_t>& items)
      : elements_(elements), items_(items), looked_(std::min(items.size(), kMaxItemsRead)) {}

  std::vector<ItemField> Find() {
    for (item_ = 0; item_ < looked_; ++item_) ReadItem(items_[item_]);
    std::vector<ItemField> fields;
    for (XmlFinding& finding : findings_) {
      if (fields.size() == kMaxItemFields) break;
      if (!MostHave(finding.filled, looked_)) continue;
      if (!NameField(fields, &finding)) continue;
      FinishField(&finding);
      fields.push_back(std::move(finding.field));
    }
    return fields;
  }

 private:
  void ReadItem(size_t item) {
    for (Attribute& attribute : AttributesOf(elements_[item])) {
      FieldSpec spec;
      spec.attr = attribute.name;
      Note(std::move(spec), {attribute.name, {}}, std::move(attribute.value));
    }
    const char* const end = elements_[item].content.data() + elements_[item].content.size();
    for (size_t i = item + 1; i < elements_.size() && i < item + kMaxPartsRead; ++i) {
      const XmlElement& element = elements_[i];
      if (element.name.data() >= end) return;
      const auto parent = static_cast<size_t>(element.parent);
      const bool is_direct = parent == item;
      if (!is_direct && elements_[parent].parent != static_cast<int>(item)) continue;
      if (element.children == 0) {
        ReadValue(element, is_direct ? std::string_view() : elements_[parent].name);
      }
    }
  }

  void ReadValue(const XmlElement& element, std::string_view outer) {
    FieldSpec spec;
    const std::string around = outer.empty() ? "" : OpeningRegex(outer) + "[^>]*>.*?";
    if (!IsBlank(element.content)) {
      spec.re = {around + ContentRegex(element.name)};
      Note(std::move(spec), {element.name, outer}, VisibleText(element.content));
      return;
    }
    if (!outer.empty()) return;
    std::vector<Attribute> attributes = AttributesOf(element);
    const auto target = std::find_if(attributes.begin(), attributes.end(),
                                     [](const Attribute& a) { return IsTarget(a.name); });
    if (target == attributes.end()) return;
    const auto rel = std::find_if(attributes.begin(), attributes.end(),
                                  [](const Attribute& a) { return a.name == "rel"; });
    if (rel != attributes.end() && rel->value != kAlternate) return;
    spec.re = {OpeningRegex(element.name) + "[^>]*>"};
    spec.attr = target->name;
    XmlFinding* finding = Note(std::move(spec), {element.name, {}}, std::move(target->value));
    const bool is_said = element.attributes.find(kAlternateWritten) != std::string_view::npos;
    if (finding != nullptr && is_said) ++finding->alternates;
  }

  struct Place {
    std::string_view name;
    std::string_view outer;
  };

  XmlFinding* Note(FieldSpec spec, const Place& place, std::string text) {
    auto known = std::find_if(findings_.begin(), findings_.end(), [&](const XmlFinding& finding) {
      return finding.field.spec.re == spec.re && finding.field.spec.attr == spec.attr;
    });
    if (known == findings_.end()) {
      if (findings_.size() == kMaxPlaces) return nullptr;
      XmlFinding finding;
      finding.field.spec = std::move(spec);
      finding.name = place.name;
      finding.outer = place.outer;
      known = findings_.insert(findings_.end(), std::move(finding));
      known->texts.resize(looked_);
    }
    std::vector<std::string>& texts = known->texts[item_];
    if (texts.empty()) ++known->filled;
    known->repeats = known->repeats || !texts.empty();
    texts.push_back(std::move(text));
    return &*known;
  }

  // False when no name is left for it.
  static bool NameField(const std::vector<ItemField>& fields, XmlFinding* finding) {
    const std::string outer(LocalName(finding->outer));
    const std::string prefix = outer.empty() ? "" : outer + "_";
    for (const std::string_view name : {LocalName(finding->name), finding->name}) {
      const std::string column = ColumnNameFrom(ApartWords(prefix + std::string(name)));
      const bool taken = std::any_of(fields.begin(), fields.end(), [&](const ItemField& field) {
        return field.spec.name == column;
      });
      if (column.empty() || taken) continue;
      finding->field.spec.name = column;
      return true;
    }
    return false;
  }

  static void FinishField(XmlFinding* finding) {
    FieldSpec& spec = finding->field.spec;
    std::vector<std::string> all;
    for (const auto& texts : finding->texts) all.insert(all.end(), texts.begin(), texts.end());
    if (finding->alternates == all.size()) {
      spec.re = {OpeningRegex(finding->name) + "[^>]*" + std::string(kAlternateWritten) + "[^>]*>"};
    }
    spec.many = finding->repeats && spec.attr.empty();
    if (!spec.many) {
      const bool are_urls = std::all_of(all.begin(), all.end(), IsUrlReference);
      spec.type = are_urls ? ValueType::kUrl : TypeOf(all);
      const bool is_number = spec.type == ValueType::kInteger || spec.type == ValueType::kReal;
      if (is_number && IsKeyName(spec.name)) spec.type = ValueType::kText;  // one may be none
    }
    for (const auto& texts : finding->texts) {
      std::string value = texts.empty() ? "" : texts.front();
      if (spec.many && !texts.empty())
        value =
            nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      finding->field.values.push_back(std::move(value));
    }
  }

  const Elements& elements_;
  const std::vector<size_t>& items_;
  const size_t looked_;
  size_t item_ = 0;
  std::vector<XmlFinding> findings_;
};

// The first field whose name says that it names the item, and that is another in each.
std::vector<std::string> FindKey(const std::vector<ItemField>& fields) {
  for (const ItemField& field : fields) {
    if (!IsKeyName(field.spec.name) || field.spec.many) continue;
    std::vector<std::string> values = field.values;
    std::sort(values.begin(), values.end());
    const bool repeats = std::adjacent_find(values.begin(), values.end()) != values.end();
    if (!repeats && !values.front().empty()) return {field.spec.name};
  }
  return {};
}

// Where an item leads, for a rule of links.
std::string ItemLink(const std::vector<ItemField>& fields) {
  for (const ItemField& field : fields) {
    if (field.spec.type != ValueType::kUrl || field.spec.name != "link") continue;
    std::string re = field.spec.re.empty() ? "" : field.spec.re.front();
    if (re.ends_with("[^>]*>")) {
      re.replace(re.size() - 6, 6, "[^>]*" + field.spec.attr + "=\"(?P<value>[^\"]*)\"");
    } else if (const size_t group = re.find("(.*?)"); group != re.npos) {
      re.replace(group, 1, "(?P<value>");
    }
    return re;
  }
  return {};
}

}  // namespace

std::optional<XmlOutline> OutlineXml(std::string_view text) {
  const Elements elements = ReadXml(text);
  const std::vector<size_t> items = FindItems(elements);
  if (items.empty() || LocalName(elements.front().name) == "html") return std::nullopt;
  XmlOutline outline;
  const std::string_view name = elements[items.front()].name;
  outline.record.table = TableNameFrom(ApartWords(LocalName(name)));
  outline.record.element = OpeningRegex(name);
  outline.fields = XmlFieldSearch(elements, items).Find();
  outline.record.key = FindKey(outline.fields);
  outline.items = items.size();
  const std::string_view root = LocalName(elements.front().name);
  outline.is_sitemap = root == "urlset" || root == "sitemapindex";
  outline.item_link = ItemLink(outline.fields);
  return outline;
}

}  // namespace thresh
