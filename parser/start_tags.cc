#include "parser/start_tags.h"

#include "parser/html_syntax.h"

namespace thresh {

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
    const size_t begin = index_.Next();
    if (begin == MarkupIndex::kNone) {
      scanner_.Seek(html_.size());
      return false;
    }
    if (html_[begin] != '<') continue;
    const Reading reading = ReadingOf(begin);
    const size_t close = reading == Reading::kByScanner ? MarkupIndex::kNone : PlainTagClose();
    if (close == MarkupIndex::kNone) {
      scanner_.Seek(begin);
      return false;
    }
    if (reading == Reading::kPassOver) continue;
    if (html_[close - 1] == '/') {  // or part of a value without quotes
      scanner_.Seek(begin);
      return false;
    }
    const size_t name_end = html::TagNameEnd(html_, begin + 2);
    *tag = HtmlTag();
    tag->begin = begin;
    tag->end = close + 1;
    tag->name = html_.substr(begin + 1, name_end - begin - 1);
    tag->attributes = html_.substr(name_end, close - name_end);
    return true;
  }
}

// How the markup at `begin` may be read: it looks at two letters. What may change how the text
// behind it is read, and what is no tag, is the scanner's.
StartTags::Reading StartTags::ReadingOf(size_t begin) const {
  if (begin + 2 >= html_.size()) return Reading::kByScanner;
  const char first = html_[begin + 1];
  const char second = html_[begin + 2];
  const bool end_tag = first == '/' && html::IsAlpha(second);
  const bool start_tag = html::IsAlpha(first) && !html::MayBeginTokenChange(first, second);
  if (!(end_tag | start_tag)) return Reading::kByScanner;
  return letters_.Has(first) && !end_tag ? Reading::kHere : Reading::kPassOver;
}

// The '>' of the tag whose '<' was the last mark, or kNone when it has to be read byte by byte:
// not all of its values are in quotes, or it does not end.
size_t StartTags::PlainTagClose() {
  for (;;) {
    size_t at = index_.Next();
    if (at == MarkupIndex::kNone) return at;
    const char mark = html_[at];
    if (mark == '>') return at;
    if (mark == '<') continue;
    if (!html::OpensValue(html_.data() + at)) return MarkupIndex::kNone;
    do {
      at = index_.Next();
      if (at == MarkupIndex::kNone) return at;
    } while (html_[at] != mark);
  }
}

}  // namespace thresh
