// Why patterns of a record did not match, in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/matcher.h"
#include "parser/record.h"
#include "pipeline/excerpt.h"
#include "pipeline/local_page.h"
#include "pipeline/try_trace.h"

namespace thresh {

// Looks into one record on one page. The references must outlive it.
class FailureFinder {
 public:
  FailureFinder(const RecordSpec& spec, const TableSchema& schema, const TriedRecord& tried,
                const LoadedPage& page, bool colour, Matcher& matcher)
      : spec_(spec),
        schema_(schema),
        tried_(tried),
        page_(page),
        colour_(colour),
        matcher_(matcher) {}

  // Why the record does not apply to the page.
  std::string Refused() const;
  // Why there is no row; empty when there is one.
  std::string NoRows() const;
  // A paragraph for each column that some row lacks.
  std::vector<std::string> LackingFields() const;

 private:
  std::string RowsReach(std::string_view text, const std::string& where) const;
  std::string HowFar(const std::string& key, std::string_view text, const std::string& where) const;
  std::string LackingField(size_t column, const RowTrace& row) const;
  std::string LackingInRow(const FieldSpec& field, const RowTrace& row) const;
  std::string Patterns(const FieldSpec& field, std::string_view text,
                       const std::string& where) const;

  const RecordSpec& spec_;
  const TableSchema& schema_;
  const TriedRecord& tried_;
  const LoadedPage& page_;
  const bool colour_;
  Matcher& matcher_;
};

}  // namespace thresh
