// A worker that runs out of memory. FAULTS 66.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "fetcher/messages.h"
#include "fetcher/pool/worker_channel.h"
#include "fetcher/sandbox_layers.h"
#include "tests/support/fetcher_process.h"

namespace thresh {
namespace {

// Has little memory, and needs much for the URL "much".
void Starve(pool::WorkerChannel& channel, std::string_view) {
  const rlimit little{64u << 20, 64u << 20};
  setrlimit(RLIMIT_DATA, &little);
  pool::WorkerChannel::Task task;
  while (channel.Receive(&task, std::chrono::seconds(30)) == pool::WorkerChannel::Received::kTask) {
    std::vector<std::string> eaten;
    while (DecodeJob(task.payload, "")->url == "much") eaten.emplace_back(1 << 20, 'x');
    ResultMessage result;
    result.status = 200;
    channel.Complete(task.id, EncodeResult(result));
  }
}

TEST(StarvedWorkerTest, OutOfMemoryIsADeathLikeAnyOther) {
  if (sandbox::kSanitizerBuild) GTEST_SKIP() << "a sanitizer has an allocator of its own";
  const auto server = pool::ForkServer::Start(Starve);
  const auto fetcher = MakeProcessFetcher(*server, {.processes = 1, .max_body_bytes = 1 << 20});
  const FetchResult lost = FetchWith(*fetcher, LocalJob("much"));
  EXPECT_EQ(Name(lost.error), "worker-lost");
  EXPECT_THAT(lost.error_detail, ::testing::HasSubstr("bad_alloc"));
  EXPECT_EQ(FetchWith(*fetcher, LocalJob("little")).status, 200) << "it was not replaced";
}

}  // namespace
}  // namespace thresh
