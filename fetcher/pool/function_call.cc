#include "fetcher/pool/function_call.h"

#include <cxxabi.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>

namespace thresh::pool {
namespace {

// The name of the type of the exception that is being handled.
std::string ExceptionType() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "unknown";
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : type->name();
}

void Fail(WorkerChannel& channel, uint64_t id, std::string_view what) {
  Writer error;
  Write(error, ExceptionType());
  Codec<std::string>::Write(error, what.substr(0, kMaxMessageBytes / 2));
  channel.Fail(id, error.bytes());
}

void Answer(WorkerChannel& channel, const WorkerChannel::Task& task, const std::string& result) {
  Writer message;
  if (sizeof(ResultHeader) + result.size() <= kMaxMessageBytes) {
    Write(message, ResultHeader{0});
    message.Bytes(result.data(), result.size());
  } else {
    const auto slot = channel.Slot(task.slot);
    if (result.size() > slot.size()) {
      throw std::length_error("a result of " + std::to_string(result.size()) +
                              " bytes does not fit into a slot of " + std::to_string(slot.size()));
    }
    std::memcpy(slot.data(), result.data(), result.size());
    Write(message, ResultHeader{result.size()});
  }
  channel.Complete(task.id, message.bytes());
}

void Call(WorkerChannel& channel, const WorkerChannel::Task& task) {
  Reader payload(task.payload);
  const CallHeader header = Read<CallHeader>(payload);
  std::string_view arguments(payload.Bytes(0), payload.left());
  if (header.bulk_bytes > 0) {
    arguments = {reinterpret_cast<const char*>(channel.Slot(task.slot).data()), header.bulk_bytes};
  }
  CallContext context{Reader(arguments), {}, header.slot_bytes, &channel};
  reinterpret_cast<CallStub>(header.stub)(context);
  Answer(channel, task, context.result.bytes());
}

void Perform(WorkerChannel& channel, const WorkerChannel::Task& task) {
  try {
    Call(channel, task);
  } catch (const std::exception& error) {
    Fail(channel, task.id, error.what());
  } catch (...) {
    Fail(channel, task.id, "");
  }
}

}  // namespace

void FunctionLoop(WorkerChannel& channel, std::string_view initializer) {
  if (!initializer.empty()) {
    Reader reader(initializer);
    const auto stub = Read<uintptr_t>(reader);
    CallContext context{reader, {}, 0, nullptr};
    reinterpret_cast<CallStub>(stub)(context);
  }
  WorkerChannel::Task task;
  for (;;) {
    const auto received = channel.Receive(&task, std::chrono::hours(1));
    if (received == WorkerChannel::Received::kClosed) return;
    if (received == WorkerChannel::Received::kTask) Perform(channel, task);
  }
}

}  // namespace thresh::pool
