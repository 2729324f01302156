// What a fuzz target is: a function on hostile bytes, and seeds to begin with.
//
// Each *_fuzz.cc is a program of its own, with libFuzzer (script/fuzz) or with the driver that the
// suite uses (fuzz_driver.cc). A target aborts when a promise is broken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

// Called again and again; must remember nothing.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace thresh {

// Inputs as they come in the wild, that reach much of the code.
std::vector<std::string> FuzzSeeds();

inline std::string_view AsText(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process, which the fuzzer takes for a finding, unless `holds`.
inline void Require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// Cuts an input into parts: what a target needs besides its text.
class FuzzInput {
 public:
  FuzzInput(const uint8_t* data, size_t size) : rest_(AsText(data, size)) {}

  // The next byte; 0 at the end.
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<uint8_t>(byte);
  }
  // All up to the next line end, which is taken away.
  std::string_view Line() {
    const size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    return line;
  }
  std::string_view Rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace thresh
