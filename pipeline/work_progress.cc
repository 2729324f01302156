#include "pipeline/work_progress.h"

#include <unistd.h>

#include <utility>

#include "pipeline/diagnostic.h"
#include "pipeline/message.h"

namespace thresh {
namespace {

constexpr std::chrono::seconds kToldEvery{5};

}  // namespace

WorkProgress::WorkProgress(const Clock& clock, std::function<void(const std::string&)> tell)
    : clock_(clock), tell_(std::move(tell)), next_(clock.Steady() + kToldEvery) {}

void WorkProgress::At(const std::function<std::string()>& line) {
  if (!tell_) return;
  const SteadyTime now = clock_.Steady();
  if (now < next_) return;
  next_ = now + kToldEvery;
  tell_(line());
}

std::function<void(const std::string&)> TellTerminal() {
  if (isatty(STDERR_FILENO) == 0) return {};
  return [](const std::string& line) { PrintMessage("{}\n", Visible(line)); };
}

}  // namespace thresh
