// Runs the program itself, as a user's shell would.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace thresh {

struct ProgramResult {
  int exit_code = -1;
  std::string output;  // stdout and stderr
};

// `arguments` are passed as they are: the shell sees them quoted.
inline ProgramResult RunThresh(const std::vector<std::string>& arguments) {
  std::string command = THRESH_PROGRAM;
  for (const std::string& argument : arguments) {
    command += " '";
    for (const char c : argument) command += c == '\'' ? "'\\''" : std::string(1, c);
    command += "'";
  }
  ProgramResult result;
  FILE* pipe = popen((command + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) std::abort();
  char block[4096];
  for (size_t n; (n = fread(block, 1, sizeof block, pipe)) > 0;) result.output.append(block, n);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

}  // namespace thresh
