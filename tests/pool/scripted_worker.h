// A worker that does what its tasks say, and the verbs of tests that use it.
#pragma once

#include <dirent.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fetcher/pool/process/unique_fd.h"
#include "fetcher/pool/process_pool.h"
#include "fetcher/pool/wire.h"

namespace thresh::pool {

using namespace std::chrono_literals;

// Changed by tests after the fork server was started: a worker must not see it.
inline std::string g_secret = "none yet";

inline std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The open descriptors of this process but the one that lists them: "0 1 2 3".
inline std::string OpenDescriptors() {
  std::vector<int> found;
  DIR* directory = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') found.push_back(std::stoi(entry->d_name));
  }
  std::erase(found, dirfd(directory));
  closedir(directory);
  std::sort(found.begin(), found.end());
  std::string text;
  for (int fd : found) text += (text.empty() ? "" : " ") + std::to_string(fd);
  return text;
}

inline size_t CountOf(const std::string& text, const std::string& word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// Sends what no honest worker would; `kind` names the lie.
inline void Lie(int fd, const std::string& kind, uint64_t id) {
  const auto reply = [&](ReplyHeader header, size_t body) {
    header.bytes = static_cast<uint32_t>(body);
    SendMessage(fd, header, std::string(body, 'x'));
  };
  if (kind == "short") SendMessage(fd, uint32_t{7}, {});
  if (kind == "empty") send(fd, "", 0, 0);
  if (kind == "oversized") reply({id, 0, 0}, kMaxMessageBytes + 1);
  if (kind == "kind") reply({id, 17, 0}, 0);
  if (kind == "slot") reply({id | (kMaxSlots - 1), 0, 0}, 0);
  if (kind == "number") reply({id + kMaxSlots, 0, 0}, 0);
  if (kind == "zero") reply({0, 0, 0}, 0);
  if (kind == "twice") {
    reply({id, 0, 0}, 0);
    reply({id, 0, 0}, 0);
  }
  if (kind == "words") {
    for (int i = 0; i < 2; ++i) reply({0, static_cast<uint32_t>(ReplyKind::kLastWords), 0}, 3);
  }
  if (kind == "longer") SendMessage(fd, ReplyHeader{id, 0, 4}, "xxx");
  if (kind == "shorter") SendMessage(fd, ReplyHeader{id, 0, 2}, "xxx");
  if (kind == "doubled") {
    const ReplyHeader again{id, 0, 0};
    SendMessage(fd, again, {reinterpret_cast<const char*>(&again), sizeof again});
  }
  if (kind == "close") close(fd);
}

// What a worker is to complete later.
inline std::vector<WorkerChannel::Task> g_kept;

// One task: a verb and what comes after it.
inline void Perform(WorkerChannel& channel, const WorkerChannel::Task& task) {
  const size_t space = std::min(task.payload.find(' '), task.payload.size());
  const std::string verb = task.payload.substr(0, space);
  const std::string rest = task.payload.substr(std::min(space + 1, task.payload.size()));
  const auto answer = [&](const std::string& text) { channel.Complete(task.id, text); };
  if (verb == "echo") return answer(rest);
  if (verb == "size") return answer(std::to_string(task.payload.size()));
  if (verb == "grow") return answer(std::string(std::stoul(rest), 'g'));
  if (verb == "fail") return channel.Fail(task.id, rest);
  if (verb == "pid") return answer(std::to_string(getpid()));
  if (verb == "parent") return answer(std::to_string(getppid()));
  if (verb == "secret") return answer(g_secret);
  if (verb == "descriptors") return answer(OpenDescriptors());
  if (verb == "memories")
    return answer(std::to_string(CountOf(ReadAll("/proc/self/maps"), "memfd:")));
  if (verb == "mapped") {  // address space, in pages
    std::istringstream statm(ReadAll("/proc/self/statm"));
    return answer(std::string(std::istream_iterator<std::string>(statm)->c_str()));
  }
  if (verb == "exit") _exit(std::stoi(rest));
  if (verb == "signal") raise(std::stoi(rest));
  if (verb == "throw") throw std::runtime_error(rest);
  if (verb == "hang") return;  // never answered, but the loop goes on
  if (verb == "keep") return g_kept.push_back(task);
  if (verb == "release") {  // all that was kept, and this one, at once
    for (const auto& kept : g_kept) channel.Complete(kept.id, kept.payload);
    g_kept.clear();
    if (rest == "and die") raise(SIGKILL);
    if (rest == "and throw") throw std::runtime_error("thrown behind them");
    return answer(rest);
  }
  if (verb == "nap") {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(rest)));
    return answer("rested");
  }
  if (verb == "read-slot") {
    const auto slot = channel.Slot(task.slot);
    return answer(std::string(reinterpret_cast<const char*>(slot.data()), std::stoul(rest)));
  }
  if (verb == "fill-slot") {
    std::memset(channel.Slot(task.slot).data(), rest[0], channel.Slot(task.slot).size());
    return answer("filled");
  }
  if (verb == "lie") {
    Lie(channel.fd(), rest, task.id);
    for (;;) pause();
  }
}

