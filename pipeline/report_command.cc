// thresh report: a database as one HTML file.
#include <stdexcept>

#include "pipeline/commands.h"
#include "pipeline/report_page.h"
#include "pipeline/row_output.h"
#include "storage/lock.h"

namespace thresh {
namespace {

// "TABLE.FIELD"; a table's name may have dots itself.
SeriesRequest RequestOf(const ReportFlags& flags) {
  SeriesRequest request;
  const size_t dot = flags.plot.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == flags.plot.size()) {
    throw UsageError("--plot " + flags.plot + ": is not TABLE.FIELD");
  }
  request.table = flags.plot.substr(0, dot);
  request.field = flags.plot.substr(dot + 1);
  request.by = flags.by;
  return request;
}

}  // namespace

int RunReport(const ReportFlags& flags) {
  if (flags.plot.empty() && !flags.by.empty()) throw UsageError("--by needs --plot TABLE.FIELD");
  const std::filesystem::path db = DatabaseOf(flags.db);
  ReportOptions options;
  options.now = SystemClock().Wall();
  if (!flags.plot.empty()) {
    const SeriesRequest request = RequestOf(flags);
    try {
      options.plot.emplace(ReportOptions::Plot{request, ReadValueSeries(db, request, options.now)});
    } catch (const std::invalid_argument& error) {
      throw UsageError(error.what());  // of --plot or --by
    }
  }
  const ReportData data = ReadReportData(db);
  options.is_running = IsInUse(db);
  Output output = OpenOutput(flags.output);
  if (output.is_terminal()) throw UsageError("a report is not for a terminal; name a file by -o");
  output.Write(MakeReport(data, options));
  output.Close();
  return kExitOk;
}

}  // namespace thresh
