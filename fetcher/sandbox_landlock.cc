// Files, by Landlock: a fetcher reads what name resolution and TLS need.
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "fetcher/sandbox_layers.h"

namespace thresh::sandbox {
namespace {

// The kernel's struct landlock_ruleset_attr as of ABI 6; Debian 12's header has its first member.
struct RulesetAttributes {
  uint64_t handled_access_fs = 0;
  uint64_t handled_access_net = 0;
  uint64_t scoped = 0;
};

constexpr std::array kReadable = {
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/etc/ssl",
    "/usr/lib/ssl",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/etc/pki",
};

// All that the kernel's ABI can forbid: 13 kinds of access to files at first, then one more each
// for renaming between folders (2), truncating (3) and ioctl on devices (5).
uint64_t FileAccess(long abi) {
  const int kinds = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5);
  return (uint64_t{1} << kinds) - 1;
}

RulesetAttributes Attributes(long abi) {
  RulesetAttributes attributes{.handled_access_fs = FileAccess(abi)};
  if (abi >= 4) attributes.handled_access_net = 1;  // to listen; to connect is its trade
  if (abi >= 6) attributes.scoped = 3;              // abstract UNIX sockets and signals outside
  return attributes;
}

size_t AttributesSize(long abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  return abi >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

// Allows to read below `path`; what does not exist needs no rule.
void Allow(int ruleset, const char* path) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  struct stat info;
  const bool folder = fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
  if (folder) rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = fd;
  syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  close(fd);
}

// systemd's or NetworkManager's resolv.conf is a link to a file that is replaced when the network
// changes: its folder is allowed, so that the next file is, too.
void AllowResolverFolder(int ruleset) {
  const std::unique_ptr<char, decltype(&free)> target(realpath("/etc/resolv.conf", nullptr), free);
  if (!target) return;
  const std::string path = target.get();
  if (path.starts_with("/run/")) Allow(ruleset, path.substr(0, path.rfind('/')).c_str());
}

}  // namespace

std::string RestrictFiles() {
  if (kSanitizerBuild) return kNotWithSanitizers;
  const long abi =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return ErrnoWords("this kernel has no Landlock");
  const RulesetAttributes attributes = Attributes(abi);
  const int ruleset =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, AttributesSize(abi), 0));
  if (ruleset < 0) return ErrnoWords("landlock_create_ruleset");
  for (const char* path : kReadable) Allow(ruleset, path);
  AllowResolverFolder(ruleset);
  const bool closed = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  const std::string why = closed ? "" : ErrnoWords("landlock_restrict_self");
  close(ruleset);
  return why;
}

}  // namespace thresh::sandbox
