// Python's multiprocessing.Pool for plain C++ functions.
//
//   int Square(int x) { return x * x; }
//
//   int main() {
//     auto server = pool::FunctionPool::StartServer();   // first of all: workers are its forks
//     pool::FunctionPool pool(*server, {.workers = 4});
//
//     int nine = pool.Apply<&Square>(3);                           // waits
//     auto later = pool.ApplyAsync<&Square>({4});                  // does not
//     pool.ApplyAsync<&GetPage>({url}, ParsePage, ReportError);    // calls back, in this thread
//     std::vector<int> squares = pool.Map<&Square>(numbers);       // in order
//     for (int square : pool.ImapUnordered<&Square>(numbers)) …    // as they come
//     std::cout << later.Get();
//     pool.Close();
//     pool.Join();
//   }
//
// A function is named by a template argument and may be a lambda without captures. Arguments and
// results are copied to and from the worker by codec.h; what is above kMaxMessageBytes goes through
// the slot and must fit into it. An exception of the function comes back as a RemoteError, a dead
// worker as a WorkerLostError.
//
// Other than in Python: what is accepted has a limit, so that ApplyAsync waits when the pool is
// full (TryApplyAsync says no instead); a lost worker fails its tasks instead of leaving them open
// for ever; and there are no threads: callbacks run while the program waits in this library.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fetcher/pool/async_result.h"
#include "fetcher/pool/function_call.h"
#include "fetcher/pool/process_pool.h"

namespace thresh::pool {

struct FunctionPoolOptions {
  size_t workers = 0;  // 0: one a processor
  // What is handed to a worker in advance. 1 is best for tasks that are long or may crash, since
  // a dead worker fails all that it holds; more is better for many tiny ones.
  size_t tasks_per_worker = 2;
  size_t slot_bytes = 64u << 20;  // the largest arguments or result; only touched pages cost memory
  size_t max_tasks_per_child = 0;           // after so many a worker is replaced; 0: never
  std::chrono::milliseconds task_limit{0};  // a task that takes longer is killed with its worker
  std::string initializer{};                // InitializerCall<&Function>({arguments})
};

template <auto kFunction, std::ranges::view Items>
class UnorderedResults;

// One owner, one thread; the ForkServer must outlive it. Waiting functions throw std::logic_error
// inside a callback where they would have to wait, and std::runtime_error when workers cannot be
// kept alive.
class FunctionPool {
 public:
  // The bytes of a result, or why there are none. For the templates below.
  struct RawResult {
    std::string_view bytes{};
    std::exception_ptr error{};
  };
  using RawCallback = std::function<void(const RawResult&)>;

  // A server for such pools: to be started before threads and secrets exist. Functions of
  // libraries that are loaded later cannot be called.
  static std::unique_ptr<ForkServer> StartServer();

  // Throws std::system_error when not a single worker can be had.
  FunctionPool(ForkServer& server, FunctionPoolOptions options);

  // Calls the function in a worker and waits for it.
  template <auto kFunction, class... Arguments>
  ResultOf<kFunction> Apply(Arguments&&... arguments) {
    return ApplyAsync<kFunction>(ArgumentsOf<kFunction>(std::forward<Arguments>(arguments)...))
        .Get();
  }

  // Has the function called in a worker; waits while the pool is full. Exactly one of the callbacks
  // runs later, in this thread. Throws std::logic_error after Close, and std::length_error when the
  // arguments are larger than a slot.
  template <auto kFunction>
  AsyncResult<ResultOf<kFunction>> ApplyAsync(ArgumentsOf<kFunction> arguments,
                                              ResultCallback<ResultOf<kFunction>> callback = {},
                                              ErrorCallback on_error = {});
  // The same, but gives nothing when the pool is full. For use inside callbacks.
  template <auto kFunction>
  std::optional<AsyncResult<ResultOf<kFunction>>> TryApplyAsync(
      ArgumentsOf<kFunction> arguments, ResultCallback<ResultOf<kFunction>> callback = {},
      ErrorCallback on_error = {});

  // Calls a function of one parameter for each item and gives the results in the same order. Sends
  // `chunk` items at a time; 0: a quarter of a worker's share. The first error is thrown, after
  // what has been sent is back; the rest is not sent.
  template <auto kFunction, std::ranges::forward_range Items>
  std::vector<ValueOf<ResultOf<kFunction>>> Map(const Items& items, size_t chunk = 0);

  // The same one by one, lazily, in the order of completion: see UnorderedResults.
  template <auto kFunction, std::ranges::viewable_range Items>
  auto ImapUnordered(Items&& items) {
    return UnorderedResults<kFunction, std::views::all_t<Items>>(
        *this, std::views::all(std::forward<Items>(items)));
  }

  // As in ProcessPool.
  size_t Poll(std::chrono::milliseconds timeout) { return pool_.Poll(timeout); }
  void Wake() { pool_.Wake(); }
  bool HasRoom() const { return pool_.HasRoom(); }
  size_t in_flight() const { return pool_.in_flight(); }
  size_t workers() const { return pool_.workers(); }
  size_t workers_lost() const { return pool_.workers_lost(); }
  const std::string& shortage() const { return pool_.shortage(); }
  void Close();
  void Join() { pool_.Join(); }
  void Terminate();

  // The parts that are no templates. A call is a stub and its arguments as bytes.
  bool TryCall(CallStub stub, const std::string& arguments, RawCallback callback);
  void Call(CallStub stub, const std::string& arguments, RawCallback callback);
  void WaitForRoom();
  size_t capacity() const { return capacity_; }
  size_t slot_bytes() const { return slot_bytes_; }

 private:
  size_t capacity_;
  size_t slot_bytes_;
  bool closed_ = false;
  ProcessPool pool_;
};

// The results of a function over a range as they come: an input range, to be walked once. Holds at
// most as many items and results as the pool has room. An error is thrown where its result would
// stand, and the walk may go on after it. Both the pool and the items must outlive it.
template <auto kFunction, std::ranges::view Items>
class UnorderedResults {
 public:
  using Value = ValueOf<ResultOf<kFunction>>;

  UnorderedResults(FunctionPool& pool, Items items)
      : pool_(pool), items_(std::move(items)), next_(std::ranges::begin(items_)) {}
  UnorderedResults(const UnorderedResults&) = delete;
  UnorderedResults& operator=(const UnorderedResults&) = delete;

  // The next one; nothing after the last.
  std::optional<Value> Next();

  class Iterator {
   public:
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    explicit Iterator(UnorderedResults* results) : results_(results) { ++*this; }
    const Value& operator*() const { return *current_; }
    Iterator& operator++() {
      current_ = results_->Next();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !current_; }

   private:
    UnorderedResults* results_;
    std::optional<Value> current_;
  };
  Iterator begin() { return Iterator(this); }
  std::default_sentinel_t end() const { return {}; }

 private:
  // Shared with the callbacks, which may come when the walk was given up.
  struct State {
    std::deque<std::pair<std::optional<Value>, std::exception_ptr>> done;
    size_t in_flight = 0;
  };
  void Feed();

  FunctionPool& pool_;
  Items items_;
  std::ranges::iterator_t<Items> next_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace thresh::pool

#include "fetcher/pool/function_pool_inl.h"
