#include "parser/start_tags.h"

#include <algorithm>

#include "parser/ascii.h"
#include "parser/html_syntax.h"

namespace thresh {

bool StartTags::Next(HtmlTag* tag) {
  for (;;) {
    if (scanner_.is_in_html()) {
      const char* const begin = starts_.Next();
      if (begin != nullptr && ReadPlainTag(begin, tag)) return true;
      scanner_.Seek(begin != nullptr ? Offset(begin) : std::max(Offset(starts_.doubt()), end_));
    }
    if (!scanner_.Next(tag)) return false;
    starts_.Restart(html_.data() + scanner_.offset());
    if (!tag->is_end && letters_.Has(tag->name[0])) return true;
  }
}

// Where the tag at `begin` ends, when it is one as people write them; otherwise nullptr.
const char* StartTags::CloseOf(const char* begin) const {
  const char* const last = html_.data() + html_.size() - html::kReadAhead;
  const char* const close = html::FindFirst(begin + 2, last, '>');
  if (close == nullptr || starts_.IsSure(begin, close)) return close;
  return html::PlainTagClose(begin + 2, last);
}

// The tag at `begin` when it is such, and changes nothing for what follows.
bool StartTags::ReadPlainTag(const char* begin, HtmlTag* tag) {
  const size_t at = Offset(begin);
  if (html_.size() - at <= html::kReadAhead) return false;
  if (!ascii::IsAlpha(begin[1]) || html::MayBeginTokenChange(begin[1], begin[2])) return false;
  const char* const close = CloseOf(begin);
  // A '/' before the '>' may be part of a value without quotes.
  if (close == nullptr || close[-1] == '/') return false;
  const char* name_end = begin + 2;
  while (!html::Is(*name_end, html::kEndsTagName)) ++name_end;
  tag->begin = at;
  tag->end = end_ = Offset(close) + 1;
  tag->name = {begin + 1, static_cast<size_t>(name_end - begin) - 1};
  tag->attributes = {name_end, static_cast<size_t>(close - name_end)};
  tag->is_end = false;
  tag->self_closing = false;
  return true;
}

}  // namespace thresh
