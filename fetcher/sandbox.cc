#include "fetcher/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "fetcher/sandbox_layers.h"
#include "fetcher/wire_format.h"

namespace thresh {
namespace sandbox {

std::string ErrnoWords(const char* what) { return std::string(what) + ": " + strerror(errno); }

namespace {

constexpr uid_t kNobody = 65534;  // the kernel's overflow id; no file should be its
constexpr size_t kThreadStackBytes = 256 * 1024;

// Never above the hard limit, which would be refused.
bool Limit(__rlimit_resource resource, rlim_t value) {
  rlimit limit;
  if (getrlimit(resource, &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, value);
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(resource, &limit) == 0;
}

// The resolver's threads count with their whole stacks against the data limit.
void ShrinkThreadStacks() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}

}  // namespace

std::string LimitResources(const SandboxOptions& options) {
  signal(SIGXFSZ, SIG_IGN);
  if (!Limit(RLIMIT_CORE, 0)) return ErrnoWords("RLIMIT_CORE");
  if (!Limit(RLIMIT_NOFILE, options.descriptors)) return ErrnoWords("RLIMIT_NOFILE");
  if (kSanitizerBuild) return std::string("data and file size: ") + kNotWithSanitizers;
  ShrinkThreadStacks();
  if (!Limit(RLIMIT_FSIZE, 0)) return ErrnoWords("RLIMIT_FSIZE");
  // Data, not address space: the slots are large and sparse.
  if (!Limit(RLIMIT_DATA, options.data_bytes)) return ErrnoWords("RLIMIT_DATA");
  return {};
}

// A change of user clears the signal at the parent's death: it is asked for again, and the parent
// may have died between.
std::string BecomeNobody() {
  if (geteuid() != 0) return "not started as root: it stays the user's own";
  const pid_t parent = getppid();
  int death_signal = 0;
  prctl(PR_GET_PDEATHSIG, &death_signal);
  const bool became = setgroups(0, nullptr) == 0 && setresgid(kNobody, kNobody, kNobody) == 0 &&
                      setresuid(kNobody, kNobody, kNobody) == 0;
  const std::string why = became ? "" : ErrnoWords("setresuid");
  if (death_signal != 0) prctl(PR_SET_PDEATHSIG, death_signal);
  if (death_signal != 0 && getppid() != parent) _exit(1);
  return why;
}

std::string GiveUpPrivileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return ErrnoWords("PR_SET_NO_NEW_PRIVS");
  return {};
}

std::string ForbidInspection() {
  if (kSanitizerBuild) return kNotWithSanitizers;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return ErrnoWords("PR_SET_DUMPABLE");
  return {};
}

}  // namespace sandbox

namespace {

constexpr size_t kMaxReportBytes = 16 * 1024;

std::string EncodeLayers(const std::vector<SandboxLayer>& layers) {
  WireWriter writer;
  for (const SandboxLayer& layer : layers) {
    writer.Text(layer.name);
    writer.Number(layer.active);
    writer.Text(layer.why_not);
  }
  return writer.Take();
}

std::vector<SandboxLayer> DecodeLayers(std::string_view bytes) {
  WireReader reader(bytes);
  std::vector<SandboxLayer> layers;
  while (!reader.empty()) {
    SandboxLayer layer;
    layer.name = reader.Text();
    layer.active = reader.Flag();
    layer.why_not = reader.Text();
    if (reader.ok()) layers.push_back(std::move(layer));
  }
  return layers;
}

[[noreturn]] void ReportFromChild(int fd, const SandboxOptions& options) {
  const std::string report = EncodeLayers(EnterSandbox(options));
  const ssize_t written = write(fd, report.data(), std::min(report.size(), kMaxReportBytes));
  _exit(written == static_cast<ssize_t>(report.size()) ? 0 : 1);
}

std::string ReadAll(int fd) {
  std::string text(kMaxReportBytes, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::vector<SandboxLayer> EnterSandbox(const SandboxOptions& options) {
  std::vector<SandboxLayer> layers;
  const auto add = [&](const char* name, std::string why_not) {
    layers.push_back({.name = name, .active = why_not.empty(), .why_not = std::move(why_not)});
  };
  add("limits", sandbox::LimitResources(options));
  add("user", sandbox::BecomeNobody());
  add("privileges", sandbox::GiveUpPrivileges());
  add("core", sandbox::ForbidInspection());
  add("files", sandbox::RestrictFiles());
  add("system-calls", sandbox::RestrictSystemCalls(options.audit));
  return layers;
}

std::vector<SandboxLayer> ProbeSandbox(const SandboxOptions& options) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t child = fork();
  if (child == 0) ReportFromChild(fds[1], options);
  close(fds[1]);
  const std::string report = child > 0 ? ReadAll(fds[0]) : std::string();
  close(fds[0]);
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status == 0) return DecodeLayers(report);
  return {{.name = "sandbox", .active = false, .why_not = "the process that tried it died"}};
}

}  // namespace thresh
