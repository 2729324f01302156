// Runs the movie board of board_site.cc for a test.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace thresh {

// The program, serving on a free port from construction to destruction. Not for several threads:
// the program dies with the thread that made it.
class BoardSite {
 public:
  BoardSite() {
    const std::string folder = SOURCE_FOLDER;
    const std::string movies = folder + "/tests/support/board_movies.tsv";
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl(BOARD_SITE_PROGRAM, "board_site", movies.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
    char c;
    while (read(output_, &c, 1) == 1 && c != '\n') url_ += c;
  }
  BoardSite(const BoardSite&) = delete;
  BoardSite& operator=(const BoardSite&) = delete;
  ~BoardSite() {
    close(output_);
    if (pid_ > 0) Stop();
  }

  // The address of the board, such as http://127.0.0.1:40123/board. Empty when it did not start.
  const std::string& url() const { return url_; }
  std::string origin() const { return url_.substr(0, url_.rfind('/')); }
  // Ends when the program does, however that comes: a read gives end of file.
  int output() const { return output_; }

  // Sends SIGTERM and gives the exit status, or -1 when a signal ended the program.
  int Stop() {
    int status = 0;
    kill(pid_, SIGTERM);
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string url_;
};

}  // namespace thresh
