// INT, TERM and HUP while a crawl runs.
#pragma once

#include <csignal>
#include <functional>

namespace thresh {

class Crawl;

// For its lifetime, the first signal stops the crawl, which drains and saves; a second one leaves
// the process at once with 130: what is committed is safe whenever that is. One at a time.
class StopOnSignals {
 public:
  explicit StopOnSignals(Crawl& crawl);
  ~StopOnSignals();
  StopOnSignals(const StopOnSignals&) = delete;
  StopOnSignals& operator=(const StopOnSignals&) = delete;

 private:
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
  struct sigaction old_hup_ {};
};

}  // namespace thresh
