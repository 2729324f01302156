// Functions for workers to call, and pools of such workers, for tests.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "fetcher/pool/function_pool.h"

namespace thresh::pool {

using namespace std::chrono_literals;

struct Point {
  double x;
  double y;
};

inline int Square(int x) { return x * x; }
inline pid_t Pid() { return getpid(); }
inline std::string Join(std::string_view left, const std::string& right) {
  return std::string(left) + "+" + right;
}
inline double Length(Point point) { return point.x + point.y; }
inline size_t Size(const std::string& text) { return text.size(); }
inline std::string Make(size_t size) { return std::string(size, 'm'); }
inline std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> words;
  for (char c : text) words.push_back(std::string(1, c));
  return words;
}
inline std::optional<int> Half(int x) noexcept {
  return x % 2 ? std::nullopt : std::optional(x / 2);
}
inline void DoNothing() {}
inline int Throw(int x) {
  if (x == 13) throw std::out_of_range("thirteen");
  return x;
}
inline int ThrowInt(int x) { throw x; }
inline int Die(int signal) {
  if (signal != 0) raise(signal);
  return 0;
}
inline int Nap(int milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  return milliseconds;
}
inline std::string g_greeting = "not initialized";
inline void SetGreeting(const std::string& greeting, int times) {
  g_greeting.clear();
  for (int i = 0; i < times; ++i) g_greeting += greeting;
}
inline std::string Greeting() { return g_greeting; }
inline void FailToStart() { throw std::runtime_error("no licence"); }

class FunctionPoolTest : public ::testing::Test {
 protected:
  ~FunctionPoolTest() override {
    pool_.reset();
    server_.reset();
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  }
  FunctionPool& Open(FunctionPoolOptions options) {
    pool_ = std::make_unique<FunctionPool>(*server_, options);
    return *pool_;
  }
  static std::vector<int> Numbers(int count) {
    std::vector<int> numbers(static_cast<size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }

  std::unique_ptr<ForkServer> server_ = FunctionPool::StartServer();
  std::unique_ptr<FunctionPool> pool_;
};

}  // namespace thresh::pool
