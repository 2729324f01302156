// The processes that a program has made, as /proc shows them.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace thresh {

struct ProcessEntry {
  pid_t pid = 0;
  std::string name;
  char state = '?';  // 'Z': a zombie, 'T': stopped
  pid_t parent = 0;
};

// All processes of the group, zombies among them. What ends meanwhile may or may not be there.
inline std::vector<ProcessEntry> ProcessesOf(pid_t group) {
  std::vector<ProcessEntry> found;
  std::error_code error;
  for (const auto& folder : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = folder.path().filename();
    if (name.find_first_not_of("0123456789") != name.npos) continue;
    std::ifstream file(folder.path() / "stat");
    std::string line;
    std::getline(file, line, '\0');  // a process that ends meanwhile gives nothing
    // The name stands in parentheses and may have any characters: "7 (a b) S 1 7 …".
    const size_t open = line.find('('), close = line.rfind(')');
    if (open == line.npos || close == line.npos) continue;
    ProcessEntry entry{.pid = static_cast<pid_t>(std::stol(name)),
                       .name = line.substr(open + 1, close - open - 1)};
    pid_t its_group = 0;
    std::istringstream(line.substr(close + 1)) >> entry.state >> entry.parent >> its_group;
    if (its_group == group) found.push_back(std::move(entry));
  }
  return found;
}

// Those that still run: a zombie has ended, and who reaps an orphan's is not the program's to say.
inline std::vector<ProcessEntry> LivingProcessesOf(pid_t group) {
  std::vector<ProcessEntry> found = ProcessesOf(group);
  std::erase_if(found,
                [](const ProcessEntry& entry) { return entry.state == 'Z' || entry.state == 'X'; });
  return found;
}

// Waits until none of the group lives; false when some do after `timeout`.
inline bool WaitUntilGone(pid_t group, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!LivingProcessesOf(group).empty()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    usleep(2000);
  }
  return true;
}

}  // namespace thresh
