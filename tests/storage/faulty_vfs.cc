#include "tests/storage/faulty_vfs.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <new>

namespace thresh {

// What SQLite has of an open file; the real one's bytes follow it.
struct FaultyFile {
  sqlite3_file base;
  FaultyVfs* disk;
  std::string* name;

  static sqlite3_file* Real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultyFile*>(file) + 1);
  }
  static FaultyFile& Of(sqlite3_file* file) { return *reinterpret_cast<FaultyFile*>(file); }
  static int Next(sqlite3_file* file, int code, bool writes = false) {
    return Of(file).disk->Next(code, writes);
  }

  static int Close(sqlite3_file* file) {
    delete Of(file).name;
    return Real(file)->pMethods->xClose(Real(file));
  }
  static int Read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 offset) {
    if (const int code = Next(file, SQLITE_IOERR_READ)) return code;
    return Real(file)->pMethods->xRead(Real(file), to, bytes, offset);
  }
  static int Write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
    if (const int code = Next(file, SQLITE_IOERR_WRITE, true)) return code;
    const FaultyFile& of = Of(file);
    of.disk->NoteWrite(
        *of.name, {.offset = offset,
                   .bytes = std::string(static_cast<const char*>(from), static_cast<size_t>(bytes)),
                   .truncates = false});
    return Real(file)->pMethods->xWrite(Real(file), from, bytes, offset);
  }
  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = Next(file, SQLITE_IOERR_TRUNCATE)) return code;
    const FaultyFile& of = Of(file);
    of.disk->NoteWrite(*of.name, {.offset = size, .bytes = {}, .truncates = true});
    return Real(file)->pMethods->xTruncate(Real(file), size);
  }
  static int Sync(sqlite3_file* file, int flags) {
    if (const int code = Next(file, SQLITE_IOERR_FSYNC)) return code;
    const FaultyFile& of = Of(file);
    of.disk->NoteSync(*of.name);
    return of.disk->sync_for_real_ ? Real(file)->pMethods->xSync(Real(file), flags) : SQLITE_OK;
  }
  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    if (const int code = Next(file, SQLITE_IOERR_FSTAT)) return code;
    return Real(file)->pMethods->xFileSize(Real(file), size);
  }
  static int Lock(sqlite3_file* file, int level) {
    if (const int code = Next(file, SQLITE_IOERR_LOCK)) return code;
    return Real(file)->pMethods->xLock(Real(file), level);
  }
  static int Unlock(sqlite3_file* file, int level) {
    return Real(file)->pMethods->xUnlock(Real(file), level);
  }
  static int CheckReservedLock(sqlite3_file* file, int* out) {
    if (const int code = Next(file, SQLITE_IOERR_CHECKRESERVEDLOCK)) return code;
    return Real(file)->pMethods->xCheckReservedLock(Real(file), out);
  }
  static int FileControl(sqlite3_file* file, int what, void* argument) {
    return Real(file)->pMethods->xFileControl(Real(file), what, argument);
  }
  static int SectorSize(sqlite3_file* file) {
    return Real(file)->pMethods->xSectorSize(Real(file));
  }
  static int DeviceCharacteristics(sqlite3_file* file) {
    return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
  }
  static int ShmMap(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
    if (const int code = Next(file, SQLITE_IOERR_SHMMAP)) return code;
    return Real(file)->pMethods->xShmMap(Real(file), region, bytes, extend, out);
  }
  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      if (const int code = Next(file, SQLITE_IOERR_SHMLOCK)) return code;
    }
    return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
  }
  static void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
  static int ShmUnmap(sqlite3_file* file, int remove) {
    return Real(file)->pMethods->xShmUnmap(Real(file), remove);
  }
};

namespace {

// No memory mapping of files (version 3): all goes through Read and Write.
constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = FaultyFile::Close,
    .xRead = FaultyFile::Read,
    .xWrite = FaultyFile::Write,
    .xTruncate = FaultyFile::Truncate,
    .xSync = FaultyFile::Sync,
    .xFileSize = FaultyFile::FileSize,
    .xLock = FaultyFile::Lock,
    .xUnlock = FaultyFile::Unlock,
    .xCheckReservedLock = FaultyFile::CheckReservedLock,
    .xFileControl = FaultyFile::FileControl,
    .xSectorSize = FaultyFile::SectorSize,
    .xDeviceCharacteristics = FaultyFile::DeviceCharacteristics,
    .xShmMap = FaultyFile::ShmMap,
    .xShmLock = FaultyFile::ShmLock,
    .xShmBarrier = FaultyFile::ShmBarrier,
    .xShmUnmap = FaultyFile::ShmUnmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

FaultyVfs& DiskOf(sqlite3_vfs* vfs) { return *static_cast<FaultyVfs*>(vfs->pAppData); }

std::string NameOf(const char* path) { return std::filesystem::path(path).filename().string(); }

}  // namespace

