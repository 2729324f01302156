#include "parser/outline_items.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "parser/outline_fields.h"
#include "parser/outline_runs.h"
#include "parser/tag_regex.h"

namespace thresh {
namespace {

constexpr size_t kMinItems = 3;
constexpr size_t kMaxGroups = 24;         // whose fields are looked for
constexpr size_t kMaxTwins = 200;         // that are compared with each other
constexpr double kMinShareOfText = 0.15;  // of the page's
constexpr double kMinShareOfTextOfTwo = 0.5;
constexpr double kRunsAreLess = 0.8;  // an element that holds a row is a better rule

// What is never an item, or only where a class says that it is more than a word or a cell.
bool IsNoItem(const HtmlTag& tag) {
  return tag.NameIsOneOf({"html",  "head",  "body",   "meta",   "link", "script",
                          "style", "title", "option", "select", "br",   "hr",
                          "img",   "input", "svg",    "path",   "col",  "th",
                          "thead", "tfoot", "button", "form"});
}

bool NeedsClass(const HtmlTag& tag) {
  return tag.NameIsOneOf({"a", "b",    "i",    "em",    "strong", "span", "p",
                          "u", "td",   "h1",   "h2",    "h3",     "h4",   "small",
                          "q", "font", "code", "label", "ul",     "ol",   "div"});
}

using Groups = std::map<std::pair<std::string_view, std::string_view>, std::vector<size_t>>;

Groups GroupByTag(const std::vector<OutlineNode>& nodes) {
  Groups groups;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const HtmlTag& tag = nodes[i].tag;
    if (IsNoItem(tag)) continue;
    if (!NeedsClass(tag)) groups[{tag.name, {}}].push_back(i);
    for (const std::string_view token : ClassTokens(tag)) groups[{tag.name, token}].push_back(i);
  }
  return groups;
}

// The members that stand in the place where most of the text is, none inside another.
void TakeMainPlace(const std::vector<OutlineNode>& nodes, const std::vector<size_t>& members,
                   ItemGroup* group) {
  std::unordered_map<uint64_t, size_t> text;
  for (const size_t member : members) text[nodes[member].path] += nodes[member].text + 1;
  const auto main = std::max_element(text.begin(), text.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second, a.first) < std::pair(b.second, b.first);
  });
  size_t end = 0;
  for (const size_t member : members) {
    if (nodes[member].path != main->first || nodes[member].in_frame) continue;
    if (nodes[member].tag.begin < end) continue;
    end = nodes[member].end;
    group->items.push_back(member);
    group->text += nodes[member].text;
  }
  group->elsewhere = members.size() - group->items.size();
}

// The same with the members inside of the group's, as answers stand in the comment that they
// answer: as elements, all of these would be one row. Each ends where the next one begins. Nothing
// where none is inside another.
std::optional<ItemGroup> WithNested(const std::vector<OutlineNode>& nodes,
                                    const std::vector<size_t>& members, const ItemGroup& group) {
  if (group.items.empty() || group.token.empty() || IsLayout(group.token)) return std::nullopt;
  ItemGroup nest{.name = group.name, .token = group.token, .nests = true};
  auto outer = group.items.begin();
  for (const size_t member : members) {
    while (outer + 1 != group.items.end() && outer[1] <= member) ++outer;
    if (member < *outer || nodes[member].tag.begin >= nodes[*outer].end) continue;
    if (!nest.items.empty()) nest.ends.push_back(nodes[member].tag.begin);
    nest.items.push_back(member);
  }
  if (nest.items.size() == group.items.size()) return std::nullopt;
  nest.ends.push_back(nodes[group.items.back()].end);
  nest.until = StartBehind(nodes, nest, nest.ends.back());
  nest.text = group.text;
  nest.elsewhere = members.size() - nest.items.size();
  return nest;
}

size_t TextOf(const std::vector<OutlineNode>& nodes) {
  size_t text = 0;
  for (const OutlineNode& node : nodes) text += node.own_text;
  return text;
}

// Fields of different names: of a list in a list there are "text", "text_2", "text_3"…, which is
// one. The cells of a table are its columns.
size_t DifferentFields(const ItemGroup& group) {
  std::set<std::string> stems;
  for (const ItemField& field : group.fields) {
    const std::string& name = field.spec.name;
    const size_t stem = name.find_last_not_of("0123456789");
    const bool numbered = stem + 1 < name.size() && name[stem] == '_';
    const bool is_cell = name.starts_with("cell_");
    stems.insert(numbered && !is_cell ? name.substr(0, stem) : name);
  }
  return stems.size();
}

