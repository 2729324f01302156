#include "pipeline/file_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "pipeline/input_file.h"

namespace thresh {
namespace {

constexpr int kLookEveryMs = 300;
constexpr int kRestMs = 40;
constexpr int kMostRests = 25;
constexpr uint32_t kEvents =
    IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB;

// A watch descriptor for the folders of all files and of what they are links to; -1 when there is
// none to be had.
int WatchFolders(const std::vector<std::filesystem::path>& files) {
  const int notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (notify < 0) return -1;
  for (const std::filesystem::path& file : files) {
    std::error_code ignored;
    const auto target = std::filesystem::weakly_canonical(file, ignored);
    for (const auto& folder : {FolderOf(file), FolderOf(target.empty() ? file : target)}) {
      if (inotify_add_watch(notify, folder.c_str(), kEvents) >= 0) continue;
      close(notify);
      return -1;
    }
  }
  return notify;
}

void Drain(int notify) {
  char events[4096];
  while (notify >= 0 && read(notify, events, sizeof events) > 0) {
  }
}

}  // namespace

FileWatch::FileWatch(std::vector<std::filesystem::path> files) : files_(std::move(files)) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGINT);
  sigaddset(&mask, SIGTERM);
  signals_ = signalfd(-1, &mask, SFD_CLOEXEC);
  if (signals_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  sigprocmask(SIG_BLOCK, &mask, &old_mask_);
  notify_ = WatchFolders(files_);
  stamps_ = Stamps();
}

// A signal that came and ended nothing is left pending, and comes to effect here.
FileWatch::~FileWatch() {
  if (notify_ >= 0) close(notify_);
  close(signals_);
  sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
}

FileWatch::Stamp FileWatch::StampOf(const std::filesystem::path& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return {};
  return {true, found.st_ino, found.st_size,
          static_cast<int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec};
}

std::vector<FileWatch::Stamp> FileWatch::Stamps() const {
  std::vector<Stamp> stamps;
  for (const std::filesystem::path& file : files_) stamps.push_back(StampOf(file));
  return stamps;
}

// Whether anything happened in time; a signal is taken.
bool FileWatch::WaitForEvent(int timeout_ms, bool* signalled) {
  pollfd waits[] = {{signals_, POLLIN, 0}, {notify_, POLLIN, 0}};
  const int ready = poll(waits, notify_ >= 0 ? 2 : 1, timeout_ms);
  if (ready <= 0) return false;
  if ((waits[0].revents & POLLIN) != 0) {
    signalfd_siginfo info;
    *signalled = read(signals_, &info, sizeof info) > 0;
  }
  Drain(notify_);
  return true;
}

bool FileWatch::Wait() {
  bool signalled = false;
  std::vector<Stamp> now = Stamps();
  while (now == stamps_) {
    WaitForEvent(notify_ >= 0 ? -1 : kLookEveryMs, &signalled);
    if (signalled) return false;
    now = Stamps();
  }
  // A file that is just being replaced is not there for an instant, one that is being written
  // grows.
  std::vector<Stamp> before;
  for (int rests = 0; now != before && rests < kMostRests; ++rests, now = Stamps()) {
    before = now;
    WaitForEvent(kRestMs, &signalled);
    if (signalled) return false;
  }
  stamps_ = std::move(now);
  return true;
}

}  // namespace thresh
