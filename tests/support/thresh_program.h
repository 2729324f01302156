// The program itself, run as a user's shell would.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/exec_vectors.h"
#include "tests/support/temporary_folder.h"

namespace thresh {

struct ProgramResult {
  int exit_code = -1;  // -1: a signal ended it
  std::string output;  // stdout
  std::string errors;  // stderr
};

// A run of THRESH_PROGRAM in a process of its own, started by the constructor.
class ThreshProgram {
 public:
  // It leads a process group of its own, in which its workers are (process_group.h). `prepare` runs
  // in the new process before the program, to set limits or close descriptors; it may only make
  // async-signal-safe calls. `environment`: NAME=VALUE, beside what there is.
  explicit ThreshProgram(const std::vector<std::string>& arguments, const std::string& input = "",
                         const std::function<void()>& prepare = {},
                         const std::vector<std::string>& environment = {}) {
    const std::filesystem::path in = folder_.Write("in", input);
    const std::filesystem::path out = folder_ / "out";
    const std::filesystem::path errors = folder_ / "err";
    std::vector<std::string> command = {"thresh"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const ExecVectors vectors(std::move(command), environment);
    pid_ = fork();
    if (pid_ != 0) return;
    setpgid(0, 0);
    // A shell's background job has some ignored, and the program leaves them so.
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
    Redirect(STDIN_FILENO, in.c_str(), O_RDONLY);
    Redirect(STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT);
    Redirect(STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT);
    if (prepare) prepare();
    vectors.Exec(THRESH_PROGRAM);
    _exit(127);
  }
  ~ThreshProgram() {
    if (pid_ <= 0) return;
    Kill(SIGKILL);
    Wait();
  }
  ThreshProgram(const ThreshProgram&) = delete;
  ThreshProgram& operator=(const ThreshProgram&) = delete;

  pid_t pid() const { return pid_; }
  void Kill(int signal) const { kill(pid_, signal); }
  // What it has printed on stdout until now.
  std::string OutputSoFar() const { return Read("out"); }
  // Whether Wait would return at once.
  bool HasEnded() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
  }
  // Waits for the end; once.
  ProgramResult Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Read("out"), Read("err")};
  }

 private:
  static void Redirect(int fd, const char* path, int flags) {
    const int file = open(path, flags, 0600);
    if (file < 0 || dup2(file, fd) < 0) _exit(127);
    close(file);
  }
  std::string Read(const char* name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  TemporaryFolder folder_;
  pid_t pid_ = -1;
};

inline ProgramResult RunThresh(const std::vector<std::string>& arguments,
                               const std::string& input = "") {
  return ThreshProgram(arguments, input).Wait();
}

}  // namespace thresh
