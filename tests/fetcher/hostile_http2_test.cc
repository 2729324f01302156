// Servers that speak HTTP/2 to do harm: each fetch ends as one of HTTP/1.1 would, and the worker
// goes on.
#include <gmock/gmock.h>
#include <signal.h>

#include "tests/support/certificates.h"
#include "tests/support/fetcher_process.h"
#include "tests/support/http2_peer.h"
#include "tests/support/raw_server.h"

namespace thresh {
namespace {

using namespace std::string_literals;

// RFC 7541: ":status: 200" of the static table; a literal that is not indexed, its name spelled.
const std::string kStatus200 = "\x88";
std::string Literal(std::string_view name, std::string_view value) {
  return '\0' + std::string(1, static_cast<char>(name.size())) + std::string(name) +
         static_cast<char>(value.size()) + std::string(value);
}

struct Hostile {
  const char* what;
  void (*answer)(Http2Peer& peer, uint32_t stream);
};

struct HostileCase : Hostile {
  const char* error;
};

void SendHead(Http2Peer& peer, uint32_t stream, const std::string& fields, uint8_t more = 0) {
  peer.SendFrame(Http2Frame::kHeaders, kHttp2EndHeaders | more, stream, fields);
}

const HostileCase kHostileCases[] = {
    {"a page",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, kStatus200);
       peer.SendFrame(Http2Frame::kData, kHttp2EndStream, stream, "page");
     },
     "none"},
    {"a head without end, in frames that hold something",
     [](Http2Peer& peer, uint32_t stream) {
       peer.SendFrame(Http2Frame::kHeaders, 0, stream, kStatus200);
       peer.SendForever(Http2Peer::Frame(Http2Frame::kContinuation, 0, stream,
                                         Literal("x", std::string(100, 'x'))));
     },
     "connection-reset"},
    {"a head without end, in empty frames",
     [](Http2Peer& peer, uint32_t stream) {
       peer.SendFrame(Http2Frame::kHeaders, 0, stream, kStatus200);
       peer.SendForever(Http2Peer::Frame(Http2Frame::kContinuation, 0, stream, ""));
     },
     "connection-reset"},
    {"a field that refers to a large one fifteen thousand times",
     [](Http2Peer& peer, uint32_t stream) {
       // A literal that is indexed, with a value of 3,900 bytes; then that entry, number 62.
       const std::string large = "\x40\x01x\x7f\xbd\x1d"s + std::string(3900, 'y');
       SendHead(peer, stream, kStatus200 + large + std::string(12'000, '\xbe'), kHttp2EndStream);
     },
     "connection-reset"},
    {"a stream that is reset",
     [](Http2Peer& peer, uint32_t stream) {
       peer.SendFrame(Http2Frame::kResetStream, 0, stream, Http2Peer::Number(2));
     },
     "connection-reset"},
    {"a farewell that counts the request out",
     [](Http2Peer& peer, uint32_t) {
       peer.SendFrame(Http2Frame::kGoAway, 0, 0, Http2Peer::Number(0) + Http2Peer::Number(0));
     },
     "connection-reset"},
    {"a promise that nobody wants",
     [](Http2Peer& peer, uint32_t stream) {
       // :method GET, :scheme https, :path /, of the static table.
       peer.SendFrame(Http2Frame::kPushPromise, kHttp2EndHeaders, stream,
                      Http2Peer::Number(2) + "\x82\x87\x84");
     },
     "connection-reset"},
    {"a window that overflows",
     [](Http2Peer& peer, uint32_t) {
       const std::string most = Http2Peer::Number(0x7fffffff);
       peer.SendFrame(Http2Frame::kWindowUpdate, 0, 0, most);
       peer.SendFrame(Http2Frame::kWindowUpdate, 0, 0, most);
     },
     "connection-reset"},
    {"what is no frame", [](Http2Peer& peer, uint32_t) { peer.Send(std::string(10'000, '\xff')); },
     "connection-reset"},
    {"a flood of interim heads",
     [](Http2Peer& peer, uint32_t stream) {
       // A literal with the static table's name 8.
       peer.SendForever(Http2Peer::Frame(Http2Frame::kHeaders, kHttp2EndHeaders, stream,
                                         "\x08\x03"
                                         "103"));
     },
     "bad-response"},
    {"a head without a status",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, Literal("x", "y"), kHttp2EndStream);
     },
     "bad-response"},
    {"a line end in a field",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, kStatus200 + Literal("a", "b\r\nset-cookie: c"), kHttp2EndStream);
     },
     "bad-response"},
    {"more than Content-Length",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, kStatus200 + Literal("content-length", "2"));
       peer.SendFrame(Http2Frame::kData, kHttp2EndStream, stream, "page");
     },
     "bad-response"},
    {"less than Content-Length",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, kStatus200 + Literal("content-length", "9"));
       peer.SendFrame(Http2Frame::kData, kHttp2EndStream, stream, "page");
     },
     "bad-response"},
    {"a body above the limit",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, kStatus200);
       peer.SendForever(Http2Peer::Frame(Http2Frame::kData, 0, stream, std::string(16'000, 'x')));
     },
     "body-too-large"},
};

