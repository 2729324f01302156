// TLS against real servers, with certificates made for the test. FAULTS 13 and 14.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "tests/support/certificates.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/raw_server.h"
#include "tests/support/server_process.h"

namespace thresh {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { certificates_ = std::make_unique<Certificates>(); }
  static void TearDownTestSuite() { certificates_.reset(); }

  static std::string Path(const std::string& file) { return certificates_->Path(file); }
  static std::unique_ptr<Fetcher> MakeTrustingFetcher() {
    return MakeFetcher({.ca_file = Path("ca.pem")});
  }

  inline static std::unique_ptr<Certificates> certificates_;
};

// openssl's own server, which answers with the folder's files as they are.
class OpensslServer {
 public:
  OpensslServer(const std::string& certificate, const std::string& key,
                const std::vector<std::string>& more = {"-HTTP"})
      : process_(Command(certificate, key, more)) {
    process_.ReadUntil("ACCEPT 127.0.0.1:");
    port_ = process_.ReadUntil("\n");
    port_.erase(port_.find_last_not_of('\n') + 1);
  }

  std::string Origin(const std::string& host) const { return "https://" + host + ":" + port_; }
  std::string Url(const std::string& host) const { return Origin(host) + "/page"; }

 private:
  static std::vector<std::string> Command(const std::string& certificate, const std::string& key,
                                          const std::vector<std::string>& more) {
    const std::string folder = std::filesystem::path(certificate).parent_path();
    std::vector<std::string> command = {
        "sh",    "-c",        "cd \"$0\" && exec openssl s_server \"$@\"",
        folder,  "-accept",   "127.0.0.1:0",
        "-cert", certificate, "-key",
        key};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  ServerProcess process_;
  std::string port_;
};

TEST_F(TlsTest, ATrustedCertificateForTheHostIsGood) {
  const OpensslServer server(Path("good.pem"), Path("good.key"));
  const auto fetcher = MakeTrustingFetcher();
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url(host)));
    EXPECT_EQ(Name(result.error), "none") << result.error_detail;
    EXPECT_EQ(result.text, "secret");
  }
}

TEST_F(TlsTest, OthersAreRefusedWithTheReason) {
  const struct {
    const char* name;
    const char* words;
  } kCases[] = {{"expired", "expired"}, {"self", "self"}, {"other", "alternative"}};
  const auto fetcher = MakeTrustingFetcher();
  for (const auto& test : kCases) {
    const OpensslServer server(Path(test.name + std::string(".pem")),
                               Path(test.name + std::string(".key")));
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("localhost")));
    EXPECT_EQ(Name(result.error), "tls") << test.name;
    EXPECT_THAT(result.error_detail, HasSubstr(test.words));
    EXPECT_EQ(result.text, "");
    EXPECT_EQ(result.status, 0);
  }
}

TEST_F(TlsTest, TheSystemsAuthoritiesDoNotKnowOurs) {
  const OpensslServer server(Path("good.pem"), Path("good.key"));
  EXPECT_EQ(Name(FetchOne(LocalJob(server.Url("localhost"))).error), "tls");
}

TEST_F(TlsTest, AFileWithoutACertificateIsNoTrust) {
  const OpensslServer server(Path("good.pem"), Path("good.key"));
  const auto fetcher = MakeFetcher({.ca_file = Path("good.key")});
  for (int i = 0; i < 2; ++i) {
    const FetchResult result = FetchWith(*fetcher, LocalJob(server.Url("localhost")));
    EXPECT_EQ(Name(result.error), "tls") << result.error_detail;
  }
}

// Also on the way to a page in clear text.
TEST_F(TlsTest, AProxyIsBelievedAsASiteIs) {
  const OpensslServer proxy(Path("good.pem"), Path("good.key"), {"-www"});
  FetchJob job = LocalJob("http://x.test/");
  job.proxy = proxy.Origin("127.0.0.1");
  const FetchResult trusted = FetchWith(*MakeTrustingFetcher(), job);
  EXPECT_EQ(Name(trusted.error), "none") << trusted.error_detail;
  EXPECT_EQ(trusted.status, 200);
  EXPECT_EQ(Name(FetchOne(job).error), "tls");
}

