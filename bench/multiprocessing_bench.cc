// One of the works that bench/multiprocessing compares, timed. See bench/README.md.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "fetcher/pool/function_pool.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process/queue.h"

namespace {

using namespace thresh::pool;

constexpr int kTasks = 100'000;
constexpr int64_t kSquares = int64_t{kTasks} * (kTasks - 1) * (2 * kTasks - 1) / 6;
constexpr int kProcesses = 1000;
constexpr size_t kPieceBytes = 1 << 20;
constexpr int kPieces = 1024;

int64_t Square(int64_t x) { return x * x; }

void Require(bool holds) {
  if (!holds) throw std::logic_error("the work gave a wrong result");
}

std::vector<int64_t> Numbers() {
  std::vector<int64_t> numbers(kTasks);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

// Has a new pool of four do the tasks.
void WithPool(const std::function<int64_t(FunctionPool&)>& sum_of_squares) {
  const auto server = FunctionPool::StartServer();
  FunctionPool pool(*server, {.workers = 4, .tasks_per_worker = 64});
  Require(sum_of_squares(pool) == kSquares);
  pool.Close();
  pool.Join();
}

int64_t Map(FunctionPool& pool) {
  const auto squares = pool.Map<&Square>(Numbers());
  return std::accumulate(squares.begin(), squares.end(), int64_t{0});
}

int64_t Imap(FunctionPool& pool) {
  int64_t sum = 0;
  const auto numbers = Numbers();
  for (const int64_t square : pool.ImapUnordered<&Square>(numbers)) sum += square;
  return sum;
}

int64_t Async(FunctionPool& pool) {
  int64_t sum = 0;
  for (int64_t i = 0; i < kTasks; ++i) {
    pool.ApplyAsync<&Square>({i}, [&](const int64_t& square) { sum += square; });
  }
  pool.Close();
  pool.Join();
  return sum;
}

void LargeItems() {
  Queue<std::string> queue({.items = 16, .bytes = 16 * kPieceBytes});
  Process producer = Process::Start([&] {
    const std::string piece(kPieceBytes, 'x');
    for (int i = 0; i < kPieces; ++i) queue.Put(piece);
    queue.Close();
  });
  size_t bytes = 0;
  while (const auto piece = queue.Get()) bytes += piece->size();
  Require(bytes == kPieceBytes * kPieces && producer.Join().clean());
}

void SmallItems() {
  Queue<int64_t> queue;
  Process producer = Process::Start([&] {
    for (int64_t i = 0; i < kTasks; ++i) queue.Put(i);
    queue.Close();
  });
  int64_t sum = 0;
  while (const auto item = queue.Get()) sum += Square(*item);
  Require(sum == kSquares && producer.Join().clean());
}

void OneAfterTheOther() {
  for (int i = 0; i < kProcesses; ++i) Require(Process::Start([] {}).Join().clean());
}

void AllAtOnce() {
  std::vector<Process> processes;
  for (int i = 0; i < kProcesses; ++i) processes.push_back(Process::Start([] {}));
  for (Process& process : processes) Require(process.Join().clean());
}

const std::map<std::string_view, void (*)()> kWorks = {
    {"map", [] { WithPool(Map); }},
    {"imap", [] { WithPool(Imap); }},
    {"async", [] { WithPool(Async); }},
    {"large", LargeItems},
    {"small", SmallItems},
    {"serial", OneAfterTheOther},
    {"parallel", AllAtOnce},
};

}  // namespace

int main(int argc, char** argv) {
  const auto work = argc == 2 ? kWorks.find(argv[1]) : kWorks.end();
  if (work == kWorks.end()) {
    fputs("usage: multiprocessing_bench map|imap|async|large|small|serial|parallel\n", stderr);
    return 2;
  }
  const auto begin = std::chrono::steady_clock::now();
  work->second();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  printf("%.6f\n", elapsed.count());
}