FaultyVfs::FaultyVfs() {
  sqlite3_initialize();
  real_ = sqlite3_vfs_find(nullptr);
  vfs_ = *real_;
  vfs_.pNext = nullptr;
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + real_->szOsFile;
  vfs_.xOpen = &FaultyVfs::Open;
  vfs_.xDelete = &FaultyVfs::Delete;
  vfs_.xAccess = &FaultyVfs::Access;
  vfs_.xFullPathname = &FaultyVfs::FullPathname;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyVfs::FailAt(int64_t call, Mode mode) {
  fail_at_ = call;
  mode_ = mode;
  calls_ = 0;
  failed_ = false;
}

int FaultyVfs::Next(int code, bool writes) {
  ++calls_;
  if (fail_at_ == 0 || calls_ < fail_at_) return SQLITE_OK;
  if (mode_ == Mode::kOnce && calls_ > fail_at_) return SQLITE_OK;
  if (mode_ == Mode::kFull && !writes) return SQLITE_OK;
  failed_ = true;
  return mode_ == Mode::kFull ? SQLITE_FULL : code;
}

int FaultyVfs::Open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* out) {
  FaultyVfs& disk = DiskOf(self);
  file->pMethods = nullptr;
  if (const int code = disk.Next(SQLITE_CANTOPEN)) return code;
  sqlite3_file* real = FaultyFile::Real(file);
  const int code = disk.real_->xOpen(disk.real_, name, real, flags, out);
  if (code != SQLITE_OK) return code;
  FaultyFile& opened = FaultyFile::Of(file);
  opened.disk = &disk;
  opened.name = new std::string(name == nullptr ? "" : NameOf(name));
  opened.base.pMethods = &kMethods;
  return SQLITE_OK;
}

int FaultyVfs::Delete(sqlite3_vfs* self, const char* name, int sync) {
  FaultyVfs& disk = DiskOf(self);
  if (const int code = disk.Next(SQLITE_IOERR_DELETE)) return code;
  disk.images_.erase(NameOf(name));
  return disk.real_->xDelete(disk.real_, name, sync);
}

int FaultyVfs::Access(sqlite3_vfs* self, const char* name, int flags, int* out) {
  FaultyVfs& disk = DiskOf(self);
  if (const int code = disk.Next(SQLITE_IOERR_ACCESS)) return code;
  return disk.real_->xAccess(disk.real_, name, flags, out);
}

int FaultyVfs::FullPathname(sqlite3_vfs* self, const char* name, int size, char* out) {
  const FaultyVfs& disk = DiskOf(self);
  return disk.real_->xFullPathname(disk.real_, name, size, out);
}

void FaultyVfs::NoteWrite(const std::string& name, Write write) {
  if (!name.empty()) images_[name].pending.push_back(std::move(write));
}

void FaultyVfs::NoteSync(const std::string& name) {
  Image& image = images_[name];
  for (const Write& write : image.pending) Apply(write, write.bytes.size(), &image.synced);
  image.pending.clear();
}

void FaultyVfs::Apply(const Write& write, size_t bytes, std::string* image) {
  const auto offset = static_cast<size_t>(write.offset);
  if (write.truncates) {
    image->resize(offset);
    return;
  }
  image->resize(std::max(image->size(), offset + bytes));
  std::memcpy(image->data() + offset, write.bytes.data(), bytes);
}

void FaultyVfs::RestoreAfterPowerCut(const std::filesystem::path& folder,
                                     std::mt19937_64& random) const {
  constexpr size_t kSectorBytes = 512;
  for (const auto& [name, image] : images_) {
    std::string bytes = image.synced;
    std::vector<Write> writes = image.pending;
    std::shuffle(writes.begin(), writes.end(), random);
    for (const Write& write : writes) {
      const auto fate = random() % 3;
      if (fate == 0) continue;
      const size_t sectors = write.bytes.size() / kSectorBytes;
      const bool torn = fate == 1 && sectors > 0;
      Apply(write, torn ? random() % sectors * kSectorBytes : write.bytes.size(), &bytes);
    }
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
}

}  // namespace thresh
