// A word now and then to the person who waits for a long piece of work.
#pragma once

#include <functional>
#include <string>

#include "pipeline/clock.h"

namespace thresh {

// Tells every five seconds how far the work is.
class WorkProgress {
 public:
  // `tell` takes lines without their end; where it is empty nobody is told. The clock must outlive
  // it.
  WorkProgress(const Clock& clock, std::function<void(const std::string&)> tell);

  // To be called often: `line` is asked for when it is time.
  void At(const std::function<std::string()>& line);

 private:
  const Clock& clock_;
  const std::function<void(const std::string&)> tell_;
  SteadyTime next_;
};

// Prints lines where stderr is a terminal; empty where it is none.
std::function<void(const std::string&)> TellTerminal();

}  // namespace thresh
