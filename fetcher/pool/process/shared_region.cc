#include "fetcher/pool/process/shared_region.h"

#include <errno.h>
#include <sys/mman.h>

#include <stdexcept>
#include <system_error>

namespace thresh::pool {

SharedRegion::SharedRegion(size_t bytes) : bytes_(bytes) {
  void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  base_ = static_cast<std::byte*>(base);
}

SharedRegion::~SharedRegion() { munmap(base_, bytes_); }

void* SharedRegion::Take(size_t bytes) {
  const size_t begin = (used_ + kAlignment - 1) / kAlignment * kAlignment;
  if (begin > bytes_ || bytes > bytes_ - begin) throw std::length_error("the region is full");
  used_ = begin + bytes;
  return base_ + begin;
}

}  // namespace thresh::pool
