#include "fetcher/pool/function_pool.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace thresh::pool {
namespace {

size_t WorkersOf(const FunctionPoolOptions& options) {
  if (options.workers > 0) return options.workers;
  return std::max(1u, std::thread::hardware_concurrency());
}

PoolOptions CoreOptions(const FunctionPoolOptions& options) {
  return {.workers = WorkersOf(options),
          .tasks_per_worker = options.tasks_per_worker,
          .slot_bytes = options.slot_bytes,
          .max_tasks_per_child = options.max_tasks_per_child,
          .watchdog = options.task_limit,
          .setup = options.initializer};
}

std::exception_ptr RemoteFailure(std::string_view message) {
  try {
    Reader reader(message);
    auto type = Read<std::string>(reader);
    return std::make_exception_ptr(RemoteError(std::move(type), Read<std::string>(reader)));
  } catch (const CodecError& error) {
    return std::make_exception_ptr(MalformedAnswerError(error.what()));
  }
}

std::exception_ptr ErrorOf(const TaskResult& result) {
  const std::string words(result.message);
  switch (result.outcome) {
    case TaskOutcome::kFailed:
      return RemoteFailure(result.message);
    case TaskOutcome::kWorkerLost:
      return std::make_exception_ptr(WorkerLostError(words, result.exit));
    default:
      return std::make_exception_ptr(CancelledError("the pool was terminated"));
  }
}

// Finds the result's bytes; those in the slot are copied to `copy` first, since the worker could
// change them while they are read.
FunctionPool::RawResult BytesOf(const TaskResult& result, std::string* copy) try {
  Reader reader(result.message);
  const auto header = Read<ResultHeader>(reader);
  if (header.bulk_bytes == 0) return {.bytes = {reader.Bytes(0), reader.left()}};
  if (header.bulk_bytes > result.slot.size()) throw CodecError("a result is larger than its slot");
  copy->assign(reinterpret_cast<const char*>(result.slot.data()), header.bulk_bytes);
  return {.bytes = *copy};
} catch (const CodecError& error) {
  return {.error = std::make_exception_ptr(MalformedAnswerError(error.what()))};
}

}  // namespace

namespace internal {

void WaitFor(FunctionPool& pool, const bool& ready,
             std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  while (!ready) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return;
    const auto left =
        std::min<std::chrono::steady_clock::duration>(deadline - now, std::chrono::hours(1));
    pool.Poll(std::chrono::ceil<milliseconds>(left));
  }
}

}  // namespace internal

std::unique_ptr<ForkServer> FunctionPool::StartServer() { return ForkServer::Start(FunctionLoop); }

FunctionPool::FunctionPool(ForkServer& server, FunctionPoolOptions options)
    : capacity_(WorkersOf(options) * options.tasks_per_worker),
      slot_bytes_(options.slot_bytes),
      pool_(server, CoreOptions(options)) {}

void FunctionPool::Close() {
  closed_ = true;
  pool_.Close();
}

void FunctionPool::Terminate() {
  closed_ = true;
  pool_.Terminate();
}

bool FunctionPool::TryCall(CallStub stub, const std::string& arguments, RawCallback callback) {
  if (closed_) throw std::logic_error("the pool is closed");
  const bool inline_arguments = sizeof(CallHeader) + arguments.size() <= kMaxMessageBytes;
  const CallHeader header{reinterpret_cast<uintptr_t>(stub), slot_bytes_,
                          inline_arguments ? 0 : arguments.size()};
  Writer payload;
  Write(payload, header);
  if (inline_arguments) payload.Bytes(arguments.data(), arguments.size());
  const std::string_view bulk = inline_arguments ? std::string_view() : arguments;
  return pool_.TrySubmit(payload.bytes(), bulk, kAnyWorker,
                         [callback = std::move(callback)](const TaskResult& result) {
                           std::string copy;
                           callback(result.outcome == TaskOutcome::kDone
                                        ? BytesOf(result, &copy)
                                        : RawResult{.error = ErrorOf(result)});
                         });
}

void FunctionPool::Call(CallStub stub, const std::string& arguments, RawCallback callback) {
  do {
    WaitForRoom();
  } while (!TryCall(stub, arguments, callback));
}

void FunctionPool::WaitForRoom() {
  if (closed_) throw std::logic_error("the pool is closed");
  while (!pool_.HasRoom()) {
    pool_.Poll(std::chrono::hours(1));
    if (closed_) throw std::logic_error("the pool was closed");
  }
}

}  // namespace thresh::pool
