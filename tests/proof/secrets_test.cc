// Secrets, searched for wherever they could have come to: FAULTS 88, 89, 94.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include "tests/support/process_group.h"
#include "tests/support/raw_server.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kEnv[] = "s3cret-of-the-environment";
constexpr char kFile[] = "s3cret-of-a-file";
constexpr char kCookie[] = "s3cret-of-a-cookie";
constexpr char kAny[] = "s3cret";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A site that keeps the requests it gets. "/slow" is answered when told to.
class ListeningSite {
 public:
  explicit ListeningSite(std::string address = "127.0.0.1")
      : server_([this](RawConnection& peer) { Serve(peer); }, std::move(address)) {}

  std::string Url(const std::string& path) const { return server_.Url(path); }
  int port() const { return server_.port(); }
  void Add(const std::string& path, const std::string& answer) { answers_[path] = answer; }
  std::string Requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  bool SlowIsAsked() const { return Requests().find("GET /slow") != std::string::npos; }
  void AnswerSlow() { answer_slow_ = true; }

 private:
  void Serve(RawConnection& peer) {
    for (std::string request; !(request = peer.ReadRequest()).empty();) {
      const size_t begin = request.find(' ') + 1;
      const std::string path = request.substr(begin, request.find(' ', begin) - begin);
      {
        const std::lock_guard lock(mutex_);
        requests_ += request;
      }
      while (path == "/slow" && !answer_slow_) {
        if (peer.WaitForClose(std::chrono::milliseconds(5))) return;
      }
      const auto found = answers_.find(path);
      const std::string answer =
          found != answers_.end() ? found->second : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
      if (!peer.Send(answer) || path == "/broken") return;
    }
  }

  std::map<std::string, std::string> answers_;  // filled before the first request
  mutable std::mutex mutex_;
  std::string requests_;
  std::atomic<bool> answer_slow_ = false;
  RawServer server_;
};

std::string Redirect(const std::string& to) {
  return "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n";
}

std::string Page(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class SecretsProofTest : public testing::Test {
 protected:
  SecretsProofTest() {
    folder_.Write("token", std::string(kFile) + "\n");
    folder_.Write("cookies.txt",
                  "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tid\t" +
                      std::string(kCookie) + "\n");
    std::filesystem::create_directory(folder_ / "tmp");
  }

  // A crawl of the site and of where it redirects to, in an environment with the secret.
  std::string Config() {
    return folder_
        .Write("site.toml", "seeds = ['" + site_.Url("/") + "', '" + site_.Url("/slow") + "']\n" +
                                R"(
[limits]
hosts = "any"
[fetch]
private_addresses = "allow"
retries = 0
[host."*"]
delay = "0s"
[host."127.0.0.1"]
parallel = 2
headers = { Authorization = "Bearer ${env:THRESH_TEST_SECRET}", X-Api-Key = "${file:token}" }
cookies_file = "cookies.txt"
[[record]]
table = "heading"
match = '<h1>(?P<text>.*?)</h1>'
)")
        .string();
  }
  // A run whose cores and temporary files, if any, come into the folder.
  std::unique_ptr<ThreshProgram> Start(const std::vector<std::string>& arguments) {
    const std::string place = (folder_ / "tmp").string();
    const auto prepare = [&place] {
      const rlimit core{RLIM_INFINITY, RLIM_INFINITY};
      setrlimit(RLIMIT_CORE, &core);
      static_cast<void>(!chdir(place.c_str()));
    };
    const std::vector<std::string> environment = {"THRESH_TEST_SECRET=" + std::string(kEnv),
                                                  "TMPDIR=" + place};
    return std::make_unique<ThreshProgram>(arguments, "", prepare, environment);
  }
  ProgramResult Run(const std::vector<std::string>& arguments) { return Start(arguments)->Wait(); }

  // No file that was written, but those that the test wrote, has a secret.
  void ExpectNoFileHasOne() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename();
      if (!entry.is_regular_file() || name == "token" || name == "cookies.txt") continue;
      EXPECT_THAT(ReadFile(entry.path()), Not(HasSubstr(kAny))) << entry.path();
    }
  }

  TemporaryFolder folder_;
  ListeningSite other_{"127.0.0.2"};
  ListeningSite port_;
  ListeningSite site_;
};

