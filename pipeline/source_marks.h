// Where in a page the rules found what they took.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/extraction_trace.h"
#include "parser/extractor.h"
#include "pipeline/html_writer.h"

namespace thresh {

struct SourceMark {
  Span place;
  size_t record = 0;  // of the extractor's
  size_t row = 0;     // of those that were kept, from 0
  size_t column = 0;
};

// So many are kept; a page may have more.
inline constexpr size_t kMostMarks = 4000;

// Listens to one Extract.
class SourceMarks : public ExtractionTrace {
 public:
  const std::vector<SourceMark>& marks() const { return marks_; }

  void OnRecord(size_t record, std::vector<NamedPattern>) override {
    record_ = record;
    row_ = 0;
  }
  void OnConditions(Refusal) override {}
  void BeforeSearch(const Pattern&) override {}
  void AfterSearch(const Pattern&, const SearchTrace&) override {}
  void OnRow(const RowTrace& row) override;

 private:
  std::vector<SourceMark> marks_;
  size_t record_ = 0, row_ = 0;
};

// A mark's number in `marks` is its place's: "#m7".
inline constexpr const char* kMarkPlace = "m";

// Writes `text` with each mark as <mark>, in the colour of its column. Of marks that overlap the
// one that begins last shows; no mark is lost to a reader who hovers: the title names all of them.
// `labels` has a name for each record and column: "book.price".
void WriteMarkedSource(std::string_view text, const std::vector<SourceMark>& marks,
                       const std::vector<std::vector<std::string>>& labels, HtmlWriter& html);

}  // namespace thresh
