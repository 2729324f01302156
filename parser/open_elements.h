// The stack of open elements of the HTML standard's tree builder (§13.2.4.2), without a tree: what
// tells where an element ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "parser/element_kinds.h"
#include "parser/html.h"

namespace thresh::html {

// Fed with the tags of a page, or of a part of it, in their order. The rules are those of §13.2.6.4
// for which element an end tag closes and which a start tag closes implicitly; formatting elements
// and forms are closed out of order where the standard does so, nothing is opened anew and nothing
// moved out of tables. Each tag costs constant time on the average, whatever is open. Elements
// nested more than 200,000 deep are taken for empty: that bounds the memory, at 15 MB.
class OpenElements {
 public:
  // Told once about element number `element` (start tags, counted from zero) where it ends.
  using OnEnd = std::function<void(size_t element, size_t end)>;

  // `whole_page`: nothing stands around the first tag. Otherwise that is taken to stand where its
  // kind of element stands properly (a <td> in a table), and an end tag that fits nothing may be
  // that of an element around it.
  OpenElements(bool whole_page, OnEnd on_end);

  void Add(const HtmlTag& tag);
  // The page of `size` bytes is over, and so is all that is open. In a part of a page an element
  // whose end tag did not come ends at the first tag that may have closed what stands around it.
  void Finish(size_t size);

 private:
  struct Open {
    uint64_t key;
    size_t element;
    int* last;                            // where last_ has this name
    int below;                            // the next one of this name further down; -1: none
    std::array<int, kKindCount> nearest;  // at or below this one; -1: none
    bool ended;                           // closed out of order, still on the stack
  };

  void AddStart(const HtmlTag& tag, uint64_t key);
  void AddEnd(const HtmlTag& tag, uint64_t key);
  void AddUnmatched(uint64_t key, size_t at);
  int EndedBy(uint64_t key) const;

  // What a start tag at `at` closes before it opens its element.
  void CloseBefore(uint64_t key, uint32_t kinds, size_t at);
  void CloseByName(uint64_t key, size_t at);
  void CloseParagraph(size_t at);
  void CloseTable(size_t at);
  void CloseTableParts(uint64_t key, size_t at);
  void CloseOptions(bool groups, size_t at);
  void CloseRubyText(bool annotations_too, size_t at);
  bool IsIgnored(uint64_t key) const;

  void Push(uint64_t key, uint32_t kinds, size_t element);
  // Pops down to `index`, which ends at `end`; what stands above it ends at `above_end`.
  void CloseFrom(int index, size_t end, size_t above_end);
  // Ends one element; what stands above it stays open.
  void CloseAlone(int index, size_t end);
  void CloseOutOfOrder(int index, size_t end, size_t above_end);

  int top() const { return static_cast<int>(stack_.size()) - 1; }
  bool TopIs(uint64_t key) const { return !stack_.empty() && stack_.back().key == key; }
  int Nearest(ElementKind kind) const { return stack_.empty() ? -1 : stack_.back().nearest[kind]; }
  int Last(uint64_t key) const;  // the topmost open element of that name; -1: none
  bool InForeign() const { return Nearest(kForeign) > Nearest(kHtmlPoint); }

  bool whole_page_;
  OnEnd on_end_;
  std::vector<Open> stack_;
  std::unordered_map<uint64_t, int> last_;
  size_t count_ = 0;                           // start tags
  size_t maybe_end_ = std::string_view::npos;  // of the first element of a part of a page
};

}  // namespace thresh::html
