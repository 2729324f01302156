#include "pipeline/try_failures.h"

#include <fmt/format.h>

#include <algorithm>

#include "parser/html.h"
#include "parser/json_reach.h"
#include "parser/partial_match.h"
#include "pipeline/diagnostic.h"

namespace thresh {
namespace {

std::string InBackticks(std::string_view regex) { return "`" + OneLine(regex) + "`"; }

std::string Places(size_t places) {
  if (places == 1) return "in one place, here:";
  const char* most = places == PartialMatch::kMostPlaces ? "or more " : "";
  return fmt::format("in {} {}places, the first of them here:", places, most);
}

const FieldSpec* FieldOf(const RecordSpec& spec, const std::string& name) {
  const auto found = std::find_if(spec.fields.begin(), spec.fields.end(),
                                  [&](const FieldSpec& field) { return field.name == name; });
  return found == spec.fields.end() ? nullptr : &*found;
}

// Why there is no JSON in `text`, a part of `page` that stands at `where`.
std::string NoJson(std::string_view page, std::string_view text, JsonFault fault,
                   const std::string& where) {
  if (fault.why.empty()) return "there is no JSON " + where;
  const auto offset = static_cast<size_t>(text.data() - page.data());
  fault.begin += offset;
  fault.at += offset;
  return InWords(fault, page);
}

// How far a pointer leads in `text`, which stands at `where`: a part of `page`, or JSON.
std::string PointerReach(const std::string& key, std::string_view page, std::string_view text,
                         const std::string& pointer, const std::string& where) {
  const JsonReach reach = FollowJsonPointer(text, pointer);
  if (!reach.is_json) {
    return fmt::format("{}: {}", Visible(key), NoJson(page, text, reach.fault, where));
  }
  const std::string from = reach.reached.empty() ? "the whole" : InBackticks(reach.reached);
  return fmt::format("{}: {} names nothing {}: {} is {}", Visible(key), InBackticks(pointer), where,
                     from, OneLine(reach.there));
}

// What `place` is of the page.
std::string_view TextAt(const LoadedPage& page, Span place) {
  return std::string_view(page.text).substr(place.begin, place.end - place.begin);
}

}  // namespace

// `key` names a pattern that does not match in `text`, which stands at `where` ("on the page").
std::string FailureFinder::HowFar(const std::string& key, std::string_view text,
                                  const std::string& where) const {
  const PatternUse* use = tried_.Find(key);
  if (use == nullptr) return {};
  const std::string& pattern = use->pattern->re().pattern();
  const PartialMatch partial = FindPartialMatch(pattern, text, matcher_);
  const std::string name = Visible(key);
  const std::string failed =
      InBackticks(pattern.substr(partial.failed_begin, partial.failed_end - partial.failed_begin));
  if (partial.matched_end == partial.begin) {
    if (matcher_.stopped()) return fmt::format("{}: there was no time to see how far it got", name);
    std::string report = fmt::format("{}: not even its beginning, {}, is {}", name, failed, where);
    if (text.size() < page_.text.size() && !text.empty()) {
      report += ":\n    " + Highlighter({"this"}, colour_).Excerpt(text, {{{0, text.size()}, 0}});
    }
    return report;
  }
  const std::string matched =
      InBackticks(pattern.substr(partial.begin, partial.matched_end - partial.begin));
  const Highlighter highlighter({"so far"}, colour_);
  const std::string excerpt = highlighter.Excerpt(text, {{partial.place, 0}});
  if (partial.failed_begin == partial.failed_end) {
    return fmt::format("{}: it matches {}, but limits.parse_time ended before it was run there",
                       name, where);
  }
  if (matcher_.stopped()) {
    return fmt::format("{}: {} still matches {}, {}\n    {}\n  and there was no time to go on",
                       name, matched, where, Places(partial.places), excerpt);
  }
  return fmt::format("{}: it gets as far as {} {}, {}\n    {}\n  {} goes on with {}", name, matched,
                     where, Places(partial.places), excerpt,
                     partial.places == 1 ? "and nothing" : "None of them", failed);
}

std::string FailureFinder::Refused() const {
  const std::string url = page_.url ? page_.url->href() : "";
  switch (tried_.refusal) {
    case Refusal::kNone:
      return {};
    case Refusal::kUrl:
      return HowFar("url", url, fmt::format("in {}", Visible(url)));
    case Refusal::kContentType:
      return fmt::format("content_type: {} does not match '{}'", InBackticks(spec_.content_type),
                         Visible(page_.content_type));
    case Refusal::kWhen:
      return HowFar("when", page_.text, "on the page");
    case Refusal::kUnless:
      break;
  }
  re2::StringPiece match;
  const PatternUse* unless = tried_.Find("unless");
  if (unless == nullptr || !matcher_.Find(*unless->pattern, page_.text, 0, {&match, 1})) {
    return "unless: it matches";
  }
  const auto begin = static_cast<size_t>(match.data() - page_.text.data());
  const Highlighter highlighter({"unless"}, colour_);
  return "unless: it matches, here:\n    " +
         highlighter.Excerpt(page_.text, {{{begin, begin + match.size()}, 0}});
}

std::string FailureFinder::NoRows() const {
  if (!tried_.places.empty()) return {};
  for (const char* key : {"match", "element", "each", "scope"}) {
    const PatternUse* use = tried_.Find(key);
    if (use != nullptr && use->matches == 0) return HowFar(key, page_.text, "on the page");
  }
  if (!spec_.rows) return {};
  const PatternUse* scope = tried_.Find("scope");
  if (scope == nullptr) return RowsReach(page_.text, "on the page");
  std::vector<re2::StringPiece> groups(scope->pattern->groups() + 1);
  if (!matcher_.Find(*scope->pattern, page_.text, 0, groups)) return {};
  const re2::StringPiece found = FirstGroup(groups);
  return RowsReach({found.data(), found.size()}, "in what scope found first");
}

// Why `rows` gives none, although there may be something that it names.
std::string FailureFinder::RowsReach(std::string_view text, const std::string& where) const {
  const JsonReach reach = FollowJsonPointer(text, *spec_.rows);
  if (reach.is_json && reach.reached == *spec_.rows) {
    return fmt::format("rows: {} names {} {}: it takes the elements of an array, or an object",
                       InBackticks(*spec_.rows), OneLine(reach.there), where);
  }
  return PointerReach("rows", page_.text, text, *spec_.rows, where);
}

std::vector<std::string> FailureFinder::LackingFields() const {
  std::vector<std::string> paragraphs;
  for (size_t i = 0; i < tried_.lacking.size(); ++i) {
    if (!tried_.lacking[i]) continue;
    std::string paragraph = LackingField(i, *tried_.lacking[i]);
    if (!paragraph.empty()) paragraphs.push_back(std::move(paragraph));
  }
  return paragraphs;
}

// Groups of a match have no pattern of their own, and those that are optional may well be absent.
std::string FailureFinder::LackingField(size_t column, const RowTrace& row) const {
  const FieldSpec* field = FieldOf(spec_, schema_.columns[column].name);
  if (field == nullptr) return {};
  const std::string key = "fields." + field->name;
  if (field->from == "url" && page_.url) {
    return Patterns(*field, page_.url->href(), fmt::format("in {}", Visible(page_.url->href())));
  }
  if (!field->from.empty()) return fmt::format("{}: nothing in {}", Visible(key), field->from);
  if (field->carry) {
    const Span above{0, row.place.end};
    return Patterns(*field, TextAt(page_, above), "above the first row that lacks it");
  }
  if (field->json && field->re.empty() && field->in.empty()) {
    const std::string_view text = row.json.empty() ? TextAt(page_, row.place) : row.json;
    return PointerReach(key + ".json", page_.text, text, *field->json,
                        "in the first row that lacks it");
  }
  if (!row.json.empty() || field->json) {
    return fmt::format("{}: nothing of it is in the first row that lacks it", Visible(key));
  }
  return LackingInRow(*field, row);
}

std::string FailureFinder::LackingInRow(const FieldSpec& field, const RowTrace& row) const {
  std::string_view text = TextAt(page_, row.place);
  const bool whole_page = text.size() == page_.text.size();
  std::string where = whole_page ? "on the page" : "in the first row that lacks it";
  const std::string key = "fields." + field.name;
  if (const PatternUse* in = tried_.Find(key + ".in")) {
    std::vector<re2::StringPiece> groups(in->pattern->groups() + 1);
    if (!matcher_.Find(*in->pattern, text, 0, groups)) return HowFar(in->key, text, where);
    const re2::StringPiece inside = FirstGroup(groups);
    text = {inside.data(), inside.size()};
    where += ", in what `in` found";
  }
  if (!field.text.empty()) {
    return HowFar(key + ".text", VisibleText(text), where + ", as visible text");
  }
  return Patterns(field, text, where);
}

std::string FailureFinder::Patterns(const FieldSpec& field, std::string_view text,
                                    const std::string& where) const {
  const std::string key = "fields." + field.name;
  std::string paragraphs;
  for (const PatternUse& use : tried_.patterns) {
    if (use.key != key + ".re" && !use.key.starts_with(key + ".re[")) continue;
    if (!paragraphs.empty()) paragraphs += "\n";
    if (!field.attr.empty() && matcher_.Matches(*use.pattern, text)) {
      paragraphs += fmt::format("{}: the tag that it finds {} has no attribute {}",
                                Visible(use.key), where, Visible(field.attr));
    } else {
      paragraphs += HowFar(use.key, text, where);
    }
  }
  if (paragraphs.empty() && !field.attr.empty()) {
    return fmt::format("{}: the row's own tag has no attribute {}, {}", Visible(key),
                       Visible(field.attr), where);
  }
  return paragraphs;
}

}  // namespace thresh
