#include "parser/outline_fields.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "parser/entities.h"
#include "parser/outline_headings.h"
#include "parser/tag_regex.h"

namespace thresh {
namespace {

constexpr size_t kMaxNth = 12;

enum class PlaceKind : uint8_t { kOwn, kText, kLink, kImage, kTime };

// Where in an item something stands, and what it is.
struct Place {
  std::string_view name;
  std::string_view token;
  size_t nth = 1;
  PlaceKind kind = PlaceKind::kText;
  std::string attr;
  friend auto operator<=>(const Place& a, const Place& b) {
    return std::tie(a.name, a.token, a.nth, a.kind, a.attr) <=>
           std::tie(b.name, b.token, b.nth, b.kind, b.attr);
  }
};

struct Finding {
  std::vector<std::string> values;  // one an item; empty where it is not
  std::vector<const HtmlTag*> tags;
  std::string heading;  // of the table's column
  bool closed = true;
  size_t filled = 0;
  size_t order = 0;  // of its first appearance
};

bool IsCell(const HtmlTag& tag) { return tag.NameIsOneOf({"td", "th"}); }

std::string Decoded(std::string_view raw) { return DecodeEntities(raw, EntityContext::kAttribute); }

bool IsPageLink(std::string_view href) {
  return !href.empty() && href[0] != '#' && !href.starts_with("javascript:") &&
         !href.starts_with("mailto:") && !href.starts_with("tel:");
}

// An attribute of an item's own tag that may name it.
bool IsIdName(std::string_view name) {
  return name == "id" || name == "data-sku" || name == "data-key" || name == "data-asin" ||
         (name.starts_with("data-") && name.ends_with("id"));
}

class FieldSearch {
 public:
  FieldSearch(std::string_view html, const std::vector<OutlineNode>& nodes, const ItemGroup& group)
      : html_(html), nodes_(nodes), group_(group) {
    items_ = std::min(group.items.size(), kMaxItemsRead);
    const size_t first = group.items[0];
    if (!group.IsOfRuns() && nodes[first].tag.NameIs("tr")) {
      headings_ = TableHeadings(html, nodes, first);
    }
  }

  std::vector<ItemField> Find() {
    for (item_ = 0; item_ < items_; ++item_) {
      ReadItem(group_.items[item_], group_.End(nodes_, item_));
    }
    return Choose();
  }

 private:
  void ReadItem(size_t item, size_t end) {
    counts_.clear();
    text_end_ = 0;
    cells_ = 0;
    item_end_ = end;
    ReadOwnTag(nodes_[item]);
    // What a run begins with is a part of the row like others.
    if (group_.IsOfRuns()) {
      ReadNode(item);
    } else {
      Count(nodes_[item].tag);
    }
    for (size_t i = item + 1; i < nodes_.size() && i < item + kMaxPartsRead; ++i) {
      if (nodes_[i].tag.begin >= end) return;
      ReadNode(i);
    }
  }

  void ReadOwnTag(const OutlineNode& node) {
    HtmlAttributes attributes(node.tag.attributes);
    HtmlAttribute attribute;
    while (attributes.Next(&attribute)) {
      const std::string name(attribute.name);
      if (IsIdName(name)) Add({{}, {}, 0, PlaceKind::kOwn, name}, node, Decoded(attribute.value));
      if (name == "href" && node.tag.NameIs("a") && IsPageLink(attribute.value)) {
        Add({{}, {}, 0, PlaceKind::kOwn, name}, node, Decoded(attribute.value));
      }
    }
  }