// More items, more text and more fields are better; a class is clearer than none.
double ScoreOf(const ItemGroup& group) {
  const double items = static_cast<double>(std::min<size_t>(group.items.size(), 60));
  const double fields = static_cast<double>(std::min<size_t>(DifferentFields(group), 8));
  const double noise =
      static_cast<double>(group.elsewhere) / static_cast<double>(group.items.size());
  return std::sqrt(items) * static_cast<double>(group.text) * std::sqrt(fields) *
         (group.token.empty() || IsLayout(group.token) ? 1.0 : 1.1) *
         (group.IsOfRuns() && !group.nests ? kRunsAreLess : 1.0) / (1.0 + std::min(noise, 3.0) / 4);
}

// Of groups of the very same items one is kept: by the first class that says what they are.
void DropTwins(std::vector<ItemGroup>* groups) {
  std::vector<ItemGroup> kept;
  const auto says_what = [](const ItemGroup& group) {
    return !group.token.empty() && !IsLayout(group.token);
  };
  for (ItemGroup& group : *groups) {
    const auto twin = std::find_if(kept.begin(), kept.end(), [&](const ItemGroup& other) {
      return other.items == group.items && other.IsOfRuns() == group.IsOfRuns();
    });
    if (twin == kept.end()) {
      kept.push_back(std::move(group));
    } else if (!says_what(*twin) && says_what(group)) {
      *twin = std::move(group);
    }
  }
  *groups = std::move(kept);
}

// Groups of `min_items` or more that have that share of the page's text.
std::vector<ItemGroup> GroupsOf(const std::vector<OutlineNode>& nodes, size_t min_items,
                                double min_share) {
  const double min_text = min_share * static_cast<double>(TextOf(nodes));
  std::vector<ItemGroup> groups;
  for (const auto& [tag, members] : GroupByTag(nodes)) {
    if (members.size() < min_items) continue;
    ItemGroup group{.name = tag.first, .token = tag.second};
    TakeMainPlace(nodes, members, &group);
    auto nest = WithNested(nodes, members, group);
    if (nest && nest->items.size() >= min_items) groups.push_back(*std::move(nest));
    if (group.items.size() >= min_items) groups.push_back(std::move(group));
  }
  std::vector<ItemGroup> runs = FindRuns(nodes);
  std::move(runs.begin(), runs.end(), std::back_inserter(groups));
  std::erase_if(groups,
                [&](const ItemGroup& group) { return static_cast<double>(group.text) < min_text; });
  return groups;
}

}  // namespace

bool IsLayout(std::string_view token) {
  if (token.starts_with("col-") || token.find("__") == 0) return true;
  for (const std::string_view word : {"row", "col", "column", "cell", "grid", "wrapper",
                                      "container", "odd", "even", "clearfix", "flex"}) {
    if (token == word) return true;
  }
  return false;
}

std::string ItemGroup::Beginning(const std::vector<OutlineNode>& nodes) const {
  std::vector<const HtmlTag*> examples;
  for (const size_t item : items) examples.push_back(&nodes[item].tag);
  return TagRegex(examples, token);
}

std::vector<ItemGroup> FindItemGroups(std::string_view html,
                                      const std::vector<OutlineNode>& nodes) {
  std::vector<ItemGroup> groups = GroupsOf(nodes, kMinItems, kMinShareOfText);
  // Two that share a class, and are most of the page, are a list as well.
  if (groups.empty()) {
    groups = GroupsOf(nodes, 2, kMinShareOfTextOfTwo);
    std::erase_if(groups, [](const ItemGroup& group) {
      return group.token.empty() || IsLayout(group.token) || group.IsOfRuns();
    });
  }
  const auto by_size = [](const ItemGroup& a, const ItemGroup& b) {
    return std::sqrt(a.items.size()) * static_cast<double>(a.text) >
           std::sqrt(b.items.size()) * static_cast<double>(b.text);
  };
  std::stable_sort(groups.begin(), groups.end(), by_size);
  if (groups.size() > kMaxTwins) groups.resize(kMaxTwins);
  DropTwins(&groups);
  if (groups.size() > kMaxGroups) groups.resize(kMaxGroups);
  for (ItemGroup& group : groups) {
    group.fields = FindItemFields(html, nodes, group);
    group.score = ScoreOf(group);
  }
  std::erase_if(groups, [](const ItemGroup& group) { return DifferentFields(group) < 2; });
  std::stable_sort(groups.begin(), groups.end(),
                   [](const ItemGroup& a, const ItemGroup& b) { return a.score > b.score; });
  return groups;
}

}  // namespace thresh
