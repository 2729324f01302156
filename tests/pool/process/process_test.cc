#include "fetcher/pool/process/process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;

void Sleep() {
  for (;;) pause();
}
bool IsChild(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) >= 0; }
bool WaitForEnd(const Process& process) {
  pollfd entry{process.exit_fd(), POLLIN, 0};
  return poll(&entry, 1, 5000) == 1;
}

TEST(ProcessTest, TellsExitCodesFromSignals) {
  Process exited = Process::Start([] { return 3; });
  EXPECT_EQ(exited.Join().code, 3);
  EXPECT_EQ(exited.Join().signal, 0);
  EXPECT_EQ(exited.Join().Describe(), "exited with status 3");
  Process killed = Process::Start([] { raise(SIGTERM); });
  EXPECT_EQ(killed.Join().signal, SIGTERM);
  EXPECT_FALSE(killed.Join().clean());
  EXPECT_EQ(killed.Join().Describe(), "was killed by signal 15 (Terminated)");
  EXPECT_TRUE(Process::Start([] {}).Join().clean());
}

TEST(ProcessTest, WhatTheBodyChangesNobodyElseSees) {
  int value = 1;
  Process process = Process::Start([&] { return value = 2; });
  EXPECT_EQ(process.Join().code, 2);
  EXPECT_EQ(value, 1);
}

TEST(ProcessTest, HasItsNameAndPid) {
  Process process = Process::Start(Sleep, {.name = "sleeper", .daemon = true});
  EXPECT_EQ(process.name(), "sleeper");
  EXPECT_TRUE(process.daemon());
  EXPECT_EQ(getpgid(process.pid()), getpgid(0));
  Process named = Process::Start(
      [] {
        std::string name;
        std::getline(std::ifstream("/proc/self/comm"), name);
        return name == "reader" ? 0 : 1;
      },
      {.name = "reader"});
  EXPECT_TRUE(named.Join().clean());
}

TEST(ProcessTest, JoinWithATimeoutWaitsNoLonger) {
  Process process = Process::Start(Sleep);
  EXPECT_FALSE(process.Join(0ms));
  EXPECT_FALSE(process.Join(10ms));
  EXPECT_TRUE(process.IsAlive());
  process.Terminate();
  ASSERT_TRUE(process.Join(5s));
  EXPECT_EQ(process.Join(0ms)->signal, SIGTERM);
  EXPECT_FALSE(process.IsAlive());
}

TEST(ProcessTest, StatusIsThereWithoutJoin) {
  Process child = Process::Start(Sleep);
  EXPECT_FALSE(child.exit_status());
  child.Kill();
  ASSERT_TRUE(WaitForEnd(child));
  ASSERT_TRUE(child.exit_status());
  EXPECT_EQ(child.exit_status()->signal, SIGKILL);
}

TEST(ProcessTest, TerminateEndsOneWhoseParentBlocksAndHandlesTheSignal) {
  const auto before = signal(SIGTERM, [](int) {});
  sigset_t termination;
  sigemptyset(&termination);
  sigaddset(&termination, SIGTERM);
  sigprocmask(SIG_BLOCK, &termination, nullptr);
  Process process = Process::Start(Sleep);
  process.Terminate();
  const auto status = process.Join(5s);
  process.Kill();
  sigprocmask(SIG_UNBLOCK, &termination, nullptr);
  signal(SIGTERM, before);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGTERM);
}

TEST(ProcessTest, DestructorKillsAndReapsADaemonEvenAStoppedOne) {
  pid_t pid;
  {
    Process daemon = Process::Start(Sleep, {.daemon = true});
    pid = daemon.pid();
    kill(pid, SIGSTOP);
  }
  EXPECT_FALSE(IsChild(pid));
}

TEST(ProcessTest, DestructorWaitsForOneThatIsNoDaemon) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  {
    const Process writer = Process::Start([&] {
      usleep(20'000);
      return write(pipe_ends[1], "done", 4) == 4 ? 0 : 1;
    });
  }
  close(pipe_ends[1]);
  char text[8];
  EXPECT_EQ(read(pipe_ends[0], text, sizeof text), 4);
  close(pipe_ends[0]);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST(ProcessTest, DaemonMayStartNoProcesses) {
  Process daemon = Process::Start(
      [] {
        try {
          const Process child = Process::Start([] {});
        } catch (const std::logic_error&) {
          return 7;
        }
        return 0;
      },
      {.daemon = true});
  EXPECT_EQ(daemon.Join().code, 7);
  Process other = Process::Start([] { return Process::Start([] { return 5; }).Join().code; });
  EXPECT_EQ(other.Join().code, 5);
}

TEST(ProcessTest, ExceptionIsToldAndGivesOne) {
  testing::internal::CaptureStderr();
  Process process =
      Process::Start([] { throw std::runtime_error("no paper"); }, {.name = "printer"});
  EXPECT_EQ(process.Join().code, 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("printer: no paper"));
}

TEST(ProcessTest, BufferedOutputIsWrittenOnce) {
  testing::internal::CaptureStdout();
  printf("before ");
  Process::Start([] { printf("inside "); }).Join();
  printf("after");
  fflush(stdout);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "before inside after");
}

TEST(ProcessTest, InheritedHandleEndsNobody) {
  std::vector<Process> first;
  first.push_back(Process::Start(Sleep, {.daemon = true}));
  Process second = Process::Start([&] {
    try {
      first[0].Kill();
    } catch (const std::logic_error&) {
      first.clear();
      return 7;
    }
    return 0;
  });
  EXPECT_EQ(second.Join().code, 7);
  EXPECT_TRUE(first[0].IsAlive());
}

TEST(ProcessTest, MovesWithItsOwner) {
  std::vector<Process> processes;
  for (int i = 0; i < 3; ++i) processes.push_back(Process::Start(Sleep, {.daemon = true}));
  const pid_t pid = processes[0].pid();
  processes[0] = std::move(processes[2]);  // ends the first
  EXPECT_FALSE(IsChild(pid));
  EXPECT_TRUE(processes[0].IsAlive());
}

TEST(ProcessTest, AdoptedOneThatOthersHaveReapedIsGoneAndNotKilled) {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  Process child = Process::Adopt(pid, {});
  waitpid(pid, nullptr, 0);
  child.Kill();
  EXPECT_FALSE(child.Join().clean());
  EXPECT_THROW(Process::Adopt(pid, {}), std::system_error);
}

}  // namespace
}  // namespace thresh::pool
