// Servers that say "HTTP/2" in responses of HTTP/1, as scripts behind a gateway do. libcurl 7.88
// believes them, and would send requests on connections that wait for the answers to others.
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/certificates.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

using namespace std::chrono_literals;

constexpr int kPages = 200;

// Says the path of the request, to every third one in the name of HTTP/2, and takes its time.
std::string Answer(std::string_view request) {
  const size_t begin = request.find('/');
  const std::string path(request.substr(begin, request.find(' ', begin) - begin));
  const int number = std::stoi(path.substr(1));
  std::this_thread::sleep_for(number % 4 * 3ms);
  return (number % 3 == 1 ? "HTTP/2 200 OK" : "HTTP/1.1 200 OK") + std::string("\r\n") +
         "Content-Length: " + std::to_string(path.size()) + "\r\n\r\n" + path;
}

void ExpectEachPageAtItsUrl(Fetcher& fetcher, const std::string& origin) {
  for (int i = 0; i < kPages; ++i) {
    const std::string path = "/" + std::to_string(i);
    FetchJob job = LocalJob(origin + path);
    job.max_connections_per_host = 4;
    const auto check = [path](const FetchResult& result) {
      EXPECT_EQ(result.text, path) << Name(result.error) << ": " << result.error_detail;
    };
    while (!fetcher.TryFetch(job, 0, check)) fetcher.Poll(5ms);
  }
  Drain(fetcher);
}

TEST(FalseHttp2Test, EachPageIsAtItsUrlInClearText) {
  const RawServer server([](RawConnection& peer) {
    for (std::string request; !(request = peer.ReadRequest()).empty();) peer.Send(Answer(request));
  });
  ExpectEachPageAtItsUrl(*MakeFetcher(), "http://127.0.0.1:" + std::to_string(server.port()));
}

// One connection's requests, without a body, over TLS that knows nothing of HTTP/2.
void AnswerOverTls(SSL_CTX* context, int fd) {
  const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context), SSL_free);
  SSL_set_fd(tls.get(), fd);
  if (SSL_accept(tls.get()) != 1) return;
  std::string input;
  char buffer[4096];
  for (int got; (got = SSL_read(tls.get(), buffer, sizeof buffer)) > 0;) {
    input.append(buffer, static_cast<size_t>(got));
    for (size_t end; (end = input.find("\r\n\r\n")) != input.npos; input.erase(0, end + 4)) {
      const std::string answer = Answer(input);
      if (SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size())) <= 0) return;
    }
  }
}

TEST(FalseHttp2Test, EachPageIsAtItsUrlOverTls) {
  const auto past = signal(SIGPIPE, SIG_IGN);
  const Certificates certificates;
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  SSL_CTX_free);
  ASSERT_EQ(SSL_CTX_use_certificate_file(context.get(), certificates.Path("good.pem").c_str(),
                                         SSL_FILETYPE_PEM),
            1);
  ASSERT_EQ(SSL_CTX_use_PrivateKey_file(context.get(), certificates.Path("good.key").c_str(),
                                        SSL_FILETYPE_PEM),
            1);
  {
    const RawServer server([&](RawConnection& peer) { AnswerOverTls(context.get(), peer.fd()); });
    ExpectEachPageAtItsUrl(*MakeFetcher({.ca_file = certificates.Path("ca.pem")}),
                           "https://127.0.0.1:" + std::to_string(server.port()));
  }
  signal(SIGPIPE, past);
}

}  // namespace
}  // namespace thresh
