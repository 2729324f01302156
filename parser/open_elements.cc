#include "parser/open_elements.h"

#include <algorithm>
#include <utility>

#include "parser/html_names.h"

namespace thresh::html {
namespace {

constexpr int kMaxOpenElements = 200'000;

constexpr uint64_t kP = NameKey("p");
constexpr uint64_t kLi = NameKey("li");
constexpr uint64_t kTableName = NameKey("table");
constexpr uint64_t kForm = NameKey("form");
constexpr uint64_t kHeadings[] = {NameKey("h1"), NameKey("h2"), NameKey("h3"),
                                  NameKey("h4"), NameKey("h5"), NameKey("h6")};

// How deep a part of a table stands in it: sections, rows, cells. `open`: a caption or colgroup
// holds no other part, so any ends it, as one does a cell.
int TableRank(uint64_t key, bool open) {
  switch (key) {
    case NameKey("tr"):
      return 2;
    case NameKey("td"):
    case NameKey("th"):
      return 3;
    case NameKey("caption"):
    case NameKey("colgroup"):
      return open ? 3 : 1;
    default:
      return 1;
  }
}

// A name that is neither HTML's nor a custom element's: of SVG, whose <svg> we may not have seen,
// or of a feed. There "/>" means what it says; the standard would have it ignored.
bool IsXmlName(std::string_view name, uint32_t kinds) {
  return kinds == 0 && name.find('-') == std::string_view::npos;
}

// The kinds of a foreign element, which may have its name from HTML.
uint32_t ForeignKinds(uint64_t key, uint32_t kinds) {
  if (IsHtmlPoint(key, kinds)) return FlagOf(kHtmlPoint) | FlagOf(kScope) | FlagOf(kSpecial);
  return kinds & FlagOf(kForeign);
}

bool Is(uint64_t key, uint32_t kinds) { return (KindsOf(key) & kinds) != 0; }

}  // namespace

OpenElements::OpenElements(bool whole_page, OnEnd on_end)
    : whole_page_(whole_page), on_end_(std::move(on_end)) {}

void OpenElements::Add(const HtmlTag& tag) {
  const uint64_t key = NameKey(tag.name);
  if (tag.is_end) {
    AddEnd(tag, key);
  } else {
    AddStart(tag, key);
  }
}

void OpenElements::Finish(size_t size) {
  while (!stack_.empty()) {
    const bool first = top() == 0 && !whole_page_;
    const size_t end = first ? std::min(maybe_end_, size) : size;
    CloseFrom(top(), end, end);
  }
}

void OpenElements::AddStart(const HtmlTag& tag, uint64_t key) {
  const size_t element = count_++;
  uint32_t kinds = KindsOf(key);
  if ((kinds & kLeavesForeign) != 0) {
    while (InForeign()) CloseFrom(Nearest(kForeign), tag.begin, tag.begin);
  }
  const bool foreign = InForeign() || (kinds & FlagOf(kForeign)) != 0;
  bool empty = tag.self_closing && (foreign || IsXmlName(tag.name, kinds));
  if (!InForeign()) {
    CloseBefore(key, kinds, tag.begin);
    empty = empty || (kinds & kVoid) != 0 || IsIgnored(key);
  }
  if (empty || top() >= kMaxOpenElements) {
    on_end_(element, tag.end);
  } else {
    if (foreign) {
      kinds = ForeignKinds(key, kinds);
    } else {
      if (whole_page_ && (kinds & FlagOf(kHtmlPoint)) != 0) kinds = 0;  // any unknown name
      kinds |= FlagOf(kHtmlElement);
    }
    Push(key, kinds, element);
  }
}

void OpenElements::AddEnd(const HtmlTag& tag, uint64_t key) {
  if (Last(key) > Nearest(kHtmlElement)) return CloseFrom(Last(key), tag.end, tag.begin);
  const int index = EndedBy(key);
  if (index >= 0) {
    if (key == kForm) {
      while (top() > index && Is(stack_.back().key, kImpliedEnd)) {
        CloseFrom(top(), tag.begin, tag.begin);
      }
    }
    if (key == kForm || Is(key, kFormatting)) {
      CloseOutOfOrder(index, tag.end, tag.begin);
    } else {
      CloseFrom(index, tag.end, tag.begin);
    }
  } else if (Last(key) < 0) {
    AddUnmatched(key, tag.begin);
  }
}

// §13.2.6.4.7 and the table modes: which open element the end tag closes; -1: none, the tag is
// ignored.
int OpenElements::EndedBy(uint64_t key) const {
  int index = Last(key);
  int barrier = Nearest(kScope);
  const uint32_t kinds = KindsOf(key);
  if (key == kP) {
    barrier = std::max(barrier, Nearest(kButton));
  } else if (key == kLi) {
    barrier = std::max(barrier, Nearest(kList));
  } else if ((kinds & kHeading) != 0) {
    for (uint64_t heading : kHeadings) index = std::max(index, Last(heading));
  } else if ((kinds & (FlagOf(kTable) | FlagOf(kTablePart))) != 0) {
    barrier = key == NameKey("html") ? -1 : Nearest(kTable);
  } else if (key == NameKey("body")) {
    barrier = -1;
  } else if ((kinds & (FlagOf(kSpecial) | kFormatting)) == 0 && key != kForm) {
    barrier = Nearest(kSpecial);
  }
  return index >= barrier ? index : -1;  // equal where the element itself ends a scope
}

// An end tag, in a part of a page, of which no element is open: it may end one around the part.
void OpenElements::AddUnmatched(uint64_t key, size_t at) {
  if (whole_page_ || stack_.empty()) return;
  const Open& first = stack_.front();
  const uint32_t kinds = KindsOf(key);
  if ((kinds & kVoid) != 0) return;
  if (key == kP && Nearest(kSpecial) > 0) return;
  if (key == kP && Is(first.key, kClosesP)) return;  // then the p is closed already
  const bool special = (kinds & FlagOf(kSpecial)) != 0 || key == kForm;
  const bool of_table = (kinds & (FlagOf(kTable) | FlagOf(kTablePart))) != 0;
  const int barrier = of_table ? Nearest(kTable) : Nearest(special ? kScope : kSpecial);
  const bool page_end = key == NameKey("body") || key == NameKey("html");
  if (barrier >= 0 && !page_end) return;
  const bool ruby_end = key == NameKey("ruby") || key == NameKey("rtc");
  if (Is(first.key, kOptionalEnd) && (special || ruby_end)) {
    CloseFrom(0, at, at);
  } else {
    maybe_end_ = std::min(maybe_end_, at);
  }
}

void OpenElements::CloseBefore(uint64_t key, uint32_t kinds, size_t at) {
  if (stack_.empty()) return;
  if (TopIs(NameKey("head")) && (kinds & kInHead) == 0) CloseFrom(top(), at, at);
  if (TopIs(NameKey("colgroup")) && key != NameKey("col") && key != NameKey("template")) {
    CloseFrom(top(), at, at);
  }
  CloseByName(key, at);
  if ((kinds & kClosesP) != 0) CloseParagraph(at);
  if ((kinds & kHeading) != 0 && top() >= 0 && Is(stack_.back().key, kHeading)) {
    CloseFrom(top(), at, at);
  }
  if ((kinds & FlagOf(kTablePart)) != 0) CloseTableParts(key, at);
}

void OpenElements::CloseByName(uint64_t key, size_t at) {
  const auto close_item = [this, at](uint64_t one, uint64_t other) {
    const int item = Nearest(kItemBarrier);
    if (item >= 0 && (stack_[item].key == one || stack_[item].key == other)) {
      CloseFrom(item, at, at);
    }
  };
  const auto in_scope = [this](int index) { return index >= 0 && index > Nearest(kScope); };
  switch (key) {
    case kLi:
      return close_item(kLi, kLi);
    case NameKey("dd"):
    case NameKey("dt"):
      return close_item(NameKey("dd"), NameKey("dt"));
    case kTableName:
      return CloseTable(at);
    case NameKey("button"):
    case NameKey("select"):
      if (in_scope(Last(key))) CloseFrom(Last(key), at, at);
      return;
    case NameKey("a"):
    case NameKey("nobr"):
      if (in_scope(Last(key))) CloseOutOfOrder(Last(key), at, at);
      return;
    case NameKey("option"):
    case NameKey("optgroup"):
      return CloseOptions(key == NameKey("optgroup"), at);
    case NameKey("rb"):
    case NameKey("rtc"):
    case NameKey("rt"):
    case NameKey("rp"):
      return CloseRubyText(key == NameKey("rb") || key == NameKey("rtc"), at);
    default:
      return;
  }
}

void OpenElements::CloseParagraph(size_t at) {
  const int index = Last(kP);
  if (index >= 0 && index > std::max(Nearest(kScope), Nearest(kButton))) CloseFrom(index, at, at);
}

// §13.2.6.4.9: a table that stands in another one's rows, but in no cell of it, ends that.
void OpenElements::CloseTable(size_t at) {
  const int table = Nearest(kTable);
  if (table < 0 || stack_[table].key != kTableName) return;
  const int part = Nearest(kTablePart);
  const bool in_cell = part > table && TableRank(stack_[part].key, /*open=*/true) == 3;
  if (!in_cell) CloseFrom(table, at, at);
}

// The outermost part of the table that is as deep as `key` or deeper. Parts of one table stand in
// the order of their ranks, so there are three at most.
void OpenElements::CloseTableParts(uint64_t key, size_t at) {
  const int table = Nearest(kTable);
  const int rank = TableRank(key, /*open=*/false);
  int close = -1;
  int part = Nearest(kTablePart);
  while (part > table && TableRank(stack_[part].key, /*open=*/true) >= rank) {
    close = part;
    part = part > 0 ? stack_[part - 1].nearest[kTablePart] : -1;
  }
  if (close >= 0) CloseFrom(close, at, at);
}

// An option ends at the next one, an optgroup (`groups`) with its options at the next of its kind.
void OpenElements::CloseOptions(bool groups, size_t at) {
  const int group = Last(NameKey("optgroup"));
  const int barrier =
      std::max({Nearest(kScope), Last(NameKey("select")), Last(NameKey("datalist"))});
  int index = Last(NameKey("option"));
  if (index <= std::max(barrier, group)) index = -1;
  if (groups && group > barrier) index = group;
  if (index >= 0) CloseFrom(index, at, at);
}

void OpenElements::CloseRubyText(bool annotations_too, size_t at) {
  const int ruby = Last(NameKey("ruby"));
  if (whole_page_ && (ruby < 0 || ruby < Nearest(kScope))) return;
  while (top() >= 0 && Is(stack_.back().key, kImpliedEnd) &&
         (annotations_too || !TopIs(NameKey("rtc")))) {
    CloseFrom(top(), at, at);
  }
}

// Start tags that open no element, since theirs is open already.
bool OpenElements::IsIgnored(uint64_t key) const {
  switch (key) {
    case NameKey("html"):
    case NameKey("head"):
    case NameKey("body"):
      return Last(key) >= 0;
    case kForm:
      return Last(key) >= 0 && Last(NameKey("template")) < 0;
    default:
      return false;
  }
}

void OpenElements::Push(uint64_t key, uint32_t kinds, size_t element) {
  Open open;
  if (stack_.empty()) {
    open.nearest.fill(-1);
  } else {
    open.nearest = stack_.back().nearest;
  }
  const bool around = whole_page_ ? false : stack_.empty() || Is(stack_[0].key, FlagOf(kTablePart));
  if ((kinds & FlagOf(kTablePart)) != 0 && Nearest(kTable) < 0 && !around) {
    kinds = FlagOf(kTablePart) | FlagOf(kHtmlElement);  // outside of a table it hides nothing
  }
  const int index = top() + 1;
  for (int kind = 0; kind < kKindCount; ++kind) {
    if ((kinds & (1u << kind)) != 0) open.nearest[kind] = index;
  }
  int& last = last_.try_emplace(key, -1).first->second;
  open.key = key;
  open.element = element;
  open.last = &last;
  open.below = std::exchange(last, index);
  open.ended = false;
  stack_.push_back(open);
}

void OpenElements::CloseFrom(int index, size_t end, size_t above_end) {
  while (top() >= index) {
    if (!stack_.back().ended) CloseAlone(top(), top() == index ? end : above_end);
    stack_.pop_back();
  }
}

void OpenElements::CloseAlone(int index, size_t end) {
  Open& open = stack_[index];
  open.ended = true;
  *open.last = open.below;
  on_end_(open.element, end);
}

void OpenElements::CloseOutOfOrder(int index, size_t end, size_t above_end) {
  if (Nearest(kSpecial) > index) {
    CloseAlone(index, end);
  } else {
    CloseFrom(index, end, above_end);
  }
}

int OpenElements::Last(uint64_t key) const {
  const auto found = last_.find(key);
  return found == last_.end() ? -1 : found->second;
}

}  // namespace thresh::html
