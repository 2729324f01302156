// Manners as a site sees them: a real server that notes when each request came.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/support/measured_site.h"
#include "tests/support/process_group.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using Answer = MeasuredSite::Answer;

// Two clocks: the one of delays goes evenly, the one of packets may be set right meanwhile.
constexpr milliseconds kTolerance{1};

class PolitenessProofTest : public testing::Test {
 protected:
  // Pages "/0" to "/<last>", each with a link to the next; `special` answers before they do.
  void AddChain(int last) {
    for (int i = 0; i <= last; ++i) {
      pages_["/" + std::to_string(i)].body = "<a href=/" + std::to_string(i + 1) + ">next</a>";
    }
  }
  std::string Config(const std::string& host, const std::string& rest = "") {
    return folder_
        .Write("site.toml", "seeds = ['" + site_.Url("/0") + "']\n" + rest +
                                "[limits]\nfailed = '100%'\nhosts = 'any'\n[fetch]\nprocesses = 2\n"
                                "private_addresses = 'allow'\n[host.'*']\n" +
                                host)
        .string();
  }
  Answer Respond(const std::string& target) {
    const size_t time = ++asked_[target];
    if (special_) {
      if (auto answer = special_(target, time)) return *answer;
    }
    const auto page = pages_.find(target);
    Answer answer = page == pages_.end() ? Answer{.status = 404} : page->second;
    answer.think = think_;
    return answer;
  }

  // No two requests to a host closer than `delay`.
  void ExpectGaps(milliseconds delay) {
    std::map<std::string, MeasuredSite::Request> last;
    for (const MeasuredSite::Request& request : site_.requests()) {
      const auto before = last.find(request.host);
      if (before != last.end()) {
        EXPECT_GE(request.at - before->second.at, delay - kTolerance)
            << before->second.target << ", then " << request.target << " after "
            << std::chrono::floor<milliseconds>(request.at - before->second.at).count() << " ms";
      }
      last[request.host] = request;
    }
  }
  size_t MostUnderWay() {
    size_t most = 0;
    for (const auto& request : site_.requests()) most = std::max(most, request.under_way);
    return most;
  }
  // From the n-th request for `target`, 1 the first, to the next one on the host.
  milliseconds RestAfter(const std::string& target, size_t time) {
    const auto requests = site_.requests();
    for (size_t i = 0; i + 1 < requests.size(); ++i) {
      if (requests[i].target != target || --time > 0) continue;
      return std::chrono::floor<milliseconds>(requests[i + 1].at - requests[i].at);
    }
    ADD_FAILURE() << "nothing came after " << target;
    return {};
  }
  std::vector<std::string> Rows(const std::string& sql) { return Sql(folder_ / "site.db", sql); }

  TemporaryFolder folder_;
  std::map<std::string, Answer> pages_;
  std::function<std::optional<Answer>(const std::string& target, size_t time)> special_;
  std::map<std::string, size_t> asked_;
  milliseconds think_{0};
  MeasuredSite site_{
      [this](const std::string&, const std::string& target) { return Respond(target); }};
};

TEST_F(PolitenessProofTest, RobotsRedirectsAndMissingPagesKeepTheDelay) {
  AddChain(12);
  pages_["/robots.txt"] = {.status = 302, .headers = {"Location: /robots-2.txt"}};
  pages_["/robots-2.txt"] = {.body = "User-agent: *\nDisallow: /nothing\n", .type = "text/plain"};
  pages_["/4"] = {.status = 301, .headers = {"Location: /5"}};
  pages_["/7"].body += "<a href=/missing>m</a>";
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '80ms'\n")}).exit_code, 0);
  EXPECT_EQ(site_.request_count(), 17u);
  ExpectGaps(milliseconds(80));
  EXPECT_EQ(MostUnderWay(), 1u);
  EXPECT_EQ(site_.connections(), 1u);
}

TEST_F(PolitenessProofTest, AnswersOfAnyDurationKeepTheDelay) {
  AddChain(10);
  special_ = [this](const std::string& target, size_t) -> std::optional<Answer> {
    think_ = milliseconds(target.back() % 2 == 0 ? 70 : 0);
    return std::nullopt;
  };
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '50ms'\n")}).exit_code, 0);
  ExpectGaps(milliseconds(50));
  EXPECT_EQ(MostUnderWay(), 1u);
}

