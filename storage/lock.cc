#include "storage/lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <string>

#include "storage/store.h"

namespace thresh {
namespace {

// The paths this process has locked: a record lock does not keep its own process out.
std::set<std::filesystem::path>& LockedHere() {
  static std::set<std::filesystem::path> paths;
  return paths;
}

struct flock WholeFile() {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

[[noreturn]] void ThrowLocked(const std::filesystem::path& path, pid_t holder) {
  std::string text = path.string() + ": another crawl holds the database";
  if (holder > 0) text += " (process " + std::to_string(holder) + ")";
  throw StoreLocked(text);
}

int OpenLockFile(const std::filesystem::path& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (fd < 0) {
    throw StorageError(path.string() + ": cannot be opened: " + std::strerror(errno) +
                       "; a crawl must be able to write the database's folder");
  }
  return fd;
}

void LockOrThrow(int fd, const std::filesystem::path& path) {
  struct flock lock = WholeFile();
  if (fcntl(fd, F_SETLK, &lock) == 0) return;
  const int error = errno;
  const bool held = error == EAGAIN || error == EACCES;
  pid_t holder = 0;
  if (held && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) holder = lock.l_pid;
  close(fd);
  if (held) ThrowLocked(path, holder);
  throw StorageError(path.string() + ": cannot be locked: " + std::strerror(error) +
                     "; keep the database on a local disk");
}

// Whether `fd` is still the file that stands at `path`, and not one that its holder removed.
bool StandsAt(int fd, const std::filesystem::path& path) {
  struct stat open_file, named_file;
  return fstat(fd, &open_file) == 0 && stat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

}  // namespace

std::filesystem::path LockPath(std::filesystem::path db) { return db += "-lock"; }

bool IsInUse(const std::filesystem::path& db) {
  return IsLocked(LockPath(std::filesystem::weakly_canonical(db)));
}

// To ask needs no more than to read; and closing a descriptor here would drop a lock of our own.
bool IsLocked(const std::filesystem::path& path) {
  if (LockedHere().contains(path)) return true;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return false;
  struct flock lock = WholeFile();
  const bool held = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close(fd);
  return held;
}

// The holder removes the file while it has the lock. Who then gets the lock on the removed file
// sees that, and tries the new one: at any time only the file at `path` counts.
LockFile::LockFile(std::filesystem::path path) : path_(std::move(path)) {
  if (LockedHere().contains(path_)) ThrowLocked(path_, getpid());
  for (;;) {
    const int fd = OpenLockFile(path_);
    LockOrThrow(fd, path_);
    if (StandsAt(fd, path_)) {
      fd_ = fd;
      break;
    }
    close(fd);
  }
  LockedHere().insert(path_);
  mark_ = std::make_unique<CrashMark>(fd_);
}

bool LockFile::holds() const { return StandsAt(fd_, path_); }

// A file that is another process's by now stays.
LockFile::~LockFile() {
  mark_.reset();
  if (holds()) unlink(path_.c_str());
  LockedHere().erase(path_);
  close(fd_);
}

}  // namespace thresh