inline void ScriptedLoop(WorkerChannel& channel, std::string_view setup) {
  if (setup == "leave unasked") {  // as soon as there is a task, but without it
    pollfd entry{channel.fd(), POLLIN, 0};
    poll(&entry, 1, -1);
    return;
  }
  if (setup == "throw at once") throw std::runtime_error("cannot open the oracle");
  WorkerChannel::Task task;
  for (;;) {
    switch (channel.Receive(&task, 20ms)) {
      case WorkerChannel::Received::kClosed:
        if (setup == "linger") {
          for (;;) pause();
        }
        return;
      case WorkerChannel::Received::kNothing:
      case WorkerChannel::Received::kRecall:
        break;
      case WorkerChannel::Received::kTask:
        Perform(channel, task);
    }
  }
}

// What a callback was told, kept.
struct Told {
  TaskOutcome outcome;
  std::string message;
  pid_t worker;
  ExitStatus exit;
};

// Waits until the process has ended, without reaping it. False after `timeout`.
inline bool EndsWithin(pid_t pid, std::chrono::milliseconds timeout) {
  const UniqueFd handle(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) return errno == ESRCH;
  pollfd entry{handle.get(), POLLIN, 0};
  return poll(&entry, 1, static_cast<int>(timeout.count())) == 1;
}

// A fork server of scripted workers, and pools on it.
class ScriptedPoolTest : public ::testing::Test {
 protected:
  ~ScriptedPoolTest() override {
    pool_.reset();
    server_.reset();
    // Whatever a test did, it left no child, dead or alive.
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
  }

  void Open(PoolOptions options) { pool_ = std::make_unique<ProcessPool>(*server_, options); }

  TaskCallback Keep(std::vector<Told>* told) {
    return [told](const TaskResult& result) {
      told->push_back({result.outcome, std::string(result.message), result.worker, result.exit});
    };
  }
  bool Submit(const std::string& task, Affinity affinity = {}) {
    return pool_->TrySubmit(task, affinity, Keep(&told_));
  }
  void PollAll() {
    while (pool_->in_flight() > 0) pool_->Poll(10s);
  }
  // Does one task alone, waiting for room.
  Told Do(const std::string& task) {
    std::vector<Told> told;
    while (!pool_->TrySubmit(task, kAnyWorker, Keep(&told))) pool_->Poll(10s);
    while (told.empty()) pool_->Poll(10s);
    return told[0];
  }
  pid_t WorkerPid() { return std::stoi(Do("pid").message); }
  std::map<std::string, int> TasksByMessage() const {
    std::map<std::string, int> tasks;
    for (const Told& told : told_) ++tasks[told.message];
    return tasks;
  }
  size_t CountToldAs(TaskOutcome outcome) const {
    return static_cast<size_t>(std::count_if(
        told_.begin(), told_.end(), [&](const Told& told) { return told.outcome == outcome; }));
  }

  std::unique_ptr<ForkServer> server_ = ForkServer::Start(ScriptedLoop);
  std::unique_ptr<ProcessPool> pool_;
  std::vector<Told> told_;
};

}  // namespace thresh::pool
