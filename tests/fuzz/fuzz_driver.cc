// Runs a fuzz target for the suite, where there is no libFuzzer: its seeds, then mixtures of them.
//
//   links_fuzz [SECONDS | FILE...]     FILE: replays inputs that were found
//
// THRESH_TEST_SEED repeats a run. The input under which the process dies, or that takes longer
// than ten seconds, is left in the current folder.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz_target.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

constexpr unsigned kLongestSeconds = 10;
constexpr size_t kMostBytes = 16 * 1024;

std::string g_input;  // the one that is being tried
char g_name[256];     // of the file that it would be written to

// Only calls that a signal handler may make.
void KeepInput(int signal) {
  const int fd = open(g_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd >= 0 && write(fd, g_input.data(), g_input.size()) >= 0) {
    constexpr char kWords[] = "the input was written to ";
    static_cast<void>(!write(STDERR_FILENO, kWords, sizeof kWords - 1));
    static_cast<void>(!write(STDERR_FILENO, g_name, strlen(g_name)));
    static_cast<void>(!write(STDERR_FILENO, "\n", 1));
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

void Try(std::string input) {
  g_input = std::move(input);
  alarm(kLongestSeconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(g_input.data()), g_input.size());
  alarm(0);
}

// Changes inputs at random: bytes, parts of themselves and of each other.
class Mutator {
 public:
  Mutator(std::vector<std::string> seeds, uint64_t seed)
      : seeds_(std::move(seeds)), random_(seed) {}

  std::string Next() {
    std::string input = seeds_[Below(seeds_.size())];
    for (size_t changes = 1 + Below(6); changes > 0; --changes) Change(&input);
    if (input.size() > kMostBytes) input.resize(kMostBytes);
    return input;
  }

 private:
  size_t Below(size_t limit) { return random_() % limit; }

  std::string Part(const std::string& of) {
    if (of.empty()) return {};
    return of.substr(Below(of.size()), 1 + Below(64));
  }

  void Change(std::string* input) {
    static constexpr std::string_view kMarks(
        "<>\"'&;=/\\#?%:@[]{}()!-.,*$ \t\r\n\0\x7f\x80\xbf\xc0\xe2\xef\xff", 38);
    const size_t at = input->empty() ? 0 : Below(input->size() + 1);
    switch (Below(8)) {
      case 0:
        if (at < input->size()) (*input)[at] = static_cast<char>(random_());
        return;
      case 1:
        if (at < input->size()) (*input)[at] ^= static_cast<char>(1 << Below(8));
        return;
      case 2:
        input->insert(at, 1, kMarks[Below(kMarks.size())]);
        return;
      case 3:
        input->erase(at, 1 + Below(32));
        return;
      case 4:
        input->insert(at, Part(*input));
        return;
      case 5:
        input->insert(at, Part(seeds_[Below(seeds_.size())]));
        return;
      case 6:
        Repeat(at, input);
        return;
      default:
        input->resize(at);
    }
  }

  // What is quadratic shows when a small part comes a thousand times.
  void Repeat(size_t at, std::string* input) {
    const std::string part = Part(*input).substr(0, 8);
    std::string many;
    for (size_t count = 1 + Below(1000); count > 0; --count) many += part;
    input->insert(at, many);
  }

  const std::vector<std::string> seeds_;
  std::mt19937_64 random_;
};

void Fuzz(std::chrono::seconds duration) {
  Mutator mutator(FuzzSeeds(), RandomSeed());
  for (const std::string& input : FuzzSeeds()) Try(input);
  Try({});
  const auto end = std::chrono::steady_clock::now() + duration;
  size_t count = 0;
  for (; std::chrono::steady_clock::now() < end; ++count) Try(mutator.Next());
  std::printf("%zu inputs\n", count);
}

}  // namespace
}  // namespace thresh

int main(int argc, char** argv) {
  std::snprintf(thresh::g_name, sizeof thresh::g_name, "crash-%d", getpid());
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) {
    ::signal(signal, thresh::KeepInput);
  }
  const std::string first = argc > 1 ? argv[1] : "2";
  if (first.find_first_not_of("0123456789") == std::string::npos) {
    thresh::Fuzz(std::chrono::seconds(std::stoi(first)));
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    thresh::Try({std::istreambuf_iterator<char>(file), {}});
  }
  return 0;
}
