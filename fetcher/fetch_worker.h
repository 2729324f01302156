// What runs in a fetcher process.
#pragma once

#include <string_view>

#include "fetcher/pool/worker_channel.h"

namespace thresh {

// A pool::WorkerLoop: locks the process into its sandbox, then fetches what the channel brings, up
// to WorkerSettings::transfers at a time, until the channel closes and all is answered. `setup` are
// encoded WorkerSettings. Throws when the process cannot fetch at all.
void RunFetchWorker(pool::WorkerChannel& channel, std::string_view setup);

}  // namespace thresh