  void ReadNode(size_t index) {
    const OutlineNode& node = nodes_[index];
    const std::vector<std::string_view> tokens = ClassTokens(node.tag);
    Count(node.tag);
    Place place{
        node.tag.name, tokens.empty() ? std::string_view() : tokens[0], 1, PlaceKind::kText, {}};
    place.nth = counts_[{place.name, place.token}];
    if (IsCell(node.tag)) ++cells_;
    const bool whole = IsHeading(node.tag) || (IsCell(node.tag) && !IsMadeOfParts(index));
    if (place.nth > kMaxNth) return;
    const bool in_row = node.end <= item_end_;  // of items in each other an element may run on
    const bool has_text = whole ? node.text > 0 : node.own_text > 0 && !HasNamedText(index);
    if (in_row && has_text && node.tag.begin >= text_end_) {
      text_end_ = node.end;
      // What a program may read is better than what people may.
      if (!node.tag.Attribute("datetime")) Add(place, node, VisibleText(InnerHtml(html_, node)));
    }
    ReadAttributes(place, node);
  }

  void ReadAttributes(Place place, const OutlineNode& node) {
    if (node.tag.NameIs("a")) {
      AddAttribute(place, PlaceKind::kLink, "href", node);
    } else if (node.tag.NameIs("img")) {
      const bool lazy = node.tag.Attribute("data-src").has_value();
      AddAttribute(place, PlaceKind::kImage, lazy ? "data-src" : "src", node);
    } else {
      AddAttribute(place, PlaceKind::kTime, "datetime", node);
    }
  }

  void AddAttribute(Place place, PlaceKind kind, const char* name, const OutlineNode& node) {
    const auto value = node.tag.Attribute(name);
    if (!value || value->starts_with("data:")) return;
    if (kind == PlaceKind::kLink && !IsPageLink(*value)) return;
    place.kind = kind;
    place.attr = name;
    Add(place, node, Decoded(*value));
  }

  // Whether an element in it has text and a class, which makes it a better field than the whole.
  bool HasNamedText(size_t index) const {
    return !nodes_[index].tag.Attribute("class") && NamedTexts(index) > 0;
  }

  // Whether what stands in a cell is better taken one by one.
  bool IsMadeOfParts(size_t cell) const {
    const size_t named = NamedTexts(cell);
    return named > 1 || (named == 1 && nodes_[cell].own_text == 0);
  }

  // How many elements in it have text and a class.
  size_t NamedTexts(size_t index) const {
    size_t count = 0;
    for (size_t i = index + 1; i < nodes_.size() && i < index + kMaxPartsRead; ++i) {
      if (nodes_[i].tag.begin >= nodes_[index].end) break;
      if (nodes_[i].own_text > 0 && nodes_[i].tag.Attribute("class")) ++count;
    }
    return count;
  }

  void Count(const HtmlTag& tag) {
    ++counts_[{tag.name, {}}];
    std::set<std::string_view> once;
    for (const std::string_view token : ClassTokens(tag)) {
      if (once.insert(token).second) ++counts_[{tag.name, token}];
    }
  }

  void Add(const Place& place, const OutlineNode& node, std::string value) {
    if (value.empty()) return;
    Finding& found = findings_[place];
    if (found.values.empty()) {
      found.order = findings_.size();
      found.values.resize(items_);
      if (cells_ > 0 && cells_ <= headings_.size()) found.heading = headings_[cells_ - 1];
    }
    if (!found.values[item_].empty()) return;
    if (value.size() > kMaxSeenBytes) value.resize(kMaxSeenBytes);
    found.values[item_] = std::move(value);
    found.tags.push_back(&node.tag);
    found.closed &= node.closed;
    ++found.filled;
  }

  std::vector<ItemField> Choose() {
    std::vector<std::pair<const Place*, const Finding*>> chosen;
    for (const auto& [place, found] : findings_) {
      if (!MostHave(found.filled, items_)) continue;
      const std::set<std::string> distinct(found.values.begin(), found.values.end());
      if (distinct.size() < 2 || (place.kind == PlaceKind::kOwn && distinct.size() < items_))
        continue;
      chosen.emplace_back(&place, &found);
    }
    std::sort(chosen.begin(), chosen.end(),
              [](const auto& a, const auto& b) { return a.second->order < b.second->order; });
    // A text may be what its link says, as in a listing of files: these are two columns all the
    // same.
    std::set<std::pair<bool, std::vector<std::string>>> known;
    std::vector<ItemField> fields;
    for (const auto& [place, found] : chosen) {
      const bool is_new = known.emplace(place->kind == PlaceKind::kText, found->values).second;
      if (!is_new || fields.size() == kMaxItemFields) continue;
      const bool is_beginning = place->kind == PlaceKind::kText && !found->closed;
      fields.push_back({FieldFor(*place, *found, fields), found->values, is_beginning});
    }
    Require(&fields);
    return fields;
  }