TEST_F(SecretsProofTest, GoToTheirHostAndIntoNothingThatIsKept) {
  site_.Add("/", Page("<h1>A</h1><a href=/to-other>o</a><a href=/to-port>p</a>"
                      "<a href=/broken>b</a><a href='" +
                      other_.Url("/direct") + "'>d</a>"));
  site_.Add("/to-other", Redirect(other_.Url("/redirected")));
  site_.Add("/to-port", Redirect(port_.Url("/redirected")));
  site_.Add("/broken", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
  site_.AnswerSlow();
  const std::string db = (folder_ / "site.db").string();
  std::string said;
  const auto run = [&](const std::vector<std::string>& arguments) {
    const ProgramResult result = Run(arguments);
    said += result.output + result.errors;
    return result;
  };
  run({"check", Config()});
  run({"crawl", Config(), "-v"});
  EXPECT_THAT(site_.Requests(), HasSubstr(std::string("Authorization: Bearer ") + kEnv));
  EXPECT_THAT(site_.Requests(), HasSubstr(std::string("X-Api-Key: ") + kFile));
  EXPECT_THAT(site_.Requests(), HasSubstr(std::string("id=") + kCookie));
  EXPECT_THAT(other_.Requests(), HasSubstr("GET /direct"));
  EXPECT_THAT(other_.Requests(), HasSubstr("GET /redirected"));
  EXPECT_THAT(other_.Requests(), Not(HasSubstr(kAny))) << "another host";
  EXPECT_THAT(port_.Requests(), HasSubstr("GET /redirected"));
  EXPECT_THAT(port_.Requests(), Not(HasSubstr(kEnv))) << "another port";
  EXPECT_THAT(port_.Requests(), Not(HasSubstr(kFile))) << "another port";

  run({"try", Config(), site_.Url("/")});
  run({"status", Config()});
  run({"runs", Config()});
  run({"why", Config(), site_.Url("/broken")});
  run({"cat", db, site_.Url("/"), "--headers"});
  run({"export", db, "-o", (folder_ / "all.sql").string()});
  run({"export", db, "-o", (folder_ / "all.warc").string()});
  EXPECT_THAT(said, Not(HasSubstr(kAny)));
  ExpectNoFileHasOne();
}

// While a crawl runs: what ps shows of anybody's processes, and what a worker, which meets hostile
// bytes, has of the environment.
TEST_F(SecretsProofTest, AreInNoProcessListAndInNoWorkersEnvironment) {
  const std::string config = Config();
  const auto crawl = Start({"crawl", config});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!site_.SlowIsAsked() && std::chrono::steady_clock::now() < end) usleep(1000);
  size_t workers = 0;
  for (const ProcessEntry& process : ProcessesOf(crawl->pid())) {
    const std::filesystem::path proc = "/proc/" + std::to_string(process.pid);
    EXPECT_THAT(ReadFile(proc / "cmdline"), Not(HasSubstr(kAny))) << process.name;
    if (process.name != "pool-worker") continue;
    EXPECT_THAT(ReadFile(proc / "environ"), Not(HasSubstr(kAny)));
    ++workers;
  }
  EXPECT_GE(workers, 1u);
}

// A crash writes no core, neither of the parent, which has all secrets, nor of a worker.
TEST_F(SecretsProofTest, AreInNoCore) {
  const auto crawl = Start({"crawl", Config()});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!site_.SlowIsAsked() && std::chrono::steady_clock::now() < end) usleep(1000);
  for (const ProcessEntry& process : ProcessesOf(crawl->pid())) {
    std::ifstream limits("/proc/" + std::to_string(process.pid) + "/limits");
    for (std::string line; std::getline(limits, line);) {
      if (!line.starts_with("Max core file size")) continue;
      EXPECT_THAT(line, testing::MatchesRegex("Max core file size +0 +.*")) << process.name;
    }
  }
  crawl->Kill(SIGSEGV);
  crawl->Wait();
  ExpectNoFileHasOne();
}

TEST_F(SecretsProofTest, CredentialsInAUrlAreRefusedAndNotShown) {
  const std::string url = "http://user:s3cret-of-a-url@127.0.0.1:" + std::to_string(site_.port());
  const auto config = folder_.Write("bad.toml", "seeds = ['" + url + "/']\n");
  const std::vector<std::vector<std::string>> kUses = {
      {"check", config.string()},
      {"crawl", config.string()},
      {"scrape", url + "/", "-r", "x"},
      {"try", Config(), url + "/"},
      {"url", url + "/"},
      {"crawl", Config(), "--set", "seeds=['" + url + "/']"},
  };
  for (const auto& arguments : kUses) {
    const ProgramResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments[0];
    EXPECT_THAT(result.output + result.errors, Not(HasSubstr(kAny))) << arguments[0];
  }
  EXPECT_THAT(Run({"check", config.string()}).errors, HasSubstr("headers = ")) << "the right way";
  EXPECT_THAT(Run({"scrape", url + "/", "-r", "x"}).errors, HasSubstr("-H")) << "the right way";
  EXPECT_EQ(site_.Requests(), "");
}

}  // namespace
}  // namespace thresh
