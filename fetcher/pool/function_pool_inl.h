// The templates of function_pool.h, which includes this.
#pragma once

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>

#include "fetcher/pool/function_pool.h"

namespace thresh::pool {
namespace internal {

// Reads the value that a call gave; why there is none, else null.
template <class Value>
std::exception_ptr ReadValue(const FunctionPool::RawResult& raw, std::optional<Value>* value) {
  if (raw.error) return raw.error;
  try {
    value->emplace(pool::FromBytes<Value>(raw.bytes));
    return nullptr;
  } catch (const CodecError& error) {
    return std::make_exception_ptr(MalformedAnswerError(error.what()));
  }
}

// Fills in a result and calls back.
template <class T>
void Settle(ResultState<T>& state, const FunctionPool::RawResult& raw,
            const ResultCallback<T>& callback, const ErrorCallback& on_error) {
  state.error = ReadValue(raw, &state.value);
  state.ready = true;
  if (state.error) {
    if (!on_error) return;
    try {
      std::rethrow_exception(state.error);
    } catch (const TaskError& error) {
      on_error(error);
    }
  } else if (callback) {
    if constexpr (std::is_void_v<T>) {
      callback();
    } else {
      callback(*state.value);
    }
  }
}

template <auto kFunction>
auto MakeResult(FunctionPool& pool, ResultCallback<ResultOf<kFunction>> callback,
                ErrorCallback on_error) {
  using T = ResultOf<kFunction>;
  auto state = std::make_shared<ResultState<T>>();
  state->pool = &pool;
  auto settle = [state, callback = std::move(callback),
                 on_error = std::move(on_error)](const FunctionPool::RawResult& raw) {
    Settle<T>(*state, raw, callback, on_error);
  };
  return std::pair(AsyncResult<T>(std::move(state)), FunctionPool::RawCallback(std::move(settle)));
}

// One Map on its way: which items still have to be sent, and what came back.
template <auto kFunction, class Iterator>
class MapRun {
 public:
  using Value = ValueOf<ResultOf<kFunction>>;
  struct Part {
    size_t first;
    Iterator at;
    size_t count;
  };

  MapRun(size_t size, Iterator begin, size_t chunk, size_t max_bytes)
      : results_(size), chunk_(chunk), max_bytes_(max_bytes) {
    if (size > 0) unsent_.push_back({0, begin, size});
  }
  bool wants_to_send() const { return !error_ && !unsent_.empty(); }
  bool done() const { return in_flight_ == 0 && !wants_to_send(); }

  // Takes the next items, as many as a chunk and a slot hold, and writes their arguments.
  Part Take(std::string* arguments) {
    Part& rest = unsent_.front();
    Part part{rest.first, rest.at, 0};
    Writer items;
    const size_t room = max_bytes_ - std::min(max_bytes_, sizeof(uint64_t));
    while (part.count < std::min(chunk_, rest.count)) {
      const size_t before = items.size();
      Write(items, ArgumentsOf<kFunction>(*rest.at));
      if (part.count > 0 && items.size() > room) {
        items.Truncate(before);
        break;
      }
      ++part.count;
      ++rest.at;
    }
    rest.first += part.count;
    rest.count -= part.count;
    if (rest.count == 0) unsent_.pop_front();
    *arguments = pool::ToBytes(uint64_t{part.count}) + items.bytes();
    ++in_flight_;
    return part;
  }

  void NotSent() { --in_flight_; }
  // Nobody waits any more, and the items may be gone.
  void Abandon() { abandoned_ = true; }

  void Accept(const Part& part, const FunctionPool::RawResult& raw) {
    --in_flight_;
    if (abandoned_) return;
    try {
      if (raw.error) std::rethrow_exception(raw.error);
      Reader reader(raw.bytes);
      Part rest = part;
      while (rest.count > 0 && reader.left() > 0) {
        results_[rest.first].emplace(Read<Value>(reader));
        rest = {rest.first + 1, std::next(rest.at), rest.count - 1};
      }
      if (rest.count == part.count) throw CodecError("a chunk came back empty");
      if (rest.count > 0) unsent_.push_front(rest);
    } catch (const CodecError& error) {
      if (!error_) error_ = std::make_exception_ptr(MalformedAnswerError(error.what()));
    } catch (const TaskError&) {
      if (!error_) error_ = std::current_exception();
    }
  }

