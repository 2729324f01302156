// The parent dies or stops: nothing outlives it, and nobody suffers.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "tests/pool/scripted_worker.h"

namespace thresh::pool {
namespace {

// Becomes the one that orphans fall to, so that the test can see how they ended.
class OrphansTest : public ::testing::Test {
 protected:
  OrphansTest() { prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~OrphansTest() override { prctl(PR_SET_CHILD_SUBREAPER, 0); }

  // Runs `program` in a process of its own, which gives some pids and then waits for its end.
  void RunProgram(const std::function<std::vector<pid_t>()>& program) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    program_ = fork();
    if (program_ == 0) {
      const std::vector<pid_t> pids = program();
      if (write(pipe_ends[1], pids.data(), pids.size() * sizeof(pid_t)) < 0) _exit(1);
      for (;;) pause();
    }
    close(pipe_ends[1]);
    pids_.resize(16);
    const ssize_t bytes = read(pipe_ends[0], pids_.data(), pids_.size() * sizeof(pid_t));
    pids_.resize(static_cast<size_t>(std::max<ssize_t>(0, bytes)) / sizeof(pid_t));
    close(pipe_ends[0]);
  }
  void KillProgram() {
    kill(program_, SIGKILL);
    waitpid(program_, nullptr, 0);
  }

  pid_t program_ = 0;
  std::vector<pid_t> pids_;
};

TEST_F(OrphansTest, WorkersAndServerDieWithinASecondOfAKilledParent) {
  RunProgram([] {
    static auto server = ForkServer::Start(ScriptedLoop);
    static ProcessPool pool(*server, {.workers = 2, .tasks_per_worker = 2});
    std::vector<pid_t> pids{server->pid()};
    for (int i = 0; i < 2; ++i) {
      pool.TrySubmit("pid", kAnyWorker, [&](const TaskResult& result) {
        pids.push_back(std::stoi(std::string(result.message)));
      });
    }
    while (pool.in_flight() > 0) pool.Poll(10s);
    // Busy workers, which look at no channel.
    for (int i = 0; i < 2; ++i) pool.TrySubmit("nap 100000", kAnyWorker, {});
    return pids;
  });
  ASSERT_EQ(pids_.size(), 3u);
  kill(pids_[0], SIGSTOP);  // also what is stopped
  kill(pids_[2], SIGSTOP);
  KillProgram();
  for (pid_t pid : pids_) {
    EXPECT_TRUE(EndsWithin(pid, 1s));
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFSIGNALED(status));
  }
}

TEST_F(OrphansTest, ProcessWhoseParentIsGoneAlreadyDoesNotStart) {
  const pid_t child = fork();
  if (child == 0) {
    DieWithParent(getpid());  // anything but its parent
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 1);
}

TEST_F(OrphansTest, ParentThatWasStoppedForLongCondemnsNobody) {
  RunProgram([] {
    static auto server = ForkServer::Start(ScriptedLoop);
    static ProcessPool pool(*server, {.workers = 1, .tasks_per_worker = 2, .watchdog = 150ms});
    pool.TrySubmit("hang", kAnyWorker, {});
    const pid_t self = getpid();
    if (fork() == 0) {  // a bystander that stops the program and lets it go on
      kill(self, SIGSTOP);
      std::this_thread::sleep_for(400ms);
      kill(self, SIGCONT);
      _exit(0);
    }
    const auto end = std::chrono::steady_clock::now() + 600ms;
    while (std::chrono::steady_clock::now() < end) pool.Poll(10ms);
    return std::vector<pid_t>{static_cast<pid_t>(pool.workers_lost()), server->pid()};
  });
  ASSERT_EQ(pids_.size(), 2u);
  EXPECT_EQ(pids_[0], 0);
  KillProgram();
  while (waitpid(-1, nullptr, 0) > 0) {
  }
}

}  // namespace
}  // namespace thresh::pool
