#include <fcntl.h>
#include <unistd.h>

#include "pipeline/cli.h"
#include "pipeline/page_memory.h"

namespace {

// Where a standard descriptor is closed, the next file that is opened would take its place:
// messages would go to a lock file or a worker's socket. What is written to a closed stdout stays
// an error.
void OccupyStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);  // the lowest that is free: fd
  }
}

}  // namespace

int main(int argc, char** argv) {
  OccupyStandardDescriptors();
  thresh::KeepMemoryOfPages();
  return thresh::RunCommandLine(argc, argv);
}
