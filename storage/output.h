// Where printed data goes: stdout or a file.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace thresh {

// The reader has gone away (EPIPE): stop quietly.
class OutputClosed : public std::runtime_error {
 public:
  OutputClosed() : std::runtime_error("the output was closed") {}
};

// A buffered writer over a file descriptor. Throws OutputClosed on EPIPE (where SIGPIPE is ignored,
// else the process ends), std::system_error on other failures (disk full). What was not flushed at
// its destruction is lost: Close says whether all arrived.
class Output {
 public:
  // Writes to stdout; does not own it.
  static Output Stdout();
  // Writes to a file that replaces `path` at Close, so that readers see the old file or the new.
  // Without Close nothing is left; nor is it by a kill, where the file system has files without a
  // name: else a ".thresh-XXXXXX" stands beside it. A pipe or device is written as it is. A
  // symbolic link is refused with std::runtime_error: what is written never leaves the named path.
  // So is a database of SQLite.
  static Output File(const std::filesystem::path& path);
  // Throws what File would for this path, and leaves nothing. Pipes and devices are not asked: to
  // open and close one is an end of file to its reader.
  static void Probe(const std::filesystem::path& path);
  Output(Output&& other) noexcept;
  Output& operator=(Output&&) = delete;
  ~Output();

  void Write(std::string_view text);
  // Text with data in it, in whole characters: a terminal is shown what it would act on instead,
  // see TerminalLines and TerminalJson; a file gets what Write would give it.
  void WriteLines(std::string_view lines);
  void WriteJson(std::string_view json);
  void Flush();
  void Close();
  bool is_terminal() const { return is_terminal_; }

 private:
  explicit Output(int fd);
  void GiveName();

  int fd_;
  bool is_terminal_;
  std::string buffer_;
  std::filesystem::path path_;
  bool is_nameless_ = false;         // until Close
  std::filesystem::path temporary_;  // where it has a name
};

}  // namespace thresh
