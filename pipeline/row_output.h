// -f and -o, as every command that prints rows has them.
#pragma once

#include <string>

#include "storage/output.h"
#include "storage/row_writer.h"

namespace thresh {

// The format that `format` (-f) names; else `file`'s (-o) extension; else `table` on a terminal and
// ndjson in a pipe. Throws UsageError for a name that is none.
RowFormat ChooseFormat(const std::string& format, const std::string& file, bool is_terminal);

// stdout when `file` is empty or "-", else that file.
Output OpenOutput(const std::string& file);

// The columns of the terminal; 0 when `output` is none.
size_t TerminalWidth(const Output& output);

}  // namespace thresh
