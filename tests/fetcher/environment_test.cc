#include "fetcher/environment.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

namespace thresh {
namespace {

// What /proc shows of this process's first environment, and what getenv gives.
int LooksInside() {
  std::ifstream file("/proc/self/environ", std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.find_first_not_of('\0') != std::string::npos) return 1;
  if (getenv("THRESH_TEST_LATER") != nullptr || getenv("PATH") != nullptr) return 2;
  const char* options = getenv("RES_OPTIONS");
  return options != nullptr && std::string(options) == "timeout:1" ? 0 : 3;
}

TEST(EnvironmentTest, ItsMemoryIsEmptyAndTheResolversWordsStay) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("THRESH_TEST_LATER", "x", 1);
    setenv("RES_OPTIONS", "timeout:1", 1);
    char* later = getenv("THRESH_TEST_LATER");
    ScrubEnvironment();
    _exit(*later == '\0' ? LooksInside() : 4);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace thresh
