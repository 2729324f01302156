#include "pipeline/row_output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "pipeline/commands.h"

namespace thresh {

RowFormat ChooseFormat(const std::string& format, const std::string& file, bool is_terminal) {
  if (!format.empty()) {
    if (const auto named = RowFormatFromName(format)) return *named;
    throw UsageError("-f " + format +
                     ": not a format; there are table, csv, tsv, json, ndjson, md");
  }
  if (const auto by_extension = RowFormatFromExtension(file)) return *by_extension;
  return is_terminal ? RowFormat::kTable : RowFormat::kNdjson;
}

Output OpenOutput(const std::string& file) {
  return file.empty() || file == "-" ? Output::Stdout() : Output::File(file);
}

size_t TerminalWidth(const Output& output) {
  winsize size{};
  if (!output.is_terminal() || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace thresh
