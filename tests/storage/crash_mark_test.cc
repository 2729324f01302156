#include "storage/crash_mark.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace thresh {
namespace {

class CrashMarkTest : public testing::Test {
 protected:
  CrashMarkTest() : fd_(memfd_create("mark", MFD_CLOEXEC)) {}
  ~CrashMarkTest() override { close(fd_); }

  // A process notes `what` and ends by `signal`.
  void Process(int64_t what, int signal) const {
    const pid_t pid = fork();
    if (pid == 0) {
      CrashMark mark(fd_);
      mark.Note(what);
      raise(signal);
      _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), signal) << "the process ends as it would without a mark";
  }

  const int fd_;
};

TEST_F(CrashMarkTest, ACrashIsKnownToTheNextProcess) {
  Process(42, SIGSEGV);
  const Death death = CrashMark(fd_).death();
  EXPECT_EQ(death.at, 42);
  EXPECT_TRUE(death.crashed);
  EXPECT_EQ(CrashMark(fd_).death().at, 0) << "it is told once";
}

TEST_F(CrashMarkTest, AnAbortIsACrash) {
  Process(7, SIGABRT);
  const Death death = CrashMark(fd_).death();
  EXPECT_EQ(death.at, 7);
  EXPECT_TRUE(death.crashed);
}

TEST_F(CrashMarkTest, AKillFromOutsideIsNoCrash) {
  Process(42, SIGKILL);
  const Death death = CrashMark(fd_).death();
  EXPECT_EQ(death.at, 42);
  EXPECT_FALSE(death.crashed);
}

TEST_F(CrashMarkTest, ADeathBetweenPagesBlamesNone) {
  Process(0, SIGSEGV);
  EXPECT_EQ(CrashMark(fd_).death().at, 0);
}

}  // namespace
}  // namespace thresh
