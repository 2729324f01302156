// One page fetched as a crawl fetches it, to see whether that works on this machine.
#pragma once

#include <string>

#include "fetcher/pool/fork_server.h"
#include "pipeline/clock.h"

namespace thresh {

struct TrialFetch {
  bool ok = false;
  Milliseconds took{0};
  std::string error;  // for people, when it is not ok
};

// Starts a fetcher process in its sandbox and has it fetch a page that this process serves on
// 127.0.0.1. Waits at most `timeout`. Never throws: what fails is told.
TrialFetch TryToFetch(pool::ForkServer& server, const Clock& clock, Milliseconds timeout);

}  // namespace thresh