TEST_F(PolitenessProofTest, KillsAndRestartsKeepTheDelay) {
  const uint64_t seed = RandomSeed();
  std::mt19937_64 random(seed);
  AddChain(15);
  const std::string config = Config("delay = '100ms'\n");
  for (int kill = 0; kill < 6; ++kill) {
    ThreshProgram program({"crawl", config});
    const size_t requests = site_.request_count() + 1 + random() % 3;
    while (!program.HasEnded() && !site_.WaitForRequests(requests, milliseconds(5))) {
    }
    usleep(static_cast<useconds_t>(random() % 60'000));
    program.Kill(SIGKILL);
    program.Wait();
  }
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages WHERE status = 200"), ElementsAre("16"));
  ExpectGaps(milliseconds(100));
  EXPECT_EQ(MostUnderWay(), 1u);
}

// Nothing of it was committed but the host.
TEST_F(PolitenessProofTest, AKillAtTheFirstRequestKeepsTheDelay) {
  AddChain(1);
  const std::string config = Config("delay = '900ms'\n");
  for (int kill = 0; kill < 2; ++kill) {
    ThreshProgram program({"crawl", config});
    EXPECT_TRUE(site_.WaitForRequests(site_.request_count() + 1, milliseconds(20'000)));
    program.Kill(SIGKILL);
    program.Wait();
  }
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  ExpectGaps(milliseconds(900));
}

TEST_F(PolitenessProofTest, RetryAfterIsKeptAlsoAcrossAKill) {
  AddChain(2);
  special_ = [](const std::string& target, size_t time) -> std::optional<Answer> {
    if (target != "/1" || time > 1) return std::nullopt;
    return Answer{.status = 503, .headers = {"Retry-After: 2"}};
  };
  const std::string config = Config("delay = '50ms'\n");
  {
    ThreshProgram program({"crawl", config});
    const auto end = std::chrono::steady_clock::now() + milliseconds(20'000);
    EXPECT_TRUE(site_.WaitForRequests(3, milliseconds(20'000)));
    const auto answered = [&] { return !Rows("SELECT 1 FROM pages WHERE status = 503").empty(); };
    while (!answered() && std::chrono::steady_clock::now() < end) usleep(1000);
    program.Kill(SIGKILL);
    program.Wait();
  }
  EXPECT_EQ(RunThresh({"crawl", config}).exit_code, 0);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages WHERE status = 200"), ElementsAre("3"));
  EXPECT_GE(RestAfter("/1", 1), milliseconds(2000) - kTolerance);
  ExpectGaps(milliseconds(50));
}

TEST_F(PolitenessProofTest, RetriesKeepTheDelay) {
  AddChain(4);
  special_ = [](const std::string& target, size_t time) -> std::optional<Answer> {
    if (target == "/robots.txt" && time == 1) return Answer{.status = 500};
    if (target == "/2" && time <= 2) return Answer{.status = 502};
    return std::nullopt;
  };
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '100ms'\n")}).exit_code, 0);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages WHERE status = 200"), ElementsAre("5"));
  ExpectGaps(milliseconds(100));
}

TEST_F(PolitenessProofTest, ParallelIsTheMostThatIsUnderWay) {
  pages_["/0"].body = "";
  for (int i = 1; i < 60; ++i) {
    const std::string target = "/p" + std::to_string(i);
    pages_["/0"].body += "<a href=" + target + ">x</a>";
    pages_[target].body = "x";
  }
  think_ = milliseconds(10);
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '0s'\nparallel = 4\n")}).exit_code, 0);
  EXPECT_EQ(site_.request_count(), 61u);
  EXPECT_EQ(MostUnderWay(), 4u);
}

// Two names of one server are two hosts; each rests for itself.
TEST_F(PolitenessProofTest, HostsDoNotWaitForEachOther) {
  pages_["/0"].body = "<a href='" + site_.Url("/1", "localhost") + "'>other</a><a href=/2>own</a>";
  for (const char* target : {"/1", "/2", "/3", "/4"}) pages_[target].body = "x";
  pages_["/1"].body = "<a href=/3>x</a><a href=/4>x</a>";
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '100ms'\n")}).exit_code, 0);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages WHERE status = 200"), ElementsAre("5"));
  ExpectGaps(milliseconds(100));
  const auto requests = site_.requests();
  bool close = false;
  for (size_t i = 1; i < requests.size(); ++i) {
    const bool other = requests[i].host != requests[i - 1].host;
    close |= other && requests[i].at - requests[i - 1].at < milliseconds(90);
  }
  EXPECT_TRUE(close) << "one host waited for the other";
}

// With per = "address" two names of one server are one host, whichever of them is asked.
TEST_F(PolitenessProofTest, HostsOfOneAddressWaitForEachOther) {
  for (const char* target : {"/1", "/2", "/3", "/4"}) pages_[target].body = "x";
  for (const char* target : {"/1", "/2", "/3", "/4"}) {
    pages_["/0"].body +=
        "<a href='" + site_.Url(target, "localhost") + "'>x</a><a href=" + target + ">x</a>";
  }
  EXPECT_EQ(RunThresh({"crawl", Config("delay = '100ms'\nper = 'address'\n")}).exit_code, 0);
  EXPECT_THAT(Rows("SELECT count(*) FROM pages WHERE status = 200"), ElementsAre("9"));
  const auto requests = site_.requests();
  EXPECT_EQ(requests.size(), 11u) << "nine pages and two robots.txt";
  for (size_t i = 1; i < requests.size(); ++i) {
    EXPECT_GE(requests[i].at - requests[i - 1].at, milliseconds(100) - kTolerance)
        << requests[i - 1].host << requests[i - 1].target << ", then " << requests[i].host
        << requests[i].target;
  }
}

}  // namespace
}  // namespace thresh
