// What another run of this program prints.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace thresh {

// A child process that runs this program's own file. It is ended with this object: what it was to
// print goes to nobody then. One owner; may be made by any thread.
class ProgramOutput {
 public:
  // Starts it with nothing on its input. Throws std::system_error.
  explicit ProgramOutput(const std::vector<std::string>& arguments);
  ProgramOutput(const ProgramOutput&) = delete;
  ProgramOutput& operator=(const ProgramOutput&) = delete;
  ~ProgramOutput();

  // Waits for the next bytes of its output; empty at the end, and once `is_over`, which is asked
  // several times a second, says so.
  std::string Read(const std::function<bool()>& is_over);
  // To be called at the end of its output: waits for its own; whether that was exit code 0. After
  // it, errors() is complete.
  bool Succeeded();
  // What it printed on stderr, the first kMostErrorBytes of it.
  const std::string& errors() const { return errors_; }

  static constexpr size_t kMostErrorBytes = 4096;

 private:
  void ReadErrors(std::string* room);

  int output_ = -1, errors_fd_ = -1;
  bool errors_ended_ = false;
  pid_t pid_ = -1;
  int status_ = 0;
  std::string errors_;
};

}  // namespace thresh