TEST_F(TlsTest, VersionsThatAreBrokenAreNotSpoken) {
  const OpensslServer server(Path("good.pem"), Path("good.key"),
                             {"-HTTP", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"});
  const auto fetcher = MakeTrustingFetcher();
  EXPECT_EQ(Name(FetchWith(*fetcher, LocalJob(server.Url("localhost"))).error), "tls");
}

TEST_F(TlsTest, PlainTextWhereTlsShouldBeFails) {
  const RawServer server([](RawConnection& peer) {
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain");
    peer.WaitForClose();
  });
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  EXPECT_EQ(Name(FetchOne(LocalJob(url)).error), "tls");
}

// As an overloaded server does it: it is asked again soon, not when somebody has mended its TLS.
TEST_F(TlsTest, AHandshakeThatBreaksOffIsAReset) {  // FAULTS 3
  for (const bool reset : {true, false}) {
    const RawServer server([&](RawConnection& peer) {
      std::array<char, 4096> hello;  // read, else the end is a reset in any case
      recv(peer.fd(), hello.data(), hello.size(), 0);
      if (reset) peer.Reset();
    });
    const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    const FetchResult result = FetchOne(LocalJob(url));
    EXPECT_EQ(Name(result.error), "connection-reset") << reset << result.error_detail;
  }
}

TEST_F(TlsTest, AHandshakeThatHangsIsAConnectTimeout) {
  const RawServer server([](RawConnection& peer) { peer.WaitForClose(); });
  FetchJob job = LocalJob("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  job.connect_timeout = std::chrono::milliseconds(300);
  const FetchResult result = FetchOne(job);
  EXPECT_EQ(Name(result.error), "connect-timeout") << result.error_detail;
}

// Many streams on one connection, through the sandbox.
TEST_F(TlsTest, SpeaksHttp2OverOneConnection) {
  const int port = FreePort();
  std::ofstream(Path("nginx.conf"))
      << "daemon off; master_process off; worker_processes 1; error_log stderr;\n"
      << "pid " << Path("nginx.pid") << ";\nevents {}\nhttp {\n  access_log off;\n"
      << "  client_body_temp_path " << Path("b") << ";\n  proxy_temp_path " << Path("p")
      << ";\n  fastcgi_temp_path " << Path("f") << ";\n  uwsgi_temp_path " << Path("u")
      << ";\n  scgi_temp_path " << Path("s") << ";\n  server {\n    listen 127.0.0.1:" << port
      << " ssl http2;\n    ssl_certificate " << Path("good.pem") << ";\n    ssl_certificate_key "
      << Path("good.key")
      << ";\n    location / { return 200 \"$server_protocol $connection\"; }\n  }\n}\n";
  ServerProcess nginx({"nginx", "-p", Path(""), "-c", Path("nginx.conf")});
  if (!nginx.WaitForPort(port)) GTEST_SKIP() << "no nginx here";

  const auto fetcher = MakeTrustingFetcher();
  std::vector<std::string> answers;
  for (int i = 0; i < 16; ++i) {
    FetchJob job = LocalJob("https://localhost:" + std::to_string(port) + "/");
    job.max_connections_per_host = 16;
    ASSERT_TRUE(fetcher->TryFetch(job, 0, [&](const FetchResult& result) {
      answers.push_back(result.text);
      EXPECT_EQ(Name(result.error), "none") << result.error_detail;
    }));
  }
  Drain(*fetcher);
  ASSERT_EQ(answers.size(), 16u);
  EXPECT_THAT(answers[0], HasSubstr("HTTP/2.0 "));
  EXPECT_THAT(answers, ::testing::Each(answers[0]));
}

}  // namespace
}  // namespace thresh
