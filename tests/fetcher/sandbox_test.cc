// The sandbox, from within: each thing that it forbids is tried in a process that is locked in.
#include "fetcher/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>

#include "fetcher/sandbox_layers.h"

namespace thresh {
namespace {

// What became of a process that entered the sandbox and then did something.
struct Ending {
  int exit_code = -1;
  int signal = 0;
};

Ending InSandbox(const std::function<int()>& act) {
  const pid_t child = fork();
  if (child == 0) {
    EnterSandbox({});
    _exit(act());
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return {.exit_code = -1, .signal = WTERMSIG(status)};
  return {.exit_code = WEXITSTATUS(status), .signal = 0};
}

// The errno of a call that gives -1, else 0.
int ErrnoOf(long outcome) { return outcome < 0 ? errno : 0; }

class SandboxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (sandbox::kSanitizerBuild) GTEST_SKIP() << sandbox::kNotWithSanitizers;
  }

  // Skips a test of a layer that this machine does not have.
  static bool Has(std::string_view layer) {
    for (const SandboxLayer& found : ProbeSandbox({})) {
      if (found.name == layer) return found.active;
    }
    return false;
  }
};

TEST_F(SandboxTest, EveryLayerIsReported) {
  const std::vector<SandboxLayer> layers = ProbeSandbox({});
  std::vector<std::string> names;
  for (const SandboxLayer& layer : layers) {
    names.push_back(layer.name);
    EXPECT_EQ(layer.active, layer.why_not.empty()) << layer.name;
  }
  EXPECT_THAT(names, ::testing::ElementsAre("limits", "user", "privileges", "core", "files",
                                            "system-calls"));
  EXPECT_TRUE(Has("limits"));
  EXPECT_TRUE(Has("privileges"));
  EXPECT_EQ(Has("user"), geteuid() == 0);
}

TEST_F(SandboxTest, RootBecomesNobody) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  EXPECT_EQ(InSandbox([] { return getuid() == 65534 && getegid() == 65534 ? 0 : 1; }).exit_code, 0);
}

TEST_F(SandboxTest, FilesAreClosedButForTheResolverAndTls) {
  if (!Has("files")) GTEST_SKIP();
  const auto open_in_sandbox = [](const char* path, int flags) {
    return InSandbox([=] { return ErrnoOf(open(path, flags | O_CLOEXEC, 0600)); }).exit_code;
  };
  EXPECT_EQ(open_in_sandbox("/etc/passwd", O_RDONLY), EACCES);
  EXPECT_EQ(open_in_sandbox("/", O_RDONLY | O_DIRECTORY), EACCES);
  EXPECT_EQ(open_in_sandbox("/proc/self/maps", O_RDONLY), EACCES);
  EXPECT_EQ(open_in_sandbox("/tmp/thresh_sandbox_test", O_WRONLY | O_CREAT), EACCES);
  EXPECT_EQ(open_in_sandbox("/etc/nsswitch.conf", O_RDONLY), 0);
  EXPECT_EQ(open_in_sandbox("/etc/nsswitch.conf", O_RDWR), EACCES);
}

TEST_F(SandboxTest, WhatOnlyAnIntruderCallsKills) {
  if (!Has("system-calls")) GTEST_SKIP();
  const std::pair<const char*, std::function<int()>> kActs[] = {
      {"exec", [] { return execl("/bin/true", "true", nullptr); }},
      {"fork", [] { return fork() == 0 ? 0 : 1; }},
      {"ptrace", [] { return static_cast<int>(ptrace(PTRACE_ATTACH, getppid(), nullptr, 0)); }},
      {"kill", [] { return kill(getppid(), 0); }},
      {"listen", [] { return listen(0, 1); }},
      {"a new user", [] { return setresuid(0, 0, 0); }},
  };
  for (const auto& [name, act] : kActs) EXPECT_EQ(InSandbox(act).signal, SIGSYS) << name;
}

TEST_F(SandboxTest, WhatALibraryMayTryIsRefusedMildly) {
  if (!Has("system-calls")) GTEST_SKIP();
  const struct {
    const char* name;
    std::function<long()> act;
    int error;
  } kActs[] = {
      {"UNIX socket", [] { return socket(AF_UNIX, SOCK_STREAM, 0); }, EAFNOSUPPORT},
      {"netlink", [] { return socket(AF_NETLINK, SOCK_RAW, 0); }, EAFNOSUPPORT},
      {"packets", [] { return socket(AF_PACKET, SOCK_RAW, 0); }, EAFNOSUPPORT},
      {"bind", [] { return bind(0, nullptr, 0); }, ENOSYS},
      {"unlink", [] { return unlink("/tmp/x"); }, ENOSYS},
      {"mkdir", [] { return mkdir("/tmp/x", 0700); }, ENOSYS},
      {"chmod", [] { return chmod("/tmp/x", 0700); }, ENOSYS},
      {"prctl", [] { return prctl(PR_SET_DUMPABLE, 1); }, ENOSYS},
      {"signalling another thread", [] { return tgkill(getppid(), getppid(), 0); }, ENOSYS},
      {"terminal", [] { return tcsendbreak(0, 0); }, ENOTTY},
      {"code from memory",
       [] {
         void* memory =
             mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return memory == MAP_FAILED ? -1L : 0L;
       },
       EACCES},
  };
  for (const auto& test : kActs) {
    const Ending ending = InSandbox([&] { return ErrnoOf(test.act()); });
    EXPECT_EQ(ending.signal, 0) << test.name;
    EXPECT_EQ(ending.exit_code, test.error) << test.name;
  }
}

TEST_F(SandboxTest, LimitsHold) {
  const Ending ending = InSandbox([] {
    rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0) return 1;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_max != 0) return 2;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max > 256) return 3;
    void* memory =
        mmap(nullptr, 600u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? 0 : 4;
  });
  EXPECT_EQ(ending.exit_code, 0);
}

// What the resolver says of a name that /etc/hosts usually has.
int LookUpLocalhost() {
  addrinfo* found = nullptr;
  const int error = getaddrinfo("localhost", nullptr, nullptr, &found);
  if (error == 0) freeaddrinfo(found);
  return error;
}

TEST_F(SandboxTest, AFetchersTradeGoesOn) {
  const int outside = LookUpLocalhost();  // not found where there is no /etc/hosts
  const Ending ending = InSandbox([outside] {
    std::thread([] {}).join();
    if (socket(AF_INET, SOCK_STREAM, 0) < 0) return 1;
    if (socket(AF_INET6, SOCK_DGRAM, 0) < 0 && errno != EAFNOSUPPORT) return 2;
    if (LookUpLocalhost() != outside) return 3;
    return std::string(8 << 20, 'x').size() == 8u << 20 ? 0 : 4;
  });
  EXPECT_EQ(ending.signal, 0);
  EXPECT_EQ(ending.exit_code, 0);
}

TEST_F(SandboxTest, AnAbortIsAnAbort) {
  EXPECT_EQ(InSandbox([] {
              abort();
              return 0;
            }).signal,
            SIGABRT);
}

TEST_F(SandboxTest, TheParentsDeathStillEndsIt) {
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sandbox::BecomeNobody();
    int signal = 0;
    prctl(PR_GET_PDEATHSIG, &signal);
    _exit(signal);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), SIGKILL);
}

}  // namespace
}  // namespace thresh