  std::vector<Value> TakeResults() {
    if (error_) std::rethrow_exception(error_);
    std::vector<Value> values;
    values.reserve(results_.size());
    for (auto& result : results_) values.push_back(std::move(*result));
    return values;
  }

 private:
  std::vector<std::optional<Value>> results_;
  std::deque<Part> unsent_;
  size_t chunk_;
  size_t max_bytes_;
  size_t in_flight_ = 0;
  bool abandoned_ = false;
  std::exception_ptr error_;
};

}  // namespace internal

template <auto kFunction>
AsyncResult<ResultOf<kFunction>> FunctionPool::ApplyAsync(
    ArgumentsOf<kFunction> arguments, ResultCallback<ResultOf<kFunction>> callback,
    ErrorCallback on_error) {
  auto [result, settle] =
      internal::MakeResult<kFunction>(*this, std::move(callback), std::move(on_error));
  Call(&internal::CallAndWrite<kFunction>, pool::ToBytes(arguments), std::move(settle));
  return std::move(result);
}

template <auto kFunction>
std::optional<AsyncResult<ResultOf<kFunction>>> FunctionPool::TryApplyAsync(
    ArgumentsOf<kFunction> arguments, ResultCallback<ResultOf<kFunction>> callback,
    ErrorCallback on_error) {
  auto [result, settle] =
      internal::MakeResult<kFunction>(*this, std::move(callback), std::move(on_error));
  if (!TryCall(&internal::CallAndWrite<kFunction>, pool::ToBytes(arguments), std::move(settle))) {
    return std::nullopt;
  }
  return std::move(result);
}

template <auto kFunction, std::ranges::forward_range Items>
std::vector<ValueOf<ResultOf<kFunction>>> FunctionPool::Map(const Items& items, size_t chunk) {
  using Run = internal::MapRun<kFunction, std::ranges::iterator_t<const Items>>;
  const size_t size = static_cast<size_t>(std::ranges::distance(items));
  if (chunk == 0) chunk = std::max<size_t>(1, size / (4 * std::max<size_t>(1, workers())));
  // Shared with the callbacks, which outlive this call when another callback throws.
  const auto run = std::make_shared<Run>(size, std::ranges::begin(items), chunk, slot_bytes());
  const struct AbandonAtEnd {
    Run& run;
    ~AbandonAtEnd() { run.Abandon(); }
  } at_end{*run};
  while (!run->done()) {
    if (!run->wants_to_send()) {
      Poll(std::chrono::hours(1));
      continue;
    }
    WaitForRoom();
    if (!run->wants_to_send()) continue;
    std::string arguments;
    const auto part = run->Take(&arguments);
    try {
      Call(&internal::CallEachAndWrite<kFunction>, arguments,
           [run, part](const RawResult& raw) { run->Accept(part, raw); });
    } catch (...) {
      run->NotSent();
      throw;
    }
  }
  return run->TakeResults();
}

template <auto kFunction, std::ranges::view Items>
void UnorderedResults<kFunction, Items>::Feed() {
  while (next_ != std::ranges::end(items_) && pool_.HasRoom() &&
         state_->in_flight + state_->done.size() < pool_.capacity()) {
    const auto accept = [state = state_](const FunctionPool::RawResult& raw) {
      --state->in_flight;
      auto& [value, error] = state->done.emplace_back();
      error = internal::ReadValue(raw, &value);
    };
    const auto arguments = pool::ToBytes(ArgumentsOf<kFunction>(*next_));
    if (!pool_.TryCall(&internal::CallAndWrite<kFunction>, arguments, accept)) return;
    ++state_->in_flight;
    ++next_;
  }
}

template <auto kFunction, std::ranges::view Items>
std::optional<typename UnorderedResults<kFunction, Items>::Value>
UnorderedResults<kFunction, Items>::Next() {
  Feed();
  while (state_->done.empty()) {
    if (state_->in_flight > 0) {
      pool_.Poll(std::chrono::hours(1));
    } else if (next_ == std::ranges::end(items_)) {
      return std::nullopt;
    } else {
      pool_.WaitForRoom();
    }
    Feed();
  }
  auto [value, error] = std::move(state_->done.front());
  state_->done.pop_front();
  if (error) std::rethrow_exception(error);
  return std::move(value);
}

}  // namespace thresh::pool
