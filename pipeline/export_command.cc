// thresh export: rows and stored pages as files.
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "parser/ascii.h"
#include "parser/utf8.h"
#include "pipeline/commands.h"
#include "pipeline/message.h"
#include "pipeline/row_output.h"
#include "pipeline/version.h"
#include "storage/delimited_writer.h"
#include "storage/export_tables.h"
#include "storage/query.h"
#include "storage/sql_writer.h"
#include "storage/warc.h"
#include "storage/xlsx_file.h"

namespace thresh {
namespace {

bool EndsWith(std::string_view text, std::string_view ending) {
  return ascii::Lowered(text).ends_with(ending);
}

// "csv", "xlsx", "sql", "warc" and so on.
std::string FormatOf(const ExportFlags& flags) {
  if (!flags.format.empty()) return flags.format;
  if (EndsWith(flags.output, ".warc") || EndsWith(flags.output, ".warc.gz")) return "warc";
  if (EndsWith(flags.output, ".xlsx")) return "xlsx";
  if (EndsWith(flags.output, ".sql")) return "sql";
  return "";
}

CsvOptions CsvOptionsOf(const ExportFlags& flags) {
  CsvOptions options;
  options.safe = flags.safe;
  if (flags.delimiter == "\\t" || flags.delimiter == "tab") {
    options.delimiter = '\t';
  } else if (!flags.delimiter.empty()) {
    const char c = flags.delimiter.front();
    if (flags.delimiter.size() > 1 || c == '"' || c < ' ' || c > '~') {
      throw UsageError("--delimiter " + flags.delimiter + ": must be one character, or tab");
    }
    if (ascii::IsAlphanumeric(c) || std::string_view("+-.'").find(c) != std::string_view::npos) {
      throw UsageError("--delimiter " + flags.delimiter + ": stands in numbers or in bytes itself");
    }
    options.delimiter = c;
  }
  return options;
}

void CheckFlags(const ExportFlags& flags, bool is_csv, bool is_tsv) {
  if (!flags.delimiter.empty() && !is_csv) throw UsageError("--delimiter is for csv");
  if (flags.bom && !is_csv && !is_tsv) throw UsageError("--bom is for csv and tsv");
}

// The one table to write, where a format takes one only.
std::string OnlyTable(Reader& reader, const ExportFlags& flags) {
  if (!flags.table.empty()) return flags.table;
  const std::vector<std::string> tables = ListRecordTables(reader);
  if (tables.size() == 1) return tables.front();
  if (tables.empty()) throw UsageError(flags.db.string() + ": has no table of a record");
  throw UsageError(
      fmt::format("{}: say which table: {}", flags.db.string(), fmt::join(tables, ", ")));
}

std::vector<std::string> AllTables(Reader& reader, const ExportFlags& flags) {
  if (!flags.table.empty()) return {flags.table};
  return ListRecordTables(reader);
}

void ExportRows(Reader& reader, const ExportFlags& flags, const std::string& format_name,
                Output& output) {
  const RowFormat format = ChooseFormat(format_name, flags.output, false, ", xlsx, sql, warc");
  const bool is_csv = format == RowFormat::kCsv, is_tsv = format == RowFormat::kTsv;
  CheckFlags(flags, is_csv, is_tsv);
  const CsvOptions options = CsvOptionsOf(flags);
  const ExportedTable table = ReadExportedTable(reader, OnlyTable(reader, flags));
  if (flags.bom) output.Write(kUtf8ByteOrderMark);
  const auto writer = is_csv   ? MakeCsvWriter(output, options)
                      : is_tsv ? MakeTsvWriter(output, flags.safe)
                               : MakeRowWriter(format, output);
  reader.Query(table.sql, *writer);
}

void ExportSql(Reader& reader, const ExportFlags& flags, Output& output) {
  HoldState(reader);
  for (const std::string& name : AllTables(reader, flags)) {
    const ExportedTable table = ReadExportedTable(reader, name);
    reader.Query(table.sql, *MakeSqlWriter(output, table.name, table.types));
  }
}

// A file of its own without a name, of which nothing is left whatever ends the process: a workbook
// is a zip archive, which is not written in order. In TMPDIR, else /var/tmp or /tmp.
class ScratchFile {
 public:
  ScratchFile() {
    const char* chosen = getenv("TMPDIR");
    for (const char* folder : {chosen == nullptr ? "" : chosen, "/var/tmp", "/tmp"}) {
      if (*folder == '\0') continue;
      std::string name = std::string(folder) + "/thresh-export-XXXXXX";
      fd_ = mkostemp(name.data(), O_CLOEXEC);
      if (fd_ >= 0) {
        unlink(name.c_str());
        folder_ = folder;
        return;
      }
    }
    throw std::runtime_error("no folder for temporary files can be written: set TMPDIR");
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { close(fd_); }
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  int fd_ = -1;
};

void ExportXlsx(Reader& reader, const ExportFlags& flags, Output& output) {
  const ScratchFile scratch;
  XlsxFile file(scratch.path(), scratch.folder());
  HoldState(reader);
  for (const std::string& name : AllTables(reader, flags)) {
    reader.Query(ReadExportedTable(reader, name).sql, file.AddSheet(name));
  }
  file.Close();
  if (file.cut_cells() > 0) {
    PrintMessage(
        "thresh: {} longer than Excel's 32,767 characters and {} cut\n",
        file.cut_cells() == 1 ? "1 cell is" : fmt::format("{} cells are", file.cut_cells()),
        file.cut_cells() == 1 ? "was" : "were");
  }
  std::ifstream in(scratch.path(), std::ios::binary);
  std::string chunk(1 << 16, '\0');
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    output.Write(std::string_view(chunk).substr(0, static_cast<size_t>(in.gcount())));
  }
}

}  // namespace

int RunExport(const ExportFlags& flags) {
  const std::string format = FormatOf(flags);
  if (format == "warc" && !flags.table.empty()) {
    throw UsageError("warc is of stored pages; it takes no table");
  }
  if (format == "warc" || format == "xlsx" || format == "sql") CheckFlags(flags, false, false);
  const std::filesystem::path db = DatabaseOf(flags.db);
  const auto reader = Reader::Open(db);
  Output output = OpenOutput(flags.output);
  if ((format == "xlsx" || format == "warc") && output.is_terminal()) {
    throw UsageError(format + " is not for a terminal; name a file by -o");
  }
  if (format == "warc") {
    ExportWarc(db, output, EndsWith(flags.output, ".gz"), std::string("thresh ") + kVersion,
               SystemClock().Wall());
  } else if (format == "xlsx") {
    ExportXlsx(*reader, flags, output);
  } else if (format == "sql") {
    ExportSql(*reader, flags, output);
  } else {
    ExportRows(*reader, flags, format, output);
  }
  output.Close();
  return kExitOk;
}

}  // namespace thresh