  // Where the rule finds elements that are no items, a field that these need not have.
  void Require(std::vector<ItemField>* fields) const {
    if (group_.elsewhere == 0) return;
    for (auto& [field, values, is_beginning] : *fields) {
      if (field.re.empty() || !AlwaysFilled(field)) continue;
      field.required = true;
      return;
    }
  }

  bool AlwaysFilled(const FieldSpec& field) const {
    return std::find(always_.begin(), always_.end(), field.name) != always_.end();
  }

  FieldSpec FieldFor(const Place& place, const Finding& found,
                     const std::vector<ItemField>& others) {
    FieldSpec field;
    field.name = Unique(NameFor(place, found), others);
    if (found.filled == items_) always_.push_back(field.name);
    if (place.kind != PlaceKind::kOwn) {
      field.re = {place.kind == PlaceKind::kText
                      ? ContentRegex(found.tags, place.token, place.nth, found.closed)
                      : StartTagRegex(found.tags, place.token, place.nth)};
    }
    field.attr = place.attr;
    const bool is_url =
        place.kind == PlaceKind::kLink || place.kind == PlaceKind::kImage || place.attr == "href";
    field.type = is_url ? ValueType::kUrl : TypeOf(found.values);
    if (place.kind == PlaceKind::kOwn && !is_url) field.type = ValueType::kText;
    return field;
  }

  std::string NameFor(const Place& place, const Finding& found) const {
    if (place.kind == PlaceKind::kLink || place.attr == "href") return "link";
    if (place.kind == PlaceKind::kImage) return "image";
    if (place.kind == PlaceKind::kOwn) return ColumnNameFrom(place.attr);
    for (const std::string_view words : {std::string_view(found.heading), place.token}) {
      if (std::string name = ColumnNameFrom(words); !name.empty()) return name;
    }
    return NameForTag(*found.tags.front());
  }

  static std::string NameForTag(const HtmlTag& tag) {
    if (IsHeading(tag)) return "title";
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"a", "title"}, {"time", "date"}, {"dt", "term"},    {"dd", "meaning"},
        {"td", "cell"}, {"b", "name"},    {"strong", "name"}};
    for (const auto& [name, column] : kNames) {
      if (tag.NameIs(name)) return std::string(column);
    }
    return "text";
  }

  static std::string Unique(const std::string& wanted, const std::vector<ItemField>& others) {
    std::string name = wanted.empty() ? "text" : wanted;
    const auto taken = [&] {
      return std::any_of(others.begin(), others.end(),
                         [&](const ItemField& other) { return other.spec.name == name; });
    };
    const std::string stem = name;
    for (int i = 2; taken(); ++i) name = stem + "_" + std::to_string(i);
    return name;
  }

  const std::string_view html_;
  const std::vector<OutlineNode>& nodes_;
  const ItemGroup& group_;
  size_t items_ = 0;
  std::vector<std::string> headings_;
  std::map<Place, Finding> findings_;
  std::vector<std::string> always_;  // names of fields that every item has

  // Of the item that is being read.
  size_t item_ = 0;
  size_t item_end_ = 0;
  size_t cells_ = 0;
  size_t text_end_ = 0;  // texts before this are part of one that was taken
  std::map<std::pair<std::string_view, std::string_view>, size_t> counts_;
};

}  // namespace

std::vector<ItemField> FindItemFields(std::string_view html, const std::vector<OutlineNode>& nodes,
                                      const ItemGroup& group) {
  return FieldSearch(html, nodes, group).Find();
}

}  // namespace thresh
