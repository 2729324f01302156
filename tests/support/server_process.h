// A server that is another program, for as long as a test needs it.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tests/support/exec_vectors.h"

namespace thresh {

// Owned by a test. The program dies with this object, or with the test's process.
class ServerProcess {
 public:
  // Runs `command` (argv, looked for in PATH) with nothing on its input. Its output can be read by
  // ReadUntil. Throws std::system_error.
  explicit ServerProcess(const std::vector<std::string>& command) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) Throw("pipe");
    output_ = ends[0];
    const ExecVectors vectors(command);
    pid_ = fork();
    if (pid_ == 0) Exec(vectors, ends[1]);
    close(ends[1]);
    if (pid_ < 0) Throw("fork");
  }
  ~ServerProcess() {
    kill(pid_, SIGTERM);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    close(output_);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // What the program writes, up to and with the first `end`; all of it when it ends before.
  std::string ReadUntil(std::string_view end) {
    std::string text;
    char byte;
    while (!text.ends_with(end) && read(output_, &byte, 1) == 1) text += byte;
    return text;
  }

  // Waits until somebody listens on `port` of 127.0.0.1, or the program has ended.
  bool WaitForPort(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port));
    siginfo_t info{};
    while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const int code = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
      close(fd);
      if (code == 0) return true;
      usleep(2000);
    }
    return false;
  }

 private:
  [[noreturn]] static void Throw(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }

  [[noreturn]] static void Exec(const ExecVectors& vectors, int output) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    vectors.Exec();
    _exit(127);
  }

  int output_;
  pid_t pid_;
};

// A port of 127.0.0.1 that nobody uses now.
inline int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
  close(fd);
  if (!bound) throw std::system_error(errno, std::generic_category(), "free port");
  return ntohs(address.sin_port);
}

}  // namespace thresh
