// A site made of a map, fetched without processes or a network, in a time that stands still.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fetcher/fetcher.h"
#include "tests/support/fake_clock.h"

namespace thresh {

// Answers from what was added, 404 for all else. A Poll without anything to finish lets the clock
// run to the end of its timeout: so a crawl with delays of days is over at once.
class FakeFetcher : public Fetcher {
 public:
  struct Request {
    SteadyTime at;
    FetchJob job;
  };
  using Answer = std::function<FetchResult(const FetchJob&)>;

  explicit FakeFetcher(FakeClock& clock) : clock_(clock) {}
  ~FakeFetcher() override {
    for (auto& [job, callback] : flying_) callback(Error(FetchError::kCancelled));
  }

  // A page of HTML with status 200.
  void AddPage(const std::string& url, const std::string& html) {
    AddAnswer(url, [html](const FetchJob&) { return Html(html); });
  }
  void AddAnswer(const std::string& url, Answer answer) { answers_[url] = std::move(answer); }
  static FetchResult Html(const std::string& html) {
    FetchResult result = Status(200, {{"content-type", "text/html; charset=utf-8"}});
    result.text = html;
    result.body_bytes = html.size();
    result.charset = {"utf-8", CharsetSource::kHeader};
    return result;
  }
  static FetchResult Status(int status, HeaderList headers = {}) {
    FetchResult result;
    result.status = status;
    result.headers = std::move(headers);
    return result;
  }
  static FetchResult Error(FetchError error) {
    FetchResult result;
    result.error = error;
    return result;
  }

  bool TryFetch(FetchJob job, uint64_t, Callback callback) override {
    if (!HasRoom()) return false;
    requests_.push_back({clock_.Steady(), job});
    flying_.emplace_back(std::move(job), std::move(callback));
    return true;
  }
  bool HasRoom() const override { return flying_.size() < room_; }
  size_t in_flight() const override { return flying_.size(); }
  size_t Poll(std::chrono::milliseconds timeout) override {
    if (flying_.empty()) {
      clock_.Advance(std::max(timeout, Milliseconds(1)));
      return 0;
    }
    clock_.Advance(latency_);
    auto [job, callback] = std::move(flying_.front());
    flying_.pop_front();
    const auto answer = answers_.find(job.url);
    callback(answer == answers_.end() ? Status(404) : answer->second(job));
    return 1;
  }
  void Wake() override {}

  void set_room(size_t room) { room_ = room; }
  void set_latency(Milliseconds latency) { latency_ = latency; }
  const std::vector<Request>& requests() const { return requests_; }
  // How often `url` was asked for.
  int Count(const std::string& url) const {
    return static_cast<int>(std::count_if(requests_.begin(), requests_.end(),
                                          [&](const Request& r) { return r.job.url == url; }));
  }

 private:
  FakeClock& clock_;
  std::map<std::string, Answer> answers_;
  std::deque<std::pair<FetchJob, Callback>> flying_;
  std::vector<Request> requests_;
  size_t room_ = 16;
  Milliseconds latency_{1};
};

}  // namespace thresh
