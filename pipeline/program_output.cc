#include "pipeline/program_output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

extern char** environ;

namespace thresh {
namespace {

constexpr const char* kThisProgram = "/proc/self/exe";
constexpr int kMillisecondsBetweenQuestions = 200;

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// The server blocks signals that its child is to have.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

std::array<int, 2> MakePipe() {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe");
  }
  return ends;
}

}  // namespace

ProgramOutput::ProgramOutput(const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>("thresh")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const std::array<int, 2> output = MakePipe();
  output_ = output[0];
  std::array<int, 2> errors;
  try {
    errors = MakePipe();
  } catch (...) {
    close(output[0]);
    close(output[1]);
    throw;
  }
  errors_fd_ = errors[0];
  FileActions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), output[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), errors[1], STDERR_FILENO);
  SpawnAttributes attributes;
  const int code =
      posix_spawn(&pid_, kThisProgram, actions.get(), attributes.get(), argv.data(), environ);
  close(output[1]);
  close(errors[1]);
  if (code == 0) return;
  close(output_);
  close(errors_fd_);
  throw std::system_error(code, std::generic_category(), "cannot run " + std::string(kThisProgram));
}

ProgramOutput::~ProgramOutput() {
  close(output_);
  close(errors_fd_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// Both pipes are read, so that it never waits for room in the other.
std::string ProgramOutput::Read(const std::function<bool()>& is_over) {
  std::string bytes(size_t{1} << 16, '\0');
  while (!is_over()) {
    pollfd ends[2] = {{output_, POLLIN, 0}, {errors_ended_ ? -1 : errors_fd_, POLLIN, 0}};
    if (poll(ends, 2, kMillisecondsBetweenQuestions) < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (ends[1].revents != 0) ReadErrors(&bytes);
    if (ends[0].revents == 0) continue;
    const ssize_t size = read(output_, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    bytes.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return bytes;
  }
  return {};
}

void ProgramOutput::ReadErrors(std::string* room) {
  const ssize_t size = read(errors_fd_, room->data(), room->size());
  errors_ended_ = size == 0 || (size < 0 && errno != EINTR);
  if (size > 0) errors_.append(*room, 0, static_cast<size_t>(size));
  if (errors_.size() > kMostErrorBytes) errors_.resize(kMostErrorBytes);
}

bool ProgramOutput::Succeeded() {
  if (pid_ > 0) {
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    std::string room(1024, '\0');
    while (!errors_ended_) ReadErrors(&room);
  }
  return WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
}

}  // namespace thresh
