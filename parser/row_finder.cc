#include "parser/row_finder.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "parser/entities.h"
#include "parser/html.h"
#include "parser/html_elements.h"
#include "parser/json.h"
#include "parser/xml_elements.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;
using FoundRow = std::function<void(const RowPlace&)>;

// A shorter prefix, such as "<a", stands in most matches more than once.
constexpr size_t kMinTellingPrefix = 3;

RowPlace PlaceAt(std::string_view page, size_t begin, size_t end) {
  return {page.substr(begin, end - begin), begin, end, {}, nullptr};
}

void FindMatches(const RecordRule& rule, std::string_view page, Matcher& matcher,
                 const FoundRow& found) {
  MatchWalk walk(matcher, *rule.pattern, page);
  while (walk.Next()) {
    RowPlace row = PlaceAt(page, walk.begin(), walk.end());
    row.groups = walk.groups();
    found(row);
  }
}

void FindScopes(const RecordRule& rule, std::string_view page, Matcher& matcher,
                const FoundRow& found) {
  MatchWalk walk(matcher, *rule.pattern, page);
  while (walk.Next()) {
    const re2::StringPiece scope = FirstGroup(walk.groups());
    const size_t begin = static_cast<size_t>(scope.data() - page.data());
    found(PlaceAt(page, begin, begin + scope.size()));
  }
}

// Finds the ends of elements that do not overlap. Of HTML the page is read once, from its begin,
// which tells a tag from what looks like one in a comment, script or attribute, and a stray end tag
// from that of an element around. Other pages, where a <title/> or an apostrophe would hide what
// follows, are read from each element on, XML by its own rules. A tag that such a page ends in is
// read in vain to its end; a page that is full of these is read once for all.
class ElementEnds {
 public:
  explicit ElementEnds(const PageView& page) : page_(page.text) {
    if (HasHtmlElements(page)) {
      walk_.emplace(page.text);
    } else {
      is_xml_ = IsXml(page);
    }
  }

  // `begin` itself where no element begins. Not before the last end.
  size_t Of(size_t begin) {
    if (walk_) return walk_->End(begin);
    if (all_) return all_->End(begin);
    const size_t end = is_xml_ ? EndInXml(begin) : ElementEnd(page_, begin);
    if (end == begin) in_vain_ += page_.size() - begin;
    if (in_vain_ > kMostPasses * page_.size()) all_.emplace(page_);
    return end;
  }

  // Behind an Of() that found no element: where the next one may begin, as far as that is known.
  size_t Next() const { return walk_ ? walk_->next_tag() : std::string_view::npos; }

 private:
  static constexpr size_t kMostPasses = 8;

  // What stands in a CDATA section is HTML, as feeds have it there.
  size_t EndInXml(size_t begin) {
    while (cdata_end_ <= begin) {
      cdata_begin_ = page_.find("<![CDATA[", cdata_end_);
      cdata_end_ = page_.find("]]>", cdata_begin_);
    }
    if (begin < cdata_begin_) return XmlElementEnd(page_, begin);
    return ElementEnd(page_.substr(0, cdata_end_), begin);
  }

  const std::string_view page_;
  bool is_xml_ = false;
  size_t cdata_begin_ = 0;  // of the CDATA section around or behind the last element; npos: none
  size_t cdata_end_ = 0;
  std::optional<ElementWalk> walk_;
  size_t in_vain_ = 0;
  std::optional<HtmlElements> all_;
};

// Elements inside of one that was found are a part of it. What a match that is no tag has run over
// may begin with one.
void FindElements(const RecordRule& rule, const PageView& page, Matcher& matcher,
                  const FoundRow& found) {
  MatchWalk walk(matcher, *rule.pattern, page.text);
  if (!walk.Next()) return;
  ElementEnds ends(page);
  do {
    const size_t begin = page.text.find('<', walk.begin());
    if (begin == std::string_view::npos) return;
    const size_t end = ends.Of(begin);
    if (end > begin) {
      found(PlaceAt(page.text, begin, end));
      walk.ContinueAt(std::max(end, walk.end()));
    } else if (ends.Next() < walk.end()) {
      walk.ContinueAt(ends.Next());
    }
  } while (walk.Next());
}

