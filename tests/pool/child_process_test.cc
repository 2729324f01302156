#include "fetcher/pool/child_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace thresh::pool {
namespace {

template <class Body>
pid_t Fork(Body body) {
  const pid_t pid = fork();
  if (pid == 0) {
    body();
    _exit(0);
  }
  return pid;
}

bool IsChild(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) >= 0; }

TEST(ChildProcessTest, TellsExitCodesFromSignals) {
  ChildProcess exited(Fork([] { _exit(3); }));
  EXPECT_EQ(exited.Reap().code, 3);
  EXPECT_EQ(exited.Reap().signal, 0);
  EXPECT_EQ(exited.Reap().Describe(), "exited with status 3");
  ChildProcess killed(Fork([] { raise(SIGTERM); }));
  EXPECT_EQ(killed.Reap().signal, SIGTERM);
  EXPECT_FALSE(killed.Reap().clean());
  EXPECT_EQ(killed.Reap().Describe(), "was killed by signal 15 (Terminated)");
}

TEST(ChildProcessTest, TryReapWaitsForNothing) {
  ChildProcess child(Fork([] { pause(); }));
  EXPECT_FALSE(child.TryReap());
  child.Kill();
  pollfd entry{child.exit_fd(), POLLIN, 0};
  ASSERT_EQ(poll(&entry, 1, 5000), 1);
  ASSERT_TRUE(child.TryReap());
  EXPECT_EQ(child.TryReap()->signal, SIGKILL);
}

TEST(ChildProcessTest, DestructorKillsAndReapsEvenAStoppedOne) {
  const pid_t pid = Fork([] { pause(); });
  {
    ChildProcess child(pid);
    kill(pid, SIGSTOP);
  }
  EXPECT_FALSE(IsChild(pid));
}

TEST(ChildProcessTest, OneThatOthersHaveReapedIsGoneAndNotKilled) {
  const pid_t pid = Fork([] {});
  ChildProcess child(pid);
  waitpid(pid, nullptr, 0);
  child.Kill();
  EXPECT_FALSE(child.Reap().clean());
}

}  // namespace
}  // namespace thresh::pool
