// System calls, by seccomp: what libcurl, OpenSSL and the resolver need.
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "fetcher/sandbox_layers.h"

namespace thresh::sandbox {
namespace {

// By name, since not every architecture has each of them.
constexpr std::array kAllowed = {
    // descriptors
    "read",
    "write",
    "readv",
    "writev",
    "close",
    "lseek",
    "fcntl",
    "dup",
    "pipe2",
    "eventfd2",
    "poll",
    "ppoll",
    "select",
    "_newselect",
    "pselect6",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    // files: Landlock says which
    "openat",
    "open",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "statx",
    "readlink",
    "readlinkat",
    "access",
    "faccessat",
    "faccessat2",
    "getdents64",
    // memory
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "mincore",
    "membarrier",
    // threads
    "futex",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "sched_yield",
    "sched_getaffinity",
    "arch_prctl",
    "gettid",
    "restart_syscall",
    "exit",
    "exit_group",
    // who and when
    "getpid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getrandom",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "uname",
    "sysinfo",
    "getrusage",
    // signals to itself
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigtimedwait",
    "sigaltstack",
    "timer_create",
    "timer_settime",
    "timer_delete",
    // the network; socket has conditions below
    "connect",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "send",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "recv",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    "shutdown",
    "socketpair",
};

// What no fetcher calls by accident: whoever does has taken the process over.
constexpr std::array kFatal = {
    "execve",
    "execveat",
    "fork",
    "vfork",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "kill",
    "tkill",
    "pidfd_open",
    "pidfd_getfd",
    "pidfd_send_signal",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "unshare",
    "setns",
    "bpf",
    "keyctl",
    "add_key",
    "request_key",
    "perf_event_open",
    "userfaultfd",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "reboot",
    "swapon",
    "swapoff",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "listen",
    "accept",
    "accept4",
    "memfd_create",
    "personality",
    "open_by_handle_at",
    "setuid",
    "setresuid",
    "setgid",
    "setresgid",
};

struct FilterDeleter {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// A filter being made; remembers the first rule that could not be added.
class Filter {
 public:
  Filter(uint32_t otherwise, uint32_t fatal)
      : filter_(seccomp_init(otherwise)), otherwise_(otherwise), fatal_(fatal) {}

  bool ok() const { return filter_ != nullptr && error_ == 0; }
  int error() const { return filter_ == nullptr ? ENOMEM : error_; }

  void Add(uint32_t action, const char* name, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    const int call = seccomp_syscall_resolve_name(name);
    if (!ok() || call == __NR_SCMP_ERROR || action == otherwise_) return;
    const int code = seccomp_rule_add_array(filter_.get(), action, call, conditions.size(),
                                            conditions.size() == 0 ? nullptr : conditions.begin());
    if (code != 0) error_ = -code;
  }
  void Allow(const char* name, std::initializer_list<scmp_arg_cmp> conditions = {}) {
    Add(SCMP_ACT_ALLOW, name, conditions);
  }
  void Fatal(const char* name) { Add(fatal_, name); }

  // Binary search instead of a list, and every thread's, though there is one.
  void Load() {
    if (!ok()) return;
    seccomp_attr_set(filter_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    error_ = -seccomp_load(filter_.get());
  }

 private:
  std::unique_ptr<void, FilterDeleter> filter_;
  const uint32_t otherwise_;
  const uint32_t fatal_;
  int error_ = 0;
};

// To abort is allowed, to signal others is not. Reading a limit is, changing one is not.
void AddSelf(Filter& filter) {
  filter.Allow("tgkill", {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))});
  filter.Allow("prlimit64", {SCMP_A2(SCMP_CMP_EQ, 0)});
}

// Allows `name` when its argument `index` is `low` or `high`, and else answers by `refuse`. A rule
// may look at an argument only once, so that what lies between is told one by one.
void AllowTwo(Filter& filter, const char* name, unsigned index, scmp_datum_t low, scmp_datum_t high,
              uint32_t refuse) {
  filter.Allow(name, {SCMP_CMP(index, SCMP_CMP_EQ, low)});
  filter.Allow(name, {SCMP_CMP(index, SCMP_CMP_EQ, high)});
  filter.Add(refuse, name, {SCMP_CMP(index, SCMP_CMP_LT, low)});
  filter.Add(refuse, name, {SCMP_CMP(index, SCMP_CMP_GT, high)});
  for (scmp_datum_t value = low + 1; value < high; ++value) {
    filter.Add(refuse, name, {SCMP_CMP(index, SCMP_CMP_EQ, value)});
  }
}

// Memory that can be run: none is made, also not by loading a library.
void AddMemory(Filter& filter, uint32_t refuse) {
  for (const char* name : {"mmap", "mmap2", "mprotect"}) {
    filter.Allow(name, {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)});
    filter.Add(refuse, name, {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)});
  }
}

// clone3's flags lie in memory, where a filter cannot see them: the C library falls back to clone.
void AddThreads(Filter& filter, uint32_t fatal) {
  filter.Allow("clone", {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)});
  filter.Add(fatal, "clone", {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)});
}

}  // namespace

std::string RestrictSystemCalls(bool audit) {
  if (kSanitizerBuild) return kNotWithSanitizers;
  const auto refuse = [&](int code) { return audit ? SCMP_ACT_LOG : SCMP_ACT_ERRNO(code); };
  const uint32_t fatal = audit ? SCMP_ACT_LOG : SCMP_ACT_KILL_PROCESS;
  Filter filter(refuse(ENOSYS), fatal);
  for (const char* name : kAllowed) filter.Allow(name);
  for (const char* name : kFatal) filter.Fatal(name);
  AllowTwo(filter, "socket", 0, AF_INET, AF_INET6, refuse(EAFNOSUPPORT));
  AllowTwo(filter, "ioctl", 1, FIONREAD, FIONBIO, refuse(ENOTTY));
  AddMemory(filter, refuse(EACCES));
  AddThreads(filter, fatal);
  AddSelf(filter);
  filter.Load();
  return filter.ok() ? "" : std::string("seccomp: ") + strerror(filter.error());
}

}  // namespace thresh::sandbox
