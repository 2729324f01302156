#include "parser/outline_runs.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "parser/html_names.h"
#include "parser/tag_regex.h"

namespace thresh {
namespace {

constexpr size_t kMinRuns = 3;
constexpr size_t kMaxRunGroups = 24;   // that are looked at more closely
constexpr size_t kMaxSiblings = 40;    // of a run
constexpr double kMinSameShape = 0.6;  // of a group's runs
constexpr double kMinWithText = 0.8;   // likewise, with text beside their first element
constexpr uint64_t kMix = 0x9E3779B97F4A7C15;

// Words of a class are only looked at in elements that may stand at the top of something.
bool MayBeginByClass(const HtmlTag& tag) {
  return IsHeading(tag) || tag.NameIsOneOf({"tr", "div", "p", "dt", "li", "a", "header", "section",
                                            "article", "span"});
}

uint64_t ShapeOf(const OutlineNode& node) {
  const std::vector<std::string_view> tokens = ClassTokens(node.tag);
  return html::NameKey(node.tag.name) * 31 +
         (tokens.empty() ? 0 : std::hash<std::string_view>()(tokens[0]));
}

// Whether such an element stands between the first item's begin and the last one's end.
bool StandsInside(const std::vector<OutlineNode>& nodes, const ItemGroup& group,
                  std::string_view name, std::string_view token) {
  for (size_t i = group.items[0]; i < nodes.size(); ++i) {
    if (nodes[i].tag.begin >= group.ends.back()) return false;
    if (nodes[i].tag.name != name) continue;
    const std::vector<std::string_view> tokens = ClassTokens(nodes[i].tag);
    if (token.empty() || std::find(tokens.begin(), tokens.end(), token) != tokens.end())
      return true;
  }
  return false;
}

// An element and the siblings behind it that are no beginnings themselves.
struct Run {
  std::vector<size_t> siblings;
  uint64_t shape = kMix;
  bool has_text = false;  // in the siblings
};

class RunSearch {
 public:
  explicit RunSearch(const std::vector<OutlineNode>& nodes) : nodes_(nodes), next_(nodes.size()) {
    // Siblings come in their order, so that the one before is the last of that parent.
    std::unordered_map<int, size_t> last;
    for (size_t i = 0; i < nodes.size(); ++i) {
      const auto [before, is_first] = last.try_emplace(nodes[i].parent, i);
      if (is_first) continue;
      next_[before->second] = i;
      before->second = i;
    }
  }

  std::vector<ItemGroup> Find() {
    for (const auto& [tag, members] : Beginnings()) {
      if (members.size() < kMinRuns) continue;
      if (auto group = GroupOf(tag.first, tag.second, members))
        groups_.push_back(*std::move(group));
    }
    KeepTheLargest();
    DropRotations();
    std::vector<ItemGroup> found;
    for (Group& group : groups_) {
      group.items.until = UntilFor(group);
      found.push_back(std::move(group.items));
    }
    return found;
  }

 private:
  struct Group {
    ItemGroup items;
    size_t behind = 0;  // the first sibling behind the last run; 0: none
  };
  using Tag = std::pair<std::string_view, std::string_view>;  // a name and a class

  std::map<Tag, std::vector<size_t>> Beginnings() const {
    std::map<Tag, std::vector<size_t>> beginnings;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const HtmlTag& tag = nodes_[i].tag;
      if (IsHeading(tag) || tag.NameIs("dt")) beginnings[{tag.name, {}}].push_back(i);
      if (!MayBeginByClass(tag)) continue;
      for (const std::string_view token : ClassTokens(tag)) {
        if (!IsLayout(token)) beginnings[{tag.name, token}].push_back(i);
      }
    }
    return beginnings;
  }

  // The siblings from `first` up to the next of `members`, which are in the order of the page;
  // nothing where there are too many.
  std::optional<Run> RunFrom(size_t first, const std::vector<size_t>& members) const {
    Run run;
    for (size_t at = next_[first]; at != 0; at = next_[at]) {
      if (std::binary_search(members.begin(), members.end(), at)) break;
      if (run.siblings.size() == kMaxSiblings) return std::nullopt;
      run.siblings.push_back(at);
      run.shape = (run.shape ^ ShapeOf(nodes_[at])) * kMix;
      run.has_text = run.has_text || nodes_[at].text > 0;
    }
    return run;
  }

