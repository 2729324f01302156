// Waits until one of a few files changes, or a person has seen enough.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace thresh {

// For its lifetime INT and TERM are held back and end Wait instead of the process. It watches the
// folders, so that a file that an editor replaces is seen; where the system has no watches left, it
// looks every 300 ms. One at a time.
class FileWatch {
 public:
  // The files need not be there. Remembers how they are now: what changes from here on is seen by
  // the next Wait, however long that takes to be called.
  explicit FileWatch(std::vector<std::filesystem::path> files);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // True once a file is another than at the last return, and has rested for a moment, so that a
  // file is not read half written; false at a signal.
  bool Wait();

 private:
  // What tells two contents of a file apart.
  struct Stamp {
    bool exists = false;
    ino_t inode = 0;
    off_t size = 0;
    int64_t modified_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  static Stamp StampOf(const std::filesystem::path& file);
  std::vector<Stamp> Stamps() const;
  bool WaitForEvent(int timeout_ms, bool* signalled);

  std::vector<std::filesystem::path> files_;
  std::vector<Stamp> stamps_;
  sigset_t old_mask_;
  int signals_ = -1;
  int notify_ = -1;
};

}  // namespace thresh
