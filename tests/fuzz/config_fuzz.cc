// Configs: TOML, keys, rules, seeds, secrets.
#include <stdlib.h>
#include <unistd.h>

#include <fstream>

#include "pipeline/config.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {
      "seeds = [\"https://x.test/list?page=[1-50]\"]\nfollow = ['-[?&]sort=', '+/book/']\n"
      "[limits]\nhosts = \"any\"\nwait = \"1.5m\"\nfailed = \"10%\"\n",
      "name = \"a\"\nseeds = [{ url = \"http://x.test/\", json = { q = [1, 2.5, true] } }]\n"
      "[host.\"*\"]\nheaders = { Authorization = \"Bearer ${env:HOME}\" }\ndelay = \"2s\"\n",
      "seeds = ['http://x.test/']\n[[record]]\ntable = \"book\"\nmatch = '(?P<a>\\w+)'\n"
      "key = [\"a\"]\nexpect = { min_rows = 1 }\n[record.fields]\n"
      "b = { re = ['x', 'y'], type = \"real\", clean = [\"trim\"] }\n",
      "seeds = ['http://x.test/']\n[[links]]\njson = \"/next\"\n"
      "to = \"http://x.test/?c={value}\"\n[store]\ndb = \"a.db\"\n",
      "\xef\xbb\xbf# only a comment\r\n[a.b.c]\nd = '''\n'''\ne = \"\\u00e4\\U0001F600\"\n"};
}

namespace {

// A file in memory, so that no disk is worn.
const std::string& ScratchFile() {
  static const std::string path = [] {
    std::string folder = "/dev/shm/thresh-fuzz-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) {
      folder = "/tmp/thresh-fuzz-XXXXXX";
      Require(mkdtemp(folder.data()) != nullptr, "there is a folder");
    }
    static std::string to_remove = folder;
    atexit([] {
      unlink((to_remove + "/site.toml").c_str());
      rmdir(to_remove.c_str());
    });
    return folder + "/site.toml";
  }();
  return path;
}

}  // namespace
}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  std::ofstream(ScratchFile(), std::ios::binary) << AsText(data, size);
  std::vector<Diagnostic> diagnostics;
  const auto config = LoadConfig(ScratchFile(), {}, {}, &diagnostics);
  Require(config.has_value() != HasErrors(diagnostics), "a config is good or its errors are told");
  for (const Diagnostic& diagnostic : diagnostics) {
    Require(!diagnostic.message.empty(), "an error has words");
    Require(ToString(diagnostic).find('\n') == std::string::npos, "an error is one line");
  }
  return 0;
}
