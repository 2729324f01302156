// Servers that say "HTTP/2" in responses of HTTP/1, as scripts behind a gateway do, or that speak
// both, as many machines of one name do. libcurl 7.88 would send requests on connections of HTTP/1
// that wait for the answers to others.
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
#include "tests/support/http2_peer.h"
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

// Or at each the page that is at all.
void ExpectEachPageAtItsUrl(Fetcher& fetcher, const std::string& origin,
                            const std::string& common = "") {
  for (int i = 0; i < kPages; ++i) {
    const std::string path = "/" + std::to_string(i);
    FetchJob job = LocalJob(origin + path);
    job.max_connections_per_host = 4;
    const auto check = [&common, path](const FetchResult& result) {
      if (!common.empty() && result.text == common) return;
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

class FalseHttp2OverTlsTest : public ::testing::Test {
 protected:
  FalseHttp2OverTlsTest() : past_(signal(SIGPIPE, SIG_IGN)) {
    EXPECT_EQ(SSL_CTX_use_certificate_file(context_.get(), pem_.c_str(), SSL_FILETYPE_PEM), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey_file(context_.get(), key_.c_str(), SSL_FILETYPE_PEM), 1);
  }
  ~FalseHttp2OverTlsTest() override { signal(SIGPIPE, past_); }

  std::unique_ptr<Fetcher> MakeTrustingFetcher() const {
    return MakeFetcher({.ca_file = certificates_.Path("ca.pem")});
  }

  void (*const past_)(int);
  const Certificates certificates_;
  const std::string pem_ = certificates_.Path("good.pem"), key_ = certificates_.Path("good.key");
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_server_method()),
                                                                   SSL_CTX_free};
};

TEST_F(FalseHttp2OverTlsTest, EachPageIsAtItsUrl) {
  const RawServer server([&](RawConnection& peer) { AnswerOverTls(context_.get(), peer.fd()); });
  ExpectEachPageAtItsUrl(*MakeTrustingFetcher(),
                         "https://127.0.0.1:" + std::to_string(server.port()));
}

// The first connection is one of HTTP/2, with one stream at a time.
TEST_F(FalseHttp2OverTlsTest, EachPageIsAtItsUrlWhereAConnectionIsOfHttp2) {
  const Http2Identity identity(pem_, key_);
  const RawServer server([&](RawConnection& connection) {
    if (connection.number() > 1) return AnswerOverTls(context_.get(), connection.fd());
    Http2Peer peer(identity, connection.fd());
    peer.SendFrame(Http2Frame::kSettings, 0, 0, std::string("\0\3", 2) + Http2Peer::Number(1));
    while (const uint32_t stream = peer.ReadRequest()) {
      std::this_thread::sleep_for(5ms);
      peer.SendFrame(Http2Frame::kHeaders, kHttp2EndHeaders, stream, "\x88");  // 200, RFC 7541
      peer.SendFrame(Http2Frame::kData, kHttp2EndStream, stream, "common");
    }
  });
  ExpectEachPageAtItsUrl(*MakeTrustingFetcher(),
                         "https://127.0.0.1:" + std::to_string(server.port()), "common");
}

}  // namespace
}  // namespace thresh
