#include "storage/crash_mark.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <atomic>
#include <new>

namespace thresh {
namespace {

// What the handler writes to; null while there is no mark.
std::atomic<volatile int64_t*> crashed_flag{nullptr};

}  // namespace

// What is written to a mapping must have its room on the disk: a full one would end the process
// with SIGBUS.
CrashMark::CrashMark(int fd) {
  if (posix_fallocate(fd, 0, sizeof(Mapped)) != 0) return;
  void* memory = mmap(nullptr, sizeof(Mapped), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return;
  mapped_ = static_cast<Mapped*>(memory);
  death_ = {mapped_->noted, mapped_->crashed != 0};
  mapped_->noted = 0;
  mapped_->crashed = 0;
  crashed_flag = &mapped_->crashed;
  struct sigaction action = {};
  action.sa_handler = OnCrash;
  action.sa_flags = SA_RESETHAND | SA_ONSTACK;
  for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &action, &before_[i]);
}

CrashMark::~CrashMark() {
  if (mapped_ == nullptr) return;
  for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  crashed_flag = nullptr;
  munmap(mapped_, sizeof(Mapped));
}

void CrashMark::Note(int64_t what) {
  if (mapped_ != nullptr) mapped_->noted = what;
}

// The handler is reset: the signal comes again when this returns, and ends the process as it would.
void CrashMark::OnCrash(int signal) {
  if (volatile int64_t* flag = crashed_flag.load()) *flag = 1;
  raise(signal);
}

}  // namespace thresh
