// The promise of a result that a worker owes.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "fetcher/pool/function_call.h"
#include "fetcher/pool/task_error.h"

namespace thresh::pool {

class FunctionPool;

namespace internal {

// Runs the pool's callbacks until `ready` or `deadline`.
void WaitFor(FunctionPool& pool, const bool& ready, std::chrono::steady_clock::time_point deadline);

template <class T>
struct ResultState {
  FunctionPool* pool;  // not used any more when ready: the pool may be gone
  bool ready = false;
  std::optional<ValueOf<T>> value;
  std::exception_ptr error;
};

template <class T>
struct ConstReference {
  using type = const T&;
};
template <>
struct ConstReference<void> {
  using type = void;
};

}  // namespace internal

// What ApplyAsync gives. Belongs to the pool's thread, may be moved, and may outlive the pool,
// which completes every result before it is gone.
template <class T>
class AsyncResult {
 public:
  using Reference = typename internal::ConstReference<T>::type;

  explicit AsyncResult(std::shared_ptr<internal::ResultState<T>> state)
      : state_(std::move(state)) {}
  AsyncResult(AsyncResult&&) noexcept = default;
  AsyncResult& operator=(AsyncResult&&) noexcept = default;

  bool Ready() const { return state_->ready; }
  // Whether it is a value and no error. Throws std::logic_error before it is ready.
  bool Successful() const {
    if (!Ready()) throw std::logic_error("the result is not ready");
    return state_->value.has_value();
  }

  // Wait until it is ready, at most `timeout`, and say whether it is. Callbacks run in here. Throw
  // std::logic_error when called inside a callback before it is ready.
  bool Wait(std::chrono::milliseconds timeout) const {
    if (!Ready()) WaitUntil(std::chrono::steady_clock::now() + timeout);
    return Ready();
  }
  void Wait() const {
    if (!Ready()) WaitUntil(std::chrono::steady_clock::time_point::max());
  }

  // Waits, and gives the value or throws the TaskError. With a timeout also throws TimeoutError.
  Reference Get() const& {
    Wait();
    if (state_->error) std::rethrow_exception(state_->error);
    if constexpr (!std::is_void_v<T>) return *state_->value;
  }
  T Get() && {
    Wait();
    if (state_->error) std::rethrow_exception(state_->error);
    if constexpr (!std::is_void_v<T>) return std::move(*state_->value);
  }
  Reference Get(std::chrono::milliseconds timeout) const& {
    if (!Wait(timeout)) throw TimeoutError("the result is not ready in time");
    return Get();
  }

 private:
  void WaitUntil(std::chrono::steady_clock::time_point deadline) const {
    internal::WaitFor(*state_->pool, state_->ready, deadline);
  }

  std::shared_ptr<internal::ResultState<T>> state_;
};

// Called with the value; `void()` for a function without one.
template <class T>
struct CallbackOf {
  using type = std::function<void(const T&)>;
};
template <>
struct CallbackOf<void> {
  using type = std::function<void()>;
};
template <class T>
using ResultCallback = typename CallbackOf<T>::type;
using ErrorCallback = std::function<void(const TaskError&)>;

}  // namespace thresh::pool
