#include "storage/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "storage/database_file.h"
#include "storage/terminal_text.h"

namespace thresh {
namespace {

constexpr size_t kBufferBytes = 1 << 16;
constexpr const char* kOpenFiles = "/proc/self/fd";

[[noreturn]] void ThrowErrno(const std::string& what) {
  const int error = errno;
  if (error == EPIPE) throw OutputClosed();
  throw std::system_error(error, std::generic_category(), what);
}

// The permissions of the file that is replaced, else those that a new one gets.
mode_t ModeFor(const std::filesystem::path& path) {
  struct stat existing;
  if (stat(path.c_str(), &existing) == 0) return existing.st_mode & 07777;
  const mode_t mask = umask(0);
  umask(mask);
  return 0666 & ~mask;
}

// A pipe, a terminal, /dev/null, /dev/stdout wherever that leads: to be written, not replaced. What
// stands in /dev/shm are files.
bool IsDevice(const std::filesystem::path& path) {
  struct stat existing;
  if (stat(path.c_str(), &existing) != 0) return false;
  const std::filesystem::path folder = path.parent_path();
  return !S_ISREG(existing.st_mode) || folder == "/dev" || folder == "/dev/fd";
}

// A file without a name, of which nothing is left whatever ends the process; -1 where the file
// system has no such, or there is no way to name it later: open(2).
int OpenNameless(const std::filesystem::path& folder) {
  if (access(kOpenFiles, X_OK) != 0) return -1;
  return open(folder.empty() ? "." : folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

void RefuseDatabase(const std::filesystem::path& path) {
  if (!IsDatabaseFile(path)) return;
  throw std::runtime_error(path.string() + ": is a database; name another file for the output");
}

}  // namespace

Output::Output(int fd) : fd_(fd), is_terminal_(fd >= 0 && isatty(fd) == 1) {
  buffer_.reserve(kBufferBytes);
}

Output::Output(Output&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      is_terminal_(other.is_terminal_),
      buffer_(std::move(other.buffer_)),
      path_(std::exchange(other.path_, {})),
      is_nameless_(std::exchange(other.is_nameless_, false)),
      temporary_(std::exchange(other.temporary_, {})) {}

Output::~Output() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  if (!path_.empty() && fd_ >= 0) close(fd_);
}

Output Output::Stdout() { return Output(STDOUT_FILENO); }

Output Output::File(const std::filesystem::path& path) {
  if (IsDevice(path)) {
    Output output(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (output.fd_ < 0) ThrowErrno(path.string());
    output.path_ = path;
    return output;
  }
  std::error_code ignored;
  if (std::filesystem::is_symlink(path, ignored)) {
    throw std::runtime_error(path.string() + ": is a symbolic link; name the file it leads to");
  }
  RefuseDatabase(path);
  Output output(OpenNameless(path.parent_path()));
  output.is_nameless_ = output.fd_ >= 0;
  if (!output.is_nameless_) {
    std::string temporary = (path.parent_path() / ".thresh-XXXXXX").string();
    output.fd_ = mkostemp(temporary.data(), O_CLOEXEC);
    if (output.fd_ < 0) ThrowErrno(path.string());
    output.temporary_ = temporary;
  }
  output.path_ = path;
  if (fchmod(output.fd_, ModeFor(path)) != 0) ThrowErrno(path.string());
  return output;
}

void Output::Probe(const std::filesystem::path& path) {
  std::error_code ignored;
  if (IsDevice(path) && !std::filesystem::is_directory(path, ignored)) return;
  File(path);
}

void Output::Write(std::string_view text) {
  if (buffer_.size() + text.size() > kBufferBytes) Flush();
  if (text.size() > kBufferBytes) {
    buffer_.assign(text);
    return Flush();
  }
  buffer_.append(text);
}

void Output::WriteLines(std::string_view lines) {
  is_terminal_ ? Write(TerminalLines(lines)) : Write(lines);
}

void Output::WriteJson(std::string_view json) {
  is_terminal_ ? Write(TerminalJson(json)) : Write(json);
}

void Output::Flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      buffer_.clear();
      ThrowErrno(path_.empty() ? "stdout" : path_.string());
    }
    rest.remove_prefix(static_cast<size_t>(written));
  }
  buffer_.clear();
}

// The file is on the disk before it takes the other's place: also after a power cut it is one of
// the two.
void Output::Close() {
  Flush();
  if (!is_nameless_ && temporary_.empty()) return;
  RefuseDatabase(path_);  // it may have come meanwhile
  if (fsync(fd_) != 0) ThrowErrno(path_.string());
  if (is_nameless_) GiveName();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) ThrowErrno(path_.string());
  temporary_.clear();
}

void Output::GiveName() {
  const std::string nameless = kOpenFiles + ('/' + std::to_string(fd_));
  const std::string name = ".thresh-" + std::to_string(getpid()) + '-';
  for (int i = 0; is_nameless_; ++i) {
    const auto temporary = path_.parent_path() / (name + std::to_string(i));
    const int code =
        linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, temporary.c_str(), AT_SYMLINK_FOLLOW);
    if (code != 0 && errno != EEXIST) ThrowErrno(path_.string());
    if (code != 0) continue;
    temporary_ = temporary;
    is_nameless_ = false;
  }
}

}  // namespace thresh
