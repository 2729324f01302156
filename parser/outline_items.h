// What repeats on a page: candidates for what one row is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/outline_tree.h"
#include "parser/record.h"

namespace thresh {

inline constexpr size_t kMaxSeenBytes = 300;  // of a value, where values are compared
inline constexpr size_t kMaxItemsRead = 60;   // for the fields that they have
inline constexpr size_t kMaxPartsRead = 400;  // elements of each of these
inline constexpr size_t kMaxItemFields = 12;

// Whether most of the items have what `filled` of them do.
inline bool MostHave(size_t filled, size_t items) {
  return static_cast<double>(filled) >= 0.6 * static_cast<double>(items);
}

// A field that most items of a group have.
struct ItemField {
  FieldSpec spec;
  std::vector<std::string> values;  // in the items that were looked into; empty where one lacks it
  bool is_beginning = false;        // the rule finds only what such a value begins with
};

// Elements of one name, and of one class where `token` is not empty; or runs that begin with such:
// those of outline_runs.h, and elements that stand inside each other.
struct ItemGroup {
  std::string_view name;
  std::string_view token;
  std::vector<size_t> items{};  // those in one place of the structure; of `nests` also in these
  std::vector<size_t> ends{};   // of runs: where each ends in the page; else empty
  std::string until{};          // of runs: as RecordSpec::until
  bool nests = false;           // of runs: each is an element up to the next one inside it
  size_t elsewhere = 0;         // other elements that the same rule finds
  size_t text = 0;              // visible bytes in the items
  std::vector<ItemField> fields{};
  double score = 0;

  bool IsOfRuns() const { return !ends.empty(); }
  // Where item `i` ends in the page.
  size_t End(const std::vector<OutlineNode>& nodes, size_t i) const {
    return IsOfRuns() ? ends[i] : nodes[items[i]].end;
  }
  // As RecordSpec::element, or RecordSpec::each of runs.
  std::string Beginning(const std::vector<OutlineNode>& nodes) const;
};

// Whether a class says how something is laid out, and not what it is.
bool IsLayout(std::string_view token);

// The groups that may be a list's items, best first, with the fields that most items have: at least
// two of them. Those that only frame the page (menus) or have little of its text are left out.
std::vector<ItemGroup> FindItemGroups(std::string_view html, const std::vector<OutlineNode>& nodes);

}  // namespace thresh
