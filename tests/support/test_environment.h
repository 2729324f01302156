// What the environment says to a run of tests.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace thresh {

// The seed of a random test: of THRESH_TEST_SEED, to repeat a run, or a new one. Told at once,
// since a test that crashes or hangs says nothing later.
inline uint64_t RandomSeed() {
  const char* given = std::getenv("THRESH_TEST_SEED");
  const uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("THRESH_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

// A number from the environment, for the long form of a test.
inline int NumberFromEnvironment(const char* name, int otherwise) {
  const char* given = std::getenv(name);
  return given ? std::atoi(given) : otherwise;
}

}  // namespace thresh
