// A network of a test's own: a namespace in which there is 127.0.0.0/8, what the test adds to it,
// and no way out. Names are asked of 127.0.0.1 (dns_server.h).
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "tests/support/temporary_folder.h"

namespace thresh {

class PrivateNetwork {
 public:
  enum class Outcome { kPassed, kFailed, kNotPossibleHere };

  // Runs `act` in a child process that has such a network. Its expectations print what they have
  // to say; the outcome tells whether one failed. Call it without threads.
  static Outcome Run(const std::function<void()>& act) {
    const TemporaryFolder folder;
    const pid_t child = fork();
    if (child == 0) {
      if (!Enter(folder)) _exit(kNoNetwork);
      act();
      _exit(::testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == kNoNetwork) return Outcome::kNotPossibleHere;
    return status == 0 ? Outcome::kPassed : Outcome::kFailed;
  }

  // Gives the loopback interface one more address; inside Run.
  static bool AddAddress(const char* text) {
    ifreq request{};
    strncpy(request.ifr_name, "lo:1", sizeof request.ifr_name - 1);
    auto* address = reinterpret_cast<sockaddr_in*>(&request.ifr_addr);
    address->sin_family = AF_INET;
    inet_pton(AF_INET, text, &address->sin_addr);
    return Control(SIOCSIFADDR, &request);
  }

 private:
  static constexpr int kNoNetwork = 77;

  static bool Control(unsigned long what, ifreq* request) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool done = ioctl(fd, what, request) == 0;
    close(fd);
    return done;
  }

  static bool BecomeRootOfNamespaces() {
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (user == 0) return unshare(CLONE_NEWNET | CLONE_NEWNS) == 0;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    return geteuid() == 0;
  }

  static bool Replace(const char* path, const std::filesystem::path& by) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    if (error) return false;
    return mount(by.c_str(), real.c_str(), nullptr, MS_BIND, nullptr) == 0;
  }

  static bool Enter(const TemporaryFolder& folder) {
    if (!BecomeRootOfNamespaces()) return false;
    ifreq request{};
    strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
    request.ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING;
    if (!Control(SIOCSIFFLAGS, &request)) return false;
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    const auto names = folder.Write("resolv.conf", "nameserver 127.0.0.1\n");
    const auto order = folder.Write("nsswitch.conf", "hosts: files dns\n");
    Replace("/etc/nsswitch.conf", order);  // where there is none, it is as wanted
    return Replace("/etc/resolv.conf", names);
  }
};

}  // namespace thresh
