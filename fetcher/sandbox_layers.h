// The sandbox's layers, private to it. Each gives an empty string when it is active, else why not.
#pragma once

#include <string>

#include "fetcher/sandbox.h"

namespace thresh::sandbox {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitizerBuild = true;
#else
inline constexpr bool kSanitizerBuild = false;
#endif
inline constexpr const char* kNotWithSanitizers =
    "left off: a sanitizer build needs what it forbids";

std::string LimitResources(const SandboxOptions& options);
std::string BecomeNobody();
std::string GiveUpPrivileges();
std::string ForbidInspection();
std::string RestrictFiles();                  // Landlock
std::string RestrictSystemCalls(bool audit);  // seccomp

// "open: No such file or directory", from errno.
std::string ErrnoWords(const char* what);

}  // namespace thresh::sandbox
