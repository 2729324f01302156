// Asks the resolver a second time, to learn why it failed the first time.
//
// libcurl tells "there is no such host" from "the resolver does not answer" no better than by
// "could not resolve"; for a crawl the first means to forget the host for long and the second to
// try again soon. So a failed name is asked for once more, in a thread of the C library.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "fetcher/fetch.h"

namespace thresh {

// One question. Destroying it before the answer leaves the question to itself; it is freed when the
// next one is asked after its answer came. Used by one thread.
class NameProbe {
 public:
  using Clock = std::chrono::steady_clock;

  // Begins to ask for `host`, until `deadline`.
  NameProbe(std::string host, Clock::time_point deadline);

  // kNone while the answer is awaited; then kNameNotFound or kNameTimeout. A name that is found
  // now is kNameTimeout, too: it is worth another try soon.
  FetchError Poll(Clock::time_point now);

 private:
  struct Question;
  struct QuestionDeleter {
    void operator()(Question* question) const;
  };

  static std::vector<Question*>& Left();
  static void ForgetAnswered();

  std::unique_ptr<Question, QuestionDeleter> question_;
  Clock::time_point deadline_;
};

}  // namespace thresh
