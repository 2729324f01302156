// One worker as its pool sees it: the process, the channel, the memory and the tasks it holds.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fetcher/pool/liveness.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process_pool.h"
#include "fetcher/pool/shared_memory.h"
#include "fetcher/pool/wire.h"

namespace thresh::pool {

// Passive: the pool drives it and tells it what to read. Believes nothing that the process says.
// Destroying it kills and reaps the process; tasks must have been taken before.
class Worker {
 public:
  struct Reply {
    uint32_t slot = 0;
    TaskCallback callback;
    TaskResult result;  // its views live until the next Read, its slot until Free
  };
  enum class Read { kReply, kOther, kNothing, kEnd, kMalformed };
  enum class Sent { kYes, kBusy, kBroken };

  // Makes the process. Throws std::system_error.
  Worker(ForkServer& server, const PoolOptions& options);

  pid_t pid() const { return process_.pid(); }
  int channel_fd() const { return channel_.get(); }
  int exit_fd() const { return process_.exit_fd(); }
  size_t held() const { return held_; }
  // Of the tasks that it holds, those of that key.
  size_t HeldOf(uint64_t key) const;
  bool asked_to_leave() const { return asked_to_leave_; }
  bool has_asked_for_work() const { return memory_.heartbeat() != 0; }
  bool has_answered() const { return accepted_ > held_; }
  bool HasRoom() const {
    return !asked_to_leave_ && !doomed_ && !busy_ && held_ < options_.tasks_per_worker;
  }

  // Hands over a task, now or with the next Flush; takes `callback` only when it gives kYes. kBusy:
  // the channel is full, and there is no room before SetWritable. The caller has checked sizes and
  // HasRoom.
  Sent Send(std::string_view payload, std::string_view bulk, uint64_t key, TaskCallback& callback);
  // Asks for the tasks of that key that have not begun, if there are any and the channel is not
  // full.
  void Recall(uint64_t key);
  // Sends the tasks that have gathered. kBusy: some are left, for after SetWritable. kBroken: the
  // process has ended, and with it all that it holds.
  Sent Flush();
  bool busy() const { return busy_; }
  void SetWritable() { busy_ = false; }
  // Takes the next reply from the channel, without waiting. After kMalformed and kEnd nothing that
  // the process says counts.
  Read ReadNext(Reply* reply);
  // Replies have come in a message that has not been read to its end.
  bool has_unread() const { return !unread_.empty(); }
  void Free(uint32_t slot);

  // Tells the process that no more tasks come. It shall end when it has done what it holds.
  void Leave();
  // Kills the process; `reason`, if any, tells people why the pool did so.
  void Kill(std::string_view reason = {});
  // True when the process owes something and was silent for longer than it may be.
  bool IsStuck(Clock::duration step);

  std::optional<ExitStatus> TryReap() { return process_.exit_status(); }
  ExitStatus Reap() { return process_.Join(); }
  // How it ended, for people; after it was reaped.
  std::string Obituary();
  std::vector<TaskCallback> TakeTasks();

 private:
  struct Task {
    uint64_t id = 0;  // 0: the slot is free
    uint64_t key = kAnyWorker;
    TaskCallback callback;
  };

  Worker(ForkServer& server, const PoolOptions& options, std::pair<UniqueFd, UniqueFd> ends);
  Sent Dispatch(uint64_t id, std::string_view payload);
  Read Receive();
  Read TakeReply(Reply* reply);
  Read Accept(const ReplyHeader& header, std::string_view message, Reply* reply);

  const PoolOptions& options_;
  SharedMemory memory_;
  UniqueFd channel_;
  Process process_;
  std::vector<Task> tasks_;           // by slot
  std::vector<uint32_t> free_slots_;  // the last one was used last: its pages are warm
  std::string unsent_;                // gathered tasks, as they go over the channel
  size_t gathered_ = 0;               // how many
  std::unique_ptr<char[]> replies_;   // kMaxRepliesBytes: the last message
  std::string_view unread_;           // what is left of it
  uint64_t sequence_ = 0;
  size_t held_ = 0;
  std::unordered_map<uint64_t, size_t> held_of_;  // by key, where that is any
  size_t accepted_ = 0;
  bool asked_to_leave_ = false;
  bool doomed_ = false;  // killed, or known to have ended
  bool mute_ = false;    // nothing that it says counts any more
  bool busy_ = false;
  SilenceClock silence_;
  std::optional<std::string> last_words_;
  std::string killed_for_;
};

}  // namespace thresh::pool
