// How a call of a plain function goes to a worker: as the address of a generated stub, which every
// process of the pool has in common, and the arguments as bytes. For function_pool.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "fetcher/pool/process/codec.h"
#include "fetcher/pool/worker_channel.h"

namespace thresh::pool {

// What a stub works with, in the worker.
struct CallContext {
  Reader arguments;
  Writer result;
  size_t max_result_bytes;
  WorkerChannel* channel;  // null in an initializer
};
using CallStub = void (*)(CallContext& context);

namespace internal {

// What a value of a parameter's or a result's type is kept as.
template <class T>
struct Stored {
  using type = std::decay_t<T>;
  static_assert(!std::is_pointer_v<type>, "a pointer means nothing in another process");
  static_assert(!std::is_lvalue_reference_v<T> || std::is_const_v<std::remove_reference_t<T>>,
                "a worker cannot change the caller's variable");
};
template <>
struct Stored<std::string_view> {
  using type = std::string;
};
template <>
struct Stored<const std::string_view&> {
  using type = std::string;
};

template <class F>
struct Signature;
template <class R, class... A>
struct Signature<R (*)(A...)> {
  using Result = std::conditional_t<std::is_void_v<R>, void, std::decay_t<R>>;
  using Arguments = std::tuple<typename Stored<A>::type...>;
};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R (*)(A...)> {};

}  // namespace internal

// A function, or a lambda without captures, given as a template argument.
template <auto kFunction>
using ResultOf = typename internal::Signature<decltype(+kFunction)>::Result;
template <auto kFunction>
using ArgumentsOf = typename internal::Signature<decltype(+kFunction)>::Arguments;

// A T that can be kept, also where T is void.
template <class T>
using ValueOf = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

namespace internal {

template <auto kFunction>
void CallAndWrite(CallContext& context) {
  auto arguments = Read<ArgumentsOf<kFunction>>(context.arguments);
  if constexpr (std::is_void_v<ResultOf<kFunction>>) {
    std::apply(kFunction, std::move(arguments));
    Write(context.result, std::monostate{});
  } else {
    Write<ResultOf<kFunction>>(context.result, std::apply(kFunction, std::move(arguments)));
  }
}

// Calls once for each of several tuples of arguments. What of the results does not fit any more is
// left out, and the caller asks again.
template <auto kFunction>
void CallEachAndWrite(CallContext& context) {
  const uint64_t count = Read<uint64_t>(context.arguments);
  for (uint64_t i = 0; i < count; ++i) {
    const size_t before = context.result.size();
    CallAndWrite<kFunction>(context);
    context.channel->Heartbeat();
    if (i > 0 && context.result.size() > context.max_result_bytes) {
      context.result.Truncate(before);
      return;
    }
  }
}

}  // namespace internal

// What FunctionPoolOptions::initializer holds: the call that every worker makes first.
template <auto kFunction>
std::string InitializerCall(ArgumentsOf<kFunction> arguments = {}) {
  Writer writer;
  Write(writer, reinterpret_cast<uintptr_t>(CallStub{&internal::CallAndWrite<kFunction>}));
  Write(writer, arguments);
  return std::move(writer).bytes();
}

// The loop of a worker of plain functions; `initializer` as InitializerCall made it, or empty.
void FunctionLoop(WorkerChannel& channel, std::string_view initializer);

// What goes before the bytes of a call or a result, inline or at the beginning of the slot.
struct CallHeader {
  uintptr_t stub;       // CallStub
  uint64_t slot_bytes;  // the largest result
  uint64_t bulk_bytes;  // in the slot; 0: the arguments follow here
};
struct ResultHeader {
  uint64_t bulk_bytes;
};

}  // namespace thresh::pool
