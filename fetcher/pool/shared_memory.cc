#include "fetcher/pool/shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <system_error>

namespace thresh::pool {
namespace {

[[noreturn]] void ThrowErrno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

size_t PageBytes() {
  static const size_t bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

size_t RoundUpToPage(size_t bytes) {
  const size_t page = PageBytes();
  if (bytes > SIZE_MAX - page) throw std::length_error("a slot is larger than the address space");
  return std::max<size_t>(1, (bytes + page - 1) / page) * page;
}

size_t TotalBytes(size_t slots, size_t stride) {
  const size_t page = PageBytes();
  if (slots > (static_cast<size_t>(PTRDIFF_MAX) - page) / stride) {
    throw std::length_error("the slots are larger than the address space");
  }
  return page + slots * stride;
}

// Whether the memory has that size now. A limit on the sizes of files (ulimit -S -f) holds for it,
// too, though it is no file that fills a disk: it is lifted meanwhile, as far as we may.
bool Resize(int fd, size_t bytes) {
  if (ftruncate(fd, static_cast<off_t>(bytes)) == 0) return true;
  rlimit limit{};
  if (errno != EFBIG || getrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
  const rlimit highest{limit.rlim_max, limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &highest);
  const bool resized = ftruncate(fd, static_cast<off_t>(bytes)) == 0;
  const int error = errno;
  setrlimit(RLIMIT_FSIZE, &limit);
  errno = error;
  return resized;
}

}  // namespace

SharedMemory::SharedMemory(size_t slots, size_t slot_bytes)
    : fd_(memfd_create("pool-worker", MFD_CLOEXEC | MFD_ALLOW_SEALING)),
      header_bytes_(PageBytes()),
      slot_bytes_(slot_bytes),
      stride_(RoundUpToPage(slot_bytes)),
      bytes_(TotalBytes(slots, stride_)),
      slots_(slots) {
  if (!fd_) ThrowErrno("memfd_create");
  if (!Resize(fd_.get(), bytes_)) ThrowErrno("shared memory cannot have its size (ulimit -f)");
  if (fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    ThrowErrno("F_ADD_SEALS");
  }
  Map();
}

SharedMemory::SharedMemory(UniqueFd fd, size_t bytes, size_t slot_bytes)
    : fd_(std::move(fd)),
      header_bytes_(PageBytes()),
      slot_bytes_(slot_bytes),
      stride_(RoundUpToPage(slot_bytes)),
      bytes_(bytes),
      slots_((bytes - header_bytes_) / stride_) {
  Map();
}

SharedMemory::~SharedMemory() { munmap(base_, bytes_); }

void SharedMemory::Map() {
  void* base = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (base == MAP_FAILED) ThrowErrno("mmap");
  base_ = static_cast<std::byte*>(base);
}

std::span<std::byte> SharedMemory::Slot(size_t slot) const {
  if (slot >= slots_) throw std::out_of_range("no such slot");
  return {base_ + Offset(slot), slot_bytes_};
}

void SharedMemory::Beat() {
  std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(base_))
      .fetch_add(1, std::memory_order_relaxed);
}

uint64_t SharedMemory::heartbeat() const {
  return std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(base_))
      .load(std::memory_order_relaxed);
}

// What all free slots have is at most `kept`, or at most their shares of it: whatever one of them
// has above its share, it had when all together had no more than `kept`.
void SharedMemory::Release(size_t slot, size_t kept) {
  if (AllBytes() <= kept || UsedBytes(slot) <= kept / slots_) return;
  fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(Offset(slot)),
            static_cast<off_t>(stride_));
}

// Of all slots and the heartbeat; 0 when the system does not say.
size_t SharedMemory::AllBytes() const {
  struct stat status {};
  if (fstat(fd_.get(), &status) != 0) return 0;
  return static_cast<size_t>(status.st_blocks) * 512;
}

size_t SharedMemory::UsedBytes(size_t slot) const {
  size_t used = 0;
  const off_t end = static_cast<off_t>(Offset(slot) + stride_);
  off_t at = static_cast<off_t>(Offset(slot));
  while (at < end) {
    const off_t data = lseek(fd_.get(), at, SEEK_DATA);
    if (data < 0 || data >= end) break;
    const off_t hole = std::min(end, lseek(fd_.get(), data, SEEK_HOLE));
    if (hole <= data) break;
    used += static_cast<size_t>(hole - data);
    at = hole;
  }
  return used;
}

}  // namespace thresh::pool
