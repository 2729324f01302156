// thresh diff: how rows changed between runs.
#include <fmt/format.h>

#include <stdexcept>

#include "pipeline/commands.h"
#include "pipeline/diagnostic.h"
#include "pipeline/message.h"
#include "pipeline/row_output.h"
#include "storage/table_diff.h"

namespace thresh {
namespace {

DiffRequest RequestOf(const DiffFlags& flags) {
  if (flags.since && !flags.runs.empty()) {
    throw UsageError("--since and runs: either one says from when on");
  }
  DiffRequest request;
  if (!flags.runs.empty()) request.from = flags.runs[0];
  if (flags.runs.size() > 1) request.to = flags.runs[1];
  if (flags.since) request.since = SystemClock().Wall() - *flags.since;
  request.table = flags.table;
  return request;
}

}  // namespace

int RunDiff(const DiffFlags& flags) {
  const DiffRequest request = RequestOf(flags);
  const std::filesystem::path db = DatabaseOf(flags.db);
  Output output = OpenOutput(flags.output);
  const RowFormat format = ChooseFormat(flags.format, flags.output, output.is_terminal());
  const auto writer = MakeRowWriter(format, output, TerminalWidth(output));
  DifferenceWriter differences(*writer, true);
  try {
    const auto notes = DiffRuns(
        db, request, [&](const RowDifference& difference) { differences.Write(difference); });
    for (const std::string& note : notes) PrintMessage("thresh: {}\n", Visible(note));
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  differences.End();
  output.Close();
  return flags.exit_code && differences.count() > 0 ? kExitError : kExitOk;
}

}  // namespace thresh
