#include "fetcher/fetch_worker.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <sched.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "fetcher/environment.h"
#include "fetcher/messages.h"
#include "fetcher/sandbox.h"
#include "fetcher/transfer_loop.h"

namespace thresh {
namespace {

constexpr size_t kDataBytes = 512u << 20;
constexpr size_t kDataBytesPerTransfer = 1u << 20;  // buffers, decoders, a resolver's thread

// libcurl's own state for as long as the process lives; freed before the sanitizers look.
class CurlLibrary {
 public:
  CurlLibrary() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("libcurl does not start");
    }
  }
  ~CurlLibrary() { curl_global_cleanup(); }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
};

// The sandbox allows no code to be loaded: the resolver's modules, "mdns4_minimal" of
// "hosts: files mdns4_minimal [NOTFOUND=return] dns", must be there before. What the C library has
// inside is not found, which does no harm.
void LoadResolverModules() {
  std::ifstream file("/etc/nsswitch.conf");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word) || word != "hosts:") continue;
    while (words >> word) {
      if (word.starts_with('[') || word == "files" || word == "dns") continue;
      dlopen(("libnss_" + word + ".so.2").c_str(), RTLD_NOW);
    }
  }
}

// No packet interrupts whoever is running, the parent or a server on this machine, say, in the
// middle of its answer: so much more has come when a worker looks. Where a sandbox around us
// forbids it, things stay as they are.
void InterruptNobody() {
  const sched_param no_priority{};
  sched_setscheduler(0, SCHED_BATCH, &no_priority);
}

void LockIn(const WorkerSettings& settings) {
  LoadResolverModules();
  EnterSandbox({.descriptors = settings.descriptors(),
                .data_bytes = kDataBytes + settings.transfers * kDataBytesPerTransfer});
}

}  // namespace

void RunFetchWorker(pool::WorkerChannel& channel, std::string_view setup) {
  const std::optional<WorkerSettings> settings = DecodeSettings(setup);
  if (!settings) throw std::invalid_argument("the settings do not decode");
  ScrubEnvironment();
  InterruptNobody();
  const CurlLibrary library;
  // Now: the user that the sandbox becomes may not be allowed to read the file.
  TlsTrust trust(settings->ca_file);
  if (settings->sandbox) LockIn(*settings);
  TransferLoop(channel, *settings, trust).Run();
}

}  // namespace thresh
