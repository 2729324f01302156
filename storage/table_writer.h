// Rows as tables for people: on a terminal, and in Markdown.
#pragma once

#include <cstddef>
#include <memory>

#include "storage/row_writer.h"

namespace thresh {

// A table with light borders. Numbers stand to the right, NULL shows as "∅". The first rows decide
// the columns' widths; wider cells later are cut. With a `terminal_width` the widest columns give
// way until a line fits; where that left some less than eight columns each, a row is a list of
// lines instead, one for each cell. Nothing in the data reaches the terminal as a command, see
// terminal_text.h.
std::unique_ptr<RowWriter> MakeTableWriter(Output& output, size_t terminal_width);

// A table as GitHub's Markdown has it. Backslashes, pipes and "<" are escaped, newlines are <br>,
// NULL is an empty cell.
std::unique_ptr<RowWriter> MakeMarkdownWriter(Output& output);

}  // namespace thresh