// Where `until` begins between two offsets; the second one when it does not.
size_t UntilOffset(const RecordRule& rule, std::string_view page, size_t begin, size_t end,
                   Matcher& matcher) {
  if (!rule.until) return end;
  re2::StringPiece match;
  const std::string_view up_to_end = page.substr(0, end);
  if (!matcher.Find(*rule.until, up_to_end, begin, {&match, 1})) return end;
  return static_cast<size_t>(match.data() - page.data());
}

void FindEach(const RecordRule& rule, std::string_view page, Matcher& matcher,
              const FoundRow& found) {
  MatchWalk walk(matcher, *rule.pattern, page);
  bool more = walk.Next();
  while (more) {
    const size_t begin = walk.begin();
    const size_t behind_match = walk.end();
    more = walk.Next();
    const size_t limit = more ? walk.begin() : page.size();
    found(PlaceAt(page, begin, UntilOffset(rule, page, behind_match, limit, matcher)));
  }
}

// JSON in an attribute has its quotes as character references.
std::optional<Json> JsonIn(std::string_view text, JsonFault* fault) {
  if (auto json = FirstJson(text, fault)) return json;
  const bool escaped =
      text.find("&quot;") != std::string_view::npos || text.find("&#34;") != std::string_view::npos;
  return escaped ? FirstJson(DecodeEntities(text, EntityContext::kAttribute)) : std::nullopt;
}

// An array's elements are rows, an object is one.
void FindInJson(const RecordRule& rule, const Json& document, const RowPlace& place,
                const FoundRow& found) {
  const Json* named = ResolveJsonPointer(document, rule.pointer);
  if (named == nullptr || !named->is_structured()) return;
  if (named->is_object()) return found({{}, place.begin, place.end, {}, named});
  for (const Json& element : *named) found({{}, place.begin, place.end, {}, &element});
}

std::string FindJsonRows(const RecordRule& rule, std::string_view page, Matcher& matcher,
                         const FoundRow& found) {
  std::string problem;
  const auto look = [&](const RowPlace& place) {
    JsonFault fault;
    if (const auto document = JsonIn(place.text, &fault)) {
      return FindInJson(rule, *document, place, found);
    }
    if (!problem.empty()) return;
    fault.begin += place.begin;
    fault.at += place.begin;
    problem = fault.why.empty() ? "there is no JSON" : InWords(fault, page);
  };
  if (rule.pattern) {
    FindScopes(rule, page, matcher, look);
  } else {
    look(PlaceAt(page, 0, page.size()));
  }
  return problem;
}

// All but `rows`.
void FindTextRows(const RecordRule& rule, const PageView& page, Matcher& matcher,
                  const FoundRow& found) {
  switch (rule.rows) {
    case RecordRule::Rows::kPage:
      return found(PlaceAt(page.text, 0, page.text.size()));
    case RecordRule::Rows::kMatch:
      return FindMatches(rule, page.text, matcher, found);
    case RecordRule::Rows::kScope:
      return FindScopes(rule, page.text, matcher, found);
    case RecordRule::Rows::kElement:
      return FindElements(rule, page, matcher, found);
    case RecordRule::Rows::kEach:
      return FindEach(rule, page.text, matcher, found);
    case RecordRule::Rows::kJson:
      break;
  }
}

}  // namespace

std::string FindRows(const RecordRule& rule, const PageView& page, Matcher& matcher,
                     const FoundRow& found) {
  if (rule.rows == RecordRule::Rows::kJson) return FindJsonRows(rule, page.text, matcher, found);
  FindTextRows(rule, page, matcher, found);
  return {};
}

bool RunsOver(const Pattern& pattern, std::string_view match) {
  const std::string& prefix = pattern.filter().prefix();
  if (prefix.size() < kMinTellingPrefix) return false;
  return match.find(prefix, prefix.size()) != std::string_view::npos;
}

}  // namespace thresh
