// A process of a test's own.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <functional>

namespace thresh {

// Runs `body` in a forked process, which says when it is ready and is killed at the latest with
// this object.
class Child {
 public:
  // `body` gets a function that wakes WaitReady; when it returns or throws, the process ends
  // without any destructor.
  explicit Child(const std::function<void(const std::function<void()>& ready)>& body) {
    if (pipe(ends_) != 0) return;
    pid_ = fork();
    if (pid_ != 0) {
      close(ends_[1]);
      return;
    }
    int code = 0;
    try {
      body([this] { [[maybe_unused]] const ssize_t sent = write(ends_[1], "r", 1); });
    } catch (const std::exception& error) {
      fprintf(stderr, "%s\n", error.what());
      code = 1;
    }
    _exit(code);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    Kill();
    close(ends_[0]);
  }

  // Waits for one call of ready(); false when the process ended before.
  bool WaitReady() {
    char byte;
    return read(ends_[0], &byte, 1) == 1;
  }
  void Kill() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    Wait();
  }
  // The exit code, or -1.
  int Wait() {
    if (pid_ <= 0) return code_;
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return code_;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  int code_ = -1;
  int ends_[2] = {-1, -1};
};

}  // namespace thresh
