// The fork server's own side, and how a worker is born from it. For fork_server.cc alone.
#pragma once

#include <sys/types.h>

#include "fetcher/pool/fork_server.h"

namespace thresh::pool {

// What the server does in its process, a daemon of `parent`: makes workers as asked over `control`,
// until that is closed.
[[noreturn]] void RunForkServer(int control, pid_t parent, const WorkerLoop& loop);

// What a worker does in its process: runs the loop over its two descriptors.
[[noreturn]] void RunWorker(int channel_fd, int memory_fd, size_t memory_bytes, size_t slot_bytes,
                            std::string_view setup, const WorkerLoop& loop);

}  // namespace thresh::pool
