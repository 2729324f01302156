// The values of a row: where its fields come from and what they become.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extraction_trace.h"
#include "parser/extractor.h"
#include "parser/matcher.h"
#include "parser/page_view.h"
#include "parser/row_finder.h"
#include "parser/rule.h"

namespace thresh {

// Reads the rows of one record on one page. All that it is given must outlive it.
class FieldReader {
 public:
  FieldReader(const RecordRule& rule, const PageView& page, PageBase& base,
              const ParameterStripper& strip, Matcher& matcher);
  ~FieldReader();

  // Appends the row to `out` and counts it, unless a required field is missing, or nothing of it
  // was found.
  void Read(const RowPlace& row, RecordExtraction* out);

 private:
  // A piece of the page, or of what was made of it, that a field found.
  struct Found {
    std::string_view text;
    Markup markup = Markup::kHtml;
    const nlohmann::ordered_json* json = nullptr;
  };
  struct CarryMatch {
    size_t begin = 0;
    Found found;
  };
  struct RowText;
  using FoundList = std::vector<Found>;

  FieldTrace Traced(const FoundList& found) const;
  RowTrace::Fate Judge(size_t* missing) const;
  bool IsEmpty() const;

  void Find(const FieldRule& field, size_t index, RowText& row, FoundList* found);
  void FindRegex(const FieldRule& field, std::string_view text, Markup markup, FoundList* found);
  void FindText(const FieldRule& field, RowText& row, std::string_view text, FoundList* found);
  void FindJson(const FieldRule& field, RowText& row, std::string_view text, FoundList* found);
  void FindAttribute(const FieldRule& field, std::string_view text, FoundList* found);
  void FindFrom(const FieldRule& field, RowText& row, FoundList* found);
  void FindCarried(const FieldRule& field, size_t index, size_t end, FoundList* found);
  std::optional<Found> Take(const FieldRule& field, std::string_view text,
                            std::span<const re2::StringPiece> groups, Markup markup);
  std::string From(const FieldRule& field) const;

  Value ValueOf(const FieldRule& field, const FoundList& found, FieldStats* stats);
  Conversion Convert(const FieldRule& field, const FoundList& found, FieldStats* stats);
  Conversion ConvertOne(const FieldRule& field, const Found& found, FieldStats* stats);
  Conversion FromText(const FieldRule& field, std::string_view text);
  Conversion FromJson(const FieldRule& field, const nlohmann::ordered_json& value);
  void Strip(Conversion* conversion) const;
  std::string Cleaned(const FieldRule& field, const Found& found);
  Value Default(const FieldRule& field);

  const RecordRule& rule_;
  const PageView& page_;
  PageBase& base_;
  const ParameterStripper& strip_;
  Matcher& matcher_;
  // One a field, one a regex of it: all matches on the page, once a row has asked.
  std::vector<std::vector<std::optional<std::vector<CarryMatch>>>> carried_;
  // A row's, kept for their memory.
  FoundList found_;
  std::vector<FieldStats> counts_;
};

}  // namespace thresh
