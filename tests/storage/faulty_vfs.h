// A disk that fails when it is told to, or loses its power: a VFS around SQLite's own.
//
//   FaultyVfs disk;                 // SQLite's default from now on
//   disk.FailAt(7, FaultyVfs::Mode::kOnce);
//   … SQLite is used …
//   disk.failed();                  // whether the seventh call came
//   disk.RestoreAfterPowerCut(folder, random);
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace thresh {

// One at a time; not to be destroyed while a connection is open. All that reaches the disk is
// counted: opening, reading, writing, truncating, syncing, locking, shared memory.
class FaultyVfs {
 public:
  enum class Mode {
    kOnce,      // the call fails, the next ones work
    kFromThen,  // nothing works any more
    kFull,      // from then on writing finds no room, the rest works
  };

  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The `call`th call from now on, counted from 1, fails; 0: none does.
  void FailAt(int64_t call, Mode mode);
  bool failed() const { return failed_; }
  int64_t calls() const { return calls_; }
  // Whether a sync does its work; without it tests are quick.
  void SyncForReal(bool really) { sync_for_real_ = really; }

  // Puts into `folder`, for each file that was written, what a disk may have after the power went
  // away: all that was synced; of what was written since, in any order, some writes whole, some in
  // part and some not at all. Shared memory is gone.
  void RestoreAfterPowerCut(const std::filesystem::path& folder, std::mt19937_64& random) const;

 private:
  friend struct FaultyFile;

  struct Write {
    int64_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  struct Image {
    std::string synced;
    std::vector<Write> pending;
  };

  static int Open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out);
  static int Delete(sqlite3_vfs* self, const char* name, int sync);
  static int Access(sqlite3_vfs* self, const char* name, int flags, int* out);
  static int FullPathname(sqlite3_vfs* self, const char* name, int size, char* out);
  static void Apply(const Write& write, size_t bytes, std::string* image);

  // The result code of the next call, were it to fail with `code`: SQLITE_OK when it does not.
  int Next(int code, bool writes = false);
  void NoteWrite(const std::string& name, Write write);
  void NoteSync(const std::string& name);

  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_;
  int64_t calls_ = 0;
  int64_t fail_at_ = 0;
  Mode mode_ = Mode::kOnce;
  bool failed_ = false;
  bool sync_for_real_ = false;
  std::map<std::string, Image> images_;  // by file name without its folder
};

}  // namespace thresh
