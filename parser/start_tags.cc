#include "parser/start_tags.h"

#include "parser/html_syntax.h"

namespace thresh {
namespace {

// The place in `marks` of the '>' of the tag whose '<' was the mark before `at`; nullptr when it
// has to be read byte by byte: not all of its values are in quotes, or it does not end here.
inline const uint16_t* PlainTagClose(const MarkupIndex::Marks& marks, const uint16_t* at) {
  for (; at != marks.end; ++at) {
    const char* const mark = marks.window + *at;
    if (*mark == '>') return at;
    if (*mark == '<') continue;
    if (!html::OpensValue(mark)) return nullptr;
    do {
      if (++at == marks.end) return nullptr;
    } while (marks.window[*at] != *mark);
  }
  return nullptr;
}

}  // namespace

// How the markup at `begin` may be read: it looks at two letters. What may change how the text
// behind it is read, and what is no tag, is the scanner's.
inline StartTags::Reading StartTags::ReadingOf(const char* begin) const {
  if (html_.data() + html_.size() - begin <= 2) return Reading::kByScanner;
  const char first = begin[1];
  const char second = begin[2];
  const bool end_tag = first == '/' && html::IsAlpha(second);
  const bool start_tag = html::IsAlpha(first) && !html::MayBeginTokenChange(first, second);
  if (!(end_tag | start_tag)) return Reading::kByScanner;
  return letters_.Has(first) && !end_tag ? Reading::kHere : Reading::kPassOver;
}

bool StartTags::Next(HtmlTag* tag) {
  for (;;) {
    if (scanner_.is_in_html() && FindPlainTag(tag)) return true;
    if (!scanner_.Next(tag)) return false;
    index_.SkipTo(scanner_.offset());
    if (!tag->is_end && letters_.Has(tag->name[0])) return true;
  }
}

// The next tag as people write them. When something else comes first, or nothing, false: the
// scanner stands there, to read it.
bool StartTags::FindPlainTag(HtmlTag* tag) {
  for (;;) {
    const MarkupIndex::Marks marks = index_.Ahead();
    if (marks.next == marks.end) {
      scanner_.Seek(html_.size());
      return false;
    }
    for (const uint16_t* at = marks.next; at != marks.end; ++at) {
      const char* const begin = marks.window + *at;
      if (*begin != '<') continue;
      const Reading reading = ReadingOf(begin);
      const uint16_t* const close =
          reading == Reading::kByScanner ? nullptr : PlainTagClose(marks, at + 1);
      // A '/' before the '>' may be part of a value without quotes.
      if (close == nullptr || (reading == Reading::kHere && marks.window[*close - 1] == '/')) {
        index_.TakeUpTo(at + 1);
        scanner_.Seek(static_cast<size_t>(begin - html_.data()));
        return false;
      }
      at = close;
      if (reading == Reading::kPassOver) continue;
      index_.TakeUpTo(at + 1);
      Fill(begin, marks.window + *close, tag);
      return true;
    }
    index_.TakeUpTo(marks.end);
  }
}

void StartTags::Fill(const char* begin, const char* close, HtmlTag* tag) const {
  const auto at = static_cast<size_t>(begin - html_.data());
  const auto end = static_cast<size_t>(close - html_.data());
  const size_t name_end = html::TagNameEnd(html_, at + 2);
  tag->begin = at;
  tag->end = end + 1;
  tag->name = {begin + 1, name_end - at - 1};
  tag->attributes = {html_.data() + name_end, end - name_end};
  tag->is_end = false;
  tag->self_closing = false;
}

}  // namespace thresh
