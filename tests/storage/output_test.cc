#include "storage/output.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <system_error>

#include "gmock/gmock.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(OutputTest, ReplacesTheFileAtClose) {
  TemporaryFolder folder;
  std::ofstream(folder / "out") << "old";
  chmod((folder / "out").c_str(), 0640);
  Output output = Output::File(folder / "out");
  output.Write(std::string(200'000, 'x'));
  output.Write("end");
  EXPECT_EQ(ReadFile(folder / "out"), "old");
  output.Close();
  EXPECT_EQ(ReadFile(folder / "out"), std::string(200'000, 'x') + "end");
  EXPECT_THAT(folder.Files(), ElementsAre("out"));
  struct stat file;
  ASSERT_EQ(stat((folder / "out").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0640u);
}

TEST(OutputTest, LeavesNothingWithoutClose) {
  TemporaryFolder folder;
  {
    Output output = Output::File(folder / "out");
    output.Write(std::string(200'000, 'x'));
  }
  EXPECT_THAT(folder.Files(), IsEmpty());
}

TEST(OutputTest, AKillLeavesNothing) {
  TemporaryFolder folder;
  const int nameless = open(folder.path().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (nameless < 0) GTEST_SKIP() << "this file system has no files without a name";
  close(nameless);
  Output output = Output::File(folder / "out");
  output.Write(std::string(200'000, 'x'));
  EXPECT_THAT(folder.Files(), IsEmpty()) << "what a kill would leave now";
  output.Close();
  EXPECT_THAT(folder.Files(), ElementsAre("out"));
}

TEST(OutputTest, ANameMayBeAsLongAsAnyFiles) {
  TemporaryFolder folder;
  const std::string name(255, 'n');
  Output output = Output::File(folder / name);
  output.Write("x");
  output.Close();
  EXPECT_THAT(folder.Files(), ElementsAre(name));
}

TEST(OutputTest, NeverLeavesTheNamedPathByALink) {  // FAULTS 92
  TemporaryFolder folder;
  std::ofstream(folder / "target") << "old";
  std::filesystem::create_symlink("target", folder / "link");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  EXPECT_THROW(Output::File(folder / "link"), std::runtime_error);
  EXPECT_THROW(Output::File(folder / "dangling"), std::runtime_error);
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(ReadFile(folder / "target"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder / "nowhere"));
}

TEST(OutputTest, TheFolderMayBeALink) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "real");
  std::filesystem::create_directory_symlink("real", folder / "link");
  Output output = Output::File(folder / "link" / "out");
  output.Write("new");
  output.Close();
  EXPECT_EQ(ReadFile(folder / "real" / "out"), "new");
}

TEST(OutputTest, WritesToADeviceInsteadOfReplacingIt) {
  Output output = Output::File("/dev/null");
  output.Write("x");
  output.Close();
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(OutputTest, AFileInSharedMemoryIsNoDevice) {
  if (access("/dev/shm", W_OK) != 0) GTEST_SKIP() << "this machine has no /dev/shm";
  TemporaryFolder folder("/dev/shm");
  std::ofstream(folder / "out") << "old and longer";
  Output output = Output::File(folder / "out");
  output.Write("new");
  EXPECT_EQ(ReadFile(folder / "out"), "old and longer");
  output.Close();
  EXPECT_EQ(ReadFile(folder / "out"), "new");
}

TEST(OutputTest, SaysWhenThereIsNoSuchFolder) {
  TemporaryFolder folder;
  EXPECT_THROW(Output::File(folder / "no" / "out"), std::system_error);
}

TEST(OutputTest, AFolderIsNoFile) {
  TemporaryFolder folder;
  try {
    Output::File(folder.path());
    FAIL() << "a folder was opened";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EISDIR);
  }
}

TEST(OutputTest, AProbeSaysWhatFileWould) {
  TemporaryFolder folder;
  EXPECT_THROW(Output::Probe(folder / "no" / "out"), std::system_error);
  EXPECT_THROW(Output::Probe(folder.path()), std::system_error);
  Output::Probe("/dev/null");
  Output::Probe(folder / "out");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutputTest, ADatabaseIsNotReplaced) {
  TemporaryFolder folder;
  const auto path = folder / "a.db";
  Rows(path, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
  EXPECT_THROW(Output::File(path), std::runtime_error);
  EXPECT_EQ(Rows(path, "SELECT a FROM t"), "7");
}

TEST(OutputTest, ADatabaseThatCameMeanwhileIsNotReplaced) {
  TemporaryFolder folder;
  const auto path = folder / "a.db";
  Output output = Output::File(path);
  output.Write("x");
  Rows(path, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
  EXPECT_THROW(output.Close(), std::runtime_error);
  EXPECT_EQ(Rows(path, "SELECT a FROM t"), "7");
}

TEST(OutputTest, SaysWhenTheDiskIsFull) {
  Output output = Output::File("/dev/full");
  output.Write("x");
  EXPECT_THROW(output.Close(), std::system_error);
}

TEST(OutputTest, SaysWhenTheReaderIsGone) {
  signal(SIGPIPE, SIG_IGN);
  TemporaryFolder folder;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  const int saved = dup(STDOUT_FILENO);
  dup2(ends[1], STDOUT_FILENO);
  close(ends[1]);
  Output output = Output::Stdout();
  output.Write("x");
  EXPECT_THROW(output.Flush(), OutputClosed);
  dup2(saved, STDOUT_FILENO);
  close(saved);
}

}  // namespace
}  // namespace thresh
