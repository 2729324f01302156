// thresh doctor: what this machine has and lacks for a crawl.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "fetcher/fetcher.h"
#include "pipeline/commands.h"
#include "pipeline/diagnostic.h"
#include "pipeline/doctor_checks.h"
#include "pipeline/version.h"
#include "storage/output.h"

namespace thresh {
namespace {

std::string_view Word(CheckMark mark) {
  switch (mark) {
    case CheckMark::kOk:
      return "ok";
    case CheckMark::kOff:
      return "off";
    case CheckMark::kWarn:
      return "warn";
    case CheckMark::kFail:
      return "FAIL";
  }
  return "";
}

// Prints sections and counts marks.
class DoctorReport {
 public:
  explicit DoctorReport(Output& output) : output_(output) {}

  void Add(std::string_view section, const std::vector<Check>& checks) {
    output_.Write(fmt::format("\n{}\n", section));
    for (const Check& check : checks) {
      output_.Write(
          fmt::format("  {:<5} {:<13} {}\n", Word(check.mark), check.name, Visible(check.words)));
      ++counts_[static_cast<size_t>(check.mark)];
    }
    output_.Flush();  // the next section may take its time
  }
  size_t Count(CheckMark mark) const { return counts_[static_cast<size_t>(mark)]; }

 private:
  Output& output_;
  size_t counts_[4] = {};
};

std::string Summary(const DoctorReport& report) {
  const size_t off = report.Count(CheckMark::kOff);
  const size_t warnings = report.Count(CheckMark::kWarn);
  if (report.Count(CheckMark::kFail) > 0) return "A crawl does not work here: see FAIL.";
  std::string text = "A crawl works here";
  if (off > 0) text += fmt::format("; layers of the sandbox that are off: {}", off);
  if (warnings > 0) text += fmt::format("; warnings: {}", warnings);
  return text + ".";
}

}  // namespace

int RunDoctor() {
  Output output = Output::Stdout();
  output.Write(fmt::format("thresh {}\n", kVersion));
  DoctorReport report(output);
  report.Add("libraries", CheckLibraries());
  report.Add("sandbox of the processes that fetch", CheckSandbox());
  const SystemClock clock;
  std::vector<Check> machine;
  try {
    const auto server = StartFetcherServer();
    machine = CheckMachine(*server, clock);
  } catch (const std::system_error& error) {
    machine.push_back({CheckMark::kFail, "processes", error.what()});
  }
  report.Add("machine", machine);
  output.Write("\n" + Summary(report) + "\n");
  output.Close();
  return report.Count(CheckMark::kFail) > 0 ? kExitError : kExitOk;
}

}  // namespace thresh
