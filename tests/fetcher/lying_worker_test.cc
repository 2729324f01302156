// A worker that has been taken over says what it likes; the parent must not suffer. FAULTS 70.
#include <gmock/gmock.h>

#include <cstring>

#include "fetcher/messages.h"
#include "fetcher/pool/worker_channel.h"
#include "tests/support/fetcher_process.h"

namespace thresh {
namespace {

using ::testing::HasSubstr;

ResultMessage HonestResult() { return {.status = 200}; }

// Says to each job, known by its URL, something else.
void LieByUrl(pool::WorkerChannel& channel, std::string_view setup) {
  const SlotLayout layout = SlotLayout::For(DecodeSettings(setup)->max_body_bytes);
  pool::WorkerChannel::Task task;
  while (channel.Receive(&task, std::chrono::seconds(30)) == pool::WorkerChannel::Received::kTask) {
    const std::string url = DecodeJob(task.payload, "")->url;
    std::byte* slot = channel.Slot(task.slot).data();
    ResultMessage result = HonestResult();
    std::string message;
    if (url == "text that is not UTF-8") {
      std::memcpy(slot + layout.text_offset(),
                  "a\xff"
                  "b",
                  3);
      result.text_bytes = 3;
    } else if (url == "sizes beyond the slot") {
      result.text_bytes = layout.text_bytes() + 1;
    } else if (url == "headers that split") {
      const std::string headers = EncodeHeaders({{"a", "b\r\nc: d"}});
      std::memcpy(slot, headers.data(), headers.size());
      result.header_bytes = headers.size();
    } else if (url == "headers that are none") {
      std::memset(slot, 0xff, 100);
      result.header_bytes = 100;
    } else if (url == "garbage") {
      message = "garbage";
    } else if (url == "failure") {
      channel.Fail(task.id, "no \x1b[2J luck");
      continue;
    }
    channel.Complete(task.id, message.empty() ? EncodeResult(result) : message);
  }
}

class LyingWorkerTest : public ::testing::Test {
 protected:
  FetchResult Ask(const char* lie) {
    const auto fetcher = MakeProcessFetcher(*server_, {.processes = 1, .max_body_bytes = 1 << 20});
    return FetchWith(*fetcher, LocalJob(lie));
  }

  std::unique_ptr<pool::ForkServer> server_ = pool::ForkServer::Start(LieByUrl);
};

TEST_F(LyingWorkerTest, WhatCannotBeKillsTheWorker) {
  for (const char* lie :
       {"sizes beyond the slot", "headers that split", "headers that are none", "garbage"}) {
    const FetchResult result = Ask(lie);
    EXPECT_EQ(Name(result.error), "worker-lost") << lie;
    EXPECT_THAT(result.error_detail, HasSubstr("malformed")) << lie;
    EXPECT_EQ(result.text, "") << lie;
  }
}

TEST_F(LyingWorkerTest, TheLiarIsReplaced) {
  const auto fetcher = MakeProcessFetcher(*server_, {.processes = 1, .max_body_bytes = 1 << 20});
  EXPECT_EQ(Name(FetchWith(*fetcher, LocalJob("garbage")).error), "worker-lost");
  FetchResult result = FetchWith(*fetcher, LocalJob("the truth"));
  // A job that was handed over before the death was seen is lost with the worker.
  if (result.error == FetchError::kWorkerLost) {
    result = FetchWith(*fetcher, LocalJob("the truth"));
  }
  EXPECT_EQ(result.status, 200);
}

TEST_F(LyingWorkerTest, TextIsCheckedWhileItIsCopied) {
  EXPECT_EQ(Ask("text that is not UTF-8").text,
            "a\xef\xbf\xbd"
            "b");
}

TEST_F(LyingWorkerTest, FailuresAreInternal) {
  const FetchResult result = Ask("failure");
  EXPECT_EQ(Name(result.error), "internal");
  EXPECT_EQ(result.error_detail, "no  [2J luck");
}

}  // namespace
}  // namespace thresh