void SendFramesForever(Http2Peer& peer, const std::string& frame) {
  std::string frames;
  while (frames.size() < 16'000) frames += frame;
  peer.SendForever(frames);
}

// What means nothing. libcurl 7.88 reads it for as long as there is some.
const Hostile kHostileFloods[] = {
    {"frames of an unknown type",
     [](Http2Peer& peer, uint32_t) {
       SendFramesForever(peer, Http2Peer::Frame(Http2Frame{200}, 0, 0, ""));
     }},
    {"priorities",
     [](Http2Peer& peer, uint32_t stream) {
       SendFramesForever(peer, Http2Peer::Frame(Http2Frame{2}, 0, stream, "\0\0\0\0\1"s));
     }},
    {"padding",
     [](Http2Peer& peer, uint32_t stream) {
       SendHead(peer, stream, kStatus200);
       SendFramesForever(peer,
                         Http2Peer::Frame(Http2Frame::kData, kHttp2Padded, stream, "\3\0\0\0"s));
     }},
    {"new keys", [](Http2Peer& peer, uint32_t) { peer.ChangeKeysForever(); }},
};

class HostileHttp2Test : public ::testing::Test {
 protected:
  HostileHttp2Test() : past_(signal(SIGPIPE, SIG_IGN)) {
    EXPECT_EQ(FetchGood(), "good");
    worker_ = fetcher_->last_worker();
  }
  ~HostileHttp2Test() override { signal(SIGPIPE, past_); }

  // After which the worker is the one it was, and works.
  FetchResult FetchFrom(const Hostile& hostile) {
    const RawServer server([&](RawConnection& connection) {
      Http2Peer peer(identity_, connection.fd());
      while (const uint32_t stream = peer.ReadRequest()) hostile.answer(peer, stream);
    });
    std::string url = server.Url("/");
    url.replace(0, 4, "https");
    const FetchResult result = FetchWith(*fetcher_, LocalJob(url));
    EXPECT_EQ(FetchGood(), "good") << hostile.what;
    EXPECT_EQ(fetcher_->last_worker(), worker_) << hostile.what;
    return result;
  }

 private:
  std::string FetchGood() { return FetchWith(*fetcher_, LocalJob(good_.Url("/"))).text; }

  void (*const past_)(int);
  const Certificates certificates_;
  const Http2Identity identity_{certificates_.Path("good.pem"), certificates_.Path("good.key")};
  const std::unique_ptr<Fetcher> fetcher_ =
      MakeFetcher({.max_body_bytes = 1 << 20, .ca_file = certificates_.Path("ca.pem")});
  const RawServer good_{RawServer::Answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")};
  pid_t worker_ = 0;
};

TEST_F(HostileHttp2Test, EndsAFetchAndNotItsWorker) {
  for (const HostileCase& hostile : kHostileCases) {
    const FetchResult result = FetchFrom(hostile);
    EXPECT_EQ(Name(result.error), hostile.error) << hostile.what << ": " << result.error_detail;
  }
}

TEST_F(HostileHttp2Test, FloodsEndTheirFetchAndNotItsWorker) {
  for (const Hostile& flood : kHostileFloods) {
    const FetchResult result = FetchFrom(flood);
    EXPECT_EQ(RetryClassOf(result.error), RetryClass::kSoon) << flood.what;
    EXPECT_NE(result.error, FetchError::kWorkerLost) << flood.what << result.error_detail;
  }
}

}  // namespace
}  // namespace thresh
