// A program that runs on a terminal of its own, as if somebody had started it there.
#pragma once

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "tests/support/exec_vectors.h"
#include "tests/support/screen.h"

namespace thresh {

// It leads a session on a pseudo terminal, whose screen is kept up to date by whoever waits. Dies
// with this object.
class TerminalProgram {
 public:
  // `environment`: NAME=VALUE, beside what there is.
  TerminalProgram(const std::vector<std::string>& command, size_t columns, size_t rows,
                  const std::vector<std::string>& environment = {})
      : screen_(columns, rows) {
    winsize size = Size(columns, rows);
    const ExecVectors vectors(command, environment);
    pid_ = forkpty(&master_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
    if (pid_ == 0) Exec(vectors);
  }
  ~TerminalProgram() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(master_);
  }
  TerminalProgram(const TerminalProgram&) = delete;
  TerminalProgram& operator=(const TerminalProgram&) = delete;

  // Reads until the screen is as `is_so` says; false when it was not after twenty seconds, or when
  // the program ended before.
  bool WaitFor(const std::function<bool(const Screen&)>& is_so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_so(screen_)) {
      if (std::chrono::steady_clock::now() >= end || !ReadSome()) return is_so(screen_);
    }
    return true;
  }
  bool WaitForText(const std::string& text) {
    return WaitFor(
        [&text](const Screen& screen) { return screen.Text().find(text) != std::string::npos; });
  }
  // Reads to the end; gives the wait status.
  int Wait() {
    while (ReadSome()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return status;
  }
  // Whether it has stopped, as by SIGTSTP; waits for that.
  bool WaitForStop() {
    int status = 0;
    waitpid(pid_, &status, WUNTRACED);
    while (Readable(0) && ReadSome()) {
    }
    return WIFSTOPPED(status);
  }
  void Resize(size_t columns, size_t rows) {
    const winsize size = Size(columns, rows);
    screen_.Resize(columns, rows);
    ioctl(master_, TIOCSWINSZ, &size);
  }
  void Kill(int signal) const { kill(pid_, signal); }
  // As if it were typed.
  void Type(const std::string& keys) const {
    if (write(master_, keys.data(), keys.size()) < 0) throw std::runtime_error("write to a pty");
  }

  const Screen& screen() const { return screen_; }
  const std::string& bytes() const { return bytes_; }  // all that was written

 private:
  static winsize Size(size_t columns, size_t rows) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = static_cast<unsigned short>(rows);
    return size;
  }
  [[noreturn]] static void Exec(const ExecVectors& vectors) {
    for (const int sent : {SIGINT, SIGQUIT}) signal(sent, SIG_DFL);  // a shell's & ignores both
    vectors.Exec();
    _exit(127);
  }
  bool Readable(int timeout_ms) const {
    pollfd fd{.fd = master_, .events = POLLIN, .revents = 0};
    return poll(&fd, 1, timeout_ms) == 1;
  }
  // False at the end, which is EIO on a terminal that nobody has open any more.
  bool ReadSome() {
    if (!Readable(1000)) return true;
    char buffer[4096];
    const ssize_t size = read(master_, buffer, sizeof buffer);
    if (size <= 0) return size < 0 && errno == EINTR;
    const std::string_view text(buffer, static_cast<size_t>(size));
    bytes_ += text;
    screen_.Write(text);
    return true;
  }

  Screen screen_;
  std::string bytes_;
  int master_ = -1;
  pid_t pid_ = -1;
};

}  // namespace thresh
