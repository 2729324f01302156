#include "fetcher/environment.h"

#include <string.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

namespace thresh {

void ScrubEnvironment() {
  constexpr std::array kKept = {"RES_OPTIONS", "LOCALDOMAIN"};
  std::array<std::string, kKept.size()> values;
  for (size_t i = 0; i < kKept.size(); ++i) {
    if (const char* value = getenv(kKept[i])) values[i] = value;
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    explicit_bzero(*entry, strlen(*entry));
  }
  clearenv();
  for (size_t i = 0; i < kKept.size(); ++i) {
    if (!values[i].empty()) setenv(kKept[i], values[i].c_str(), 1);
  }
}

}  // namespace thresh
