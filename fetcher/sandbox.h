// Locks a fetcher process in: what handles strangers' bytes may use the network and nothing else.
//
// Each layer is tried and reported; none is ever missing in silence. A layer that this machine
// does not have weakens the sandbox and does not stop the fetching.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace thresh {

struct SandboxLayer {
  std::string name;  // "limits", "user", "privileges", "core", "files", "system-calls"
  bool active = false;
  std::string why_not;  // for people, when it is not active or only in part
};

struct SandboxOptions {
  size_t descriptors = 256;        // open files at most
  size_t data_bytes = 512u << 20;  // private memory at most
  // Forbidden system calls are logged by the kernel (audit) instead of being refused.
  bool audit = false;
};

// Locks the calling process in for good: resource limits, an unprivileged user when it is root, no
// new privileges, no core and no ptrace, files by Landlock, system calls by seccomp. Call it
// with one thread, after what needs files was loaded. Costs about 2 ms.
//
// A forbidden system call that no fetcher makes by accident (exec, fork, ptrace, …) kills the
// process; any other answers ENOSYS, so that a newer C library falls back to what is allowed.
std::vector<SandboxLayer> EnterSandbox(const SandboxOptions& options);

// What EnterSandbox would give here and now: tried in a child process. Throws std::system_error
// when there is no process to be had. For `thresh doctor`.
std::vector<SandboxLayer> ProbeSandbox(const SandboxOptions& options);

}  // namespace thresh
