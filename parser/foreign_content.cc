#include "parser/foreign_content.h"

#include "parser/element_kinds.h"
#include "parser/html_names.h"
#include "parser/html_syntax.h"

namespace thresh::html {
namespace {

// Elements that may stand in foreign content have names of HTML, too: their end tags leave nothing.
bool Leaves(const HtmlTag& tag, uint64_t key, uint32_t kinds) {
  if ((kinds & kLeavesForeign) != 0) return true;
  if (tag.is_end) return (kinds & FlagOf(kSpecial)) != 0 && !IsRawText(tag.name);
  return key == NameKey("font") &&
         (tag.Attribute("color") || tag.Attribute("face") || tag.Attribute("size"));
}

}  // namespace

void ForeignContent::Pass(const HtmlTag& tag) {
  const uint64_t key = NameKey(tag.name);
  const uint32_t kinds = KindsOf(key);
  if ((kinds & FlagOf(kForeign)) != 0) {
    if (tag.is_end) return LeaveRoot();
    if (!tag.self_closing) Enter(/*foreign=*/true);
  } else if (is_open() && IsHtmlPoint(key, kinds)) {
    if (tag.is_end && !is_foreign()) levels_ >>= 1;
    if (!tag.is_end && !tag.self_closing && is_foreign()) Enter(/*foreign=*/false);
  } else if (is_foreign() && Leaves(tag, key, kinds)) {
    LeaveAll();
  }
}

void ForeignContent::Enter(bool foreign) {
  levels_ = levels_ >> 63 == 0 ? levels_ << 1 | (foreign ? 1 : 0) : kNone;
}

void ForeignContent::LeaveRoot() {
  while (is_open() && !is_foreign()) levels_ >>= 1;
  if (is_open()) levels_ >>= 1;
}

void ForeignContent::LeaveAll() {
  while (is_foreign()) levels_ >>= 1;
}

}  // namespace thresh::html
