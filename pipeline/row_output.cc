#include "pipeline/row_output.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <filesystem>

#include "pipeline/commands.h"

namespace thresh {

namespace {

constexpr std::string_view kFormats = "table, csv, tsv, json, ndjson, md";

}  // namespace

RowFormat ChooseFormat(const std::string& format, const std::string& file, bool is_terminal,
                       std::string_view others) {
  if (!format.empty()) {
    if (const auto named = RowFormatFromName(format)) return *named;
    throw UsageError(fmt::format("-f {}: not a format; there are {}{}", format, kFormats, others));
  }
  if (const auto by_extension = RowFormatFromExtension(file)) return *by_extension;
  if (const std::string extension = std::filesystem::path(file).extension(); !extension.empty()) {
    throw UsageError(fmt::format("-o {}: no format has the extension {}; say one by -f: {}{}", file,
                                 extension, kFormats, others));
  }
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
