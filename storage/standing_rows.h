// What a reparse need not make anew.
#pragma once

#include <string>
#include <vector>

#include "parser/record.h"
#include "storage/database.h"
#include "storage/rows.h"

namespace thresh {

// Tells which pages' rows stand in their table as the pages give them. For one record without a
// key. Lives in a reparse's transaction, and looks at the table itself, not at its shadow.
class StandingRows {
 public:
  // `whole` has the columns of all records of the table; those that are not the record's own must
  // be NULL.
  StandingRows(Database& database, const TableSchema& schema, const TableSchema& whole);

  // Whether the table has these rows of the page's URL, each at its place, none of them gone, and
  // no others. If so they are the page's and the record's rule's from now on, and else what they
  // were. Costs a look-up, which reads at most one row more than there are in `rows`.
  bool Keep(const RowOrigin& page, const std::vector<Row>& rows);

 private:
  bool Are(const RowOrigin& page, const std::vector<Row>& rows);
  bool IsOneOf(const Statement::Rows& standing, const std::vector<Row>& rows);
  bool IsFrom(const Statement::Rows& standing, const RowOrigin& page) const;

  const TableSchema schema_;
  const int others_;  // columns that are not the record's own
  Statement select_, set_origin_;
  std::vector<bool> found_;       // of `rows`
  bool of_another_page_ = false;  // one of the rows, or of another rule
};

}  // namespace thresh
