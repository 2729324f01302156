// What `thresh doctor` looks at: each check is a value, printed by the command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fetcher/pool/fork_server.h"
#include "pipeline/clock.h"

namespace thresh {

enum class CheckMark : uint8_t {
  kOk,
  kOff,   // a layer of protection that this machine, or this user, does not have
  kWarn,  // works, but not as it should
  kFail,  // a crawl does not work here
};

struct Check {
  CheckMark mark = CheckMark::kOk;
  std::string name;
  std::string words;  // one line for people; may hold what the machine says, so show it Visible
};

// The libraries that are there at run time, and those too old.
std::vector<Check> CheckLibraries();
// The layers of the sandbox, tried in a child process.
std::vector<Check> CheckSandbox();
// Whether pages can be fetched and kept: processes, names, certificates, a database, room, limits.
std::vector<Check> CheckMachine(pool::ForkServer& server, const Clock& clock);
// The wall clock: `now` against the age of the program, and whether the kernel trusts it.
Check CheckClock(Timestamp now, Timestamp program_built, bool synchronised);
// Open files allowed to this process.
Check CheckDescriptors(uint64_t allowed);

}  // namespace thresh
