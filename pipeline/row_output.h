// -f and -o, as every command that prints rows has them.
#pragma once

#include <string>
#include <string_view>

#include "storage/output.h"
#include "storage/row_writer.h"

namespace thresh {

// The format that `format` (-f) names; else `file`'s (-o) extension; where it has none, `table` on
// a terminal and else ndjson. Throws UsageError for a name or an extension that is none's;
// `others`, such as ", xlsx", are what the command has beside them.
RowFormat ChooseFormat(const std::string& format, const std::string& file, bool is_terminal,
                       std::string_view others = {});

// stdout when `file` is empty or "-", else that file.
Output OpenOutput(const std::string& file);

// The columns of the terminal; 0 when `output` is none.
size_t TerminalWidth(const Output& output);

}  // namespace thresh
