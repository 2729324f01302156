// System calls that fail when a test says so: all that fetcher/pool makes go through here, by the
// linker's --wrap.
#pragma once

#include <cstdint>

namespace thresh {

// Whose calls are counted.
enum class CallsOf : uint8_t {
  kParent,    // the process that made the FailingCalls
  kChildren,  // its fork server and workers, together
};
enum class CallFailure : uint8_t {
  kRefused,      // as when the machine has no more of what is asked for
  kInterrupted,  // EINTR, of calls that know it
};

// One at a time. Processes that are forked after it was made share its count.
class FailingCalls {
 public:
  // The `call`th call fails, once.
  FailingCalls(int64_t call, CallsOf whose, CallFailure failure);
  ~FailingCalls();
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;

  // Whether it came to that call.
  bool failed() const;
  // What failed: "sendmsg".
  const char* name() const;
};

}  // namespace thresh
