// What execve takes, made before the new process is.
//
// Between fork and exec a process with threads may not allocate: another thread may have held the
// allocator's lock, which nobody in the copy will ever release. See signal-safety(7).
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace thresh {

class ExecVectors {
 public:
  // `environment`: NAME=VALUE, in place of and beside what this process has.
  explicit ExecVectors(std::vector<std::string> command, std::vector<std::string> environment = {})
      : command_(std::move(command)), environment_(std::move(environment)) {
    for (std::string& argument : command_) argv_.push_back(argument.data());
    argv_.push_back(nullptr);
    for (char** own = environ; *own != nullptr; ++own) {
      if (!IsReplaced(*own)) envp_.push_back(*own);
    }
    for (std::string& variable : environment_) envp_.push_back(variable.data());
    envp_.push_back(nullptr);
  }
  ExecVectors(const ExecVectors&) = delete;
  ExecVectors& operator=(const ExecVectors&) = delete;

  // Becomes `program`, a path. Comes back only when that fails.
  void Exec(const char* program) const { execve(program, argv_.data(), envp_.data()); }
  // Likewise, the command's own first word, which is looked for in PATH unless it has a slash.
  void Exec() const { execvpe(argv_[0], argv_.data(), envp_.data()); }

 private:
  bool IsReplaced(std::string_view variable) const {
    const std::string_view name = variable.substr(0, variable.find('=') + 1);
    for (const std::string& other : environment_) {
      if (other.starts_with(name)) return true;
    }
    return false;
  }

  std::vector<std::string> command_;
  std::vector<std::string> environment_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
};

}  // namespace thresh
