// Rows as CSV and TSV.
#pragma once

#include <memory>

#include "storage/row_writer.h"

namespace thresh {

struct CsvOptions {
  char delimiter = ',';
  // Text that a spreadsheet would take for a formula gets an apostrophe in front.
  bool safe = false;
};

// RFC 4180: a header, lines end with CR LF, cells with a delimiter, quote, CR or LF are quoted.
// NULL is nothing between two commas, empty text is "", and so is a NULL that is a row of its own,
// since readers skip empty lines. Bytes are x'00ff'.
std::unique_ptr<RowWriter> MakeCsvWriter(Output& output, const CsvOptions& options = {});

// A header, one line a row, cells between tabs. Backslash, tab, LF and CR are written as \\, \t,
// \n, \r; NULL is \N, as PostgreSQL and MySQL have it. Bytes are x'00ff'. A row that is one empty
// text is an empty line, as it is there.
std::unique_ptr<RowWriter> MakeTsvWriter(Output& output, bool safe = false);

}  // namespace thresh