  // Those that stand in the place where most of them are.
  std::vector<size_t> InMainPlace(const std::vector<size_t>& members) const {
    std::unordered_map<uint64_t, size_t> count;
    for (const size_t member : members)
      count[nodes_[member].path] += nodes_[member].in_frame ? 0 : 1;
    const auto main =
        std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) {
          return std::pair(a.second, a.first) < std::pair(b.second, b.first);
        });
    std::vector<size_t> items;
    for (const size_t member : members) {
      const OutlineNode& node = nodes_[member];
      if (node.path == main->first && !node.in_frame) items.push_back(member);
    }
    return items;
  }

  std::optional<Group> GroupOf(std::string_view name, std::string_view token,
                               const std::vector<size_t>& members) const {
    Group found{.items = {.name = name, .token = token}};
    ItemGroup& group = found.items;
    group.items = InMainPlace(members);
    if (group.items.size() < kMinRuns) return std::nullopt;
    group.elsewhere = members.size() - group.items.size();
    std::vector<Run> runs;
    std::unordered_map<uint64_t, size_t> shapes;
    size_t with_text = 0;
    for (const size_t item : group.items) {
      auto run = RunFrom(item, members);
      if (!run) return std::nullopt;
      with_text += run->has_text ? 1 : 0;
      ++shapes[run->shape];
      runs.push_back(*std::move(run));
    }
    const auto usual =
        std::max_element(shapes.begin(), shapes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    const double all = static_cast<double>(runs.size());
    // What is a term's own is said by HTML.
    const bool is_regular = nodes_[group.items[0]].tag.NameIs("dt") ||
                            static_cast<double>(usual->second) >= kMinSameShape * all;
    if (!is_regular || static_cast<double>(with_text) < kMinWithText * all) return std::nullopt;
    size_t length = kMaxSiblings;
    for (const Run& run : runs) {
      if (run.shape == usual->first) length = run.siblings.size();
    }
    Measure(runs, length, &found);
    return found;
  }

  // Where the runs end, and their text. The last one is as long as the others: what comes then is
  // no more of it.
  void Measure(const std::vector<Run>& runs, size_t usual_length, Group* found) const {
    ItemGroup& group = found->items;
    for (size_t i = 0; i < runs.size(); ++i) {
      const OutlineNode& first = nodes_[group.items[i]];
      size_t end = first.end;
      group.text += first.text;
      size_t taken = 0;
      for (const size_t sibling : runs[i].siblings) {
        if (i + 1 == runs.size() && taken == usual_length) {
          found->behind = sibling;
          break;
        }
        ++taken;
        end = nodes_[sibling].end;
        group.text += nodes_[sibling].text;
      }
      group.ends.push_back(end);
    }
  }

  void KeepTheLargest() {
    const auto size = [](const Group& group) {
      return group.items.items.size() * group.items.text;
    };
    std::stable_sort(groups_.begin(), groups_.end(),
                     [&](const Group& a, const Group& b) { return size(a) > size(b); });
    if (groups_.size() > kMaxRunGroups) groups_.resize(kMaxRunGroups);
  }

  // A regex of what comes behind the last run, and in none; empty where there is nothing such.
  std::string UntilFor(const Group& found) const {
    const ItemGroup& group = found.items;
    if (found.behind != 0) {
      if (std::string until = StartBehind(nodes_, group, nodes_[found.behind].tag.begin);
          !until.empty())
        return until;
    }
    const int parent = nodes_[group.items.back()].parent;
    if (parent < 0) return {};
    const OutlineNode& around = nodes_[parent];
    if (around.closed && !StandsInside(nodes_, group, around.tag.name, {})) {
      return "</" + EscapedRegex(around.tag.name) + ">";
    }
    return StartBehind(nodes_, group, around.end);
  }

  // Of a run "a b c" there is one of "b c a" as well: the one that begins first counts.
  void DropRotations() {
    const auto first = [](const Group& group) { return group.items.items[0]; };
    const auto size = [](const Group& group) { return group.items.items.size(); };
    std::stable_sort(groups_.begin(), groups_.end(),
                     [&](const Group& a, const Group& b) { return first(a) < first(b); });
    std::vector<Group> kept;
    for (Group& group : groups_) {
      const bool turned = std::any_of(kept.begin(), kept.end(), [&](const Group& other) {
        return nodes_[first(other)].parent == nodes_[first(group)].parent &&
               first(other) != first(group) && size(other) <= size(group) + 1 &&
               size(group) <= size(other) + 1;
      });
      if (!turned) kept.push_back(std::move(group));
    }
    groups_ = std::move(kept);
  }

  const std::vector<OutlineNode>& nodes_;
  std::vector<size_t> next_;  // sibling; 0: none
  std::vector<Group> groups_;
};

}  // namespace

std::string StartBehind(const std::vector<OutlineNode>& nodes, const ItemGroup& group, size_t at) {
  const auto node = std::lower_bound(
      nodes.begin(), nodes.end(), at,
      [](const OutlineNode& before, size_t place) { return before.tag.begin < place; });
  if (node == nodes.end()) return {};
  const std::vector<std::string_view> tokens = ClassTokens(node->tag);
  const std::string_view token = tokens.empty() ? std::string_view() : tokens[0];
  return StandsInside(nodes, group, node->tag.name, token) ? "" : TagRegex({&node->tag}, token);
}

std::vector<ItemGroup> FindRuns(const std::vector<OutlineNode>& nodes) {
  return RunSearch(nodes).Find();
}

}  // namespace thresh
