// The server's side of HTTP/2 over TLS, frame by frame, as a test's script for a RawServer wants
// it.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace thresh {

// A certificate and its key, for any number of connections. Talks nothing but HTTP/2.
class Http2Identity {
 public:
  // Files in PEM. Throws std::runtime_error.
  Http2Identity(const std::string& certificate, const std::string& key)
      : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
    if (context_ == nullptr ||
        SSL_CTX_use_certificate_file(context_.get(), certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1) {
      throw std::runtime_error("no identity in " + certificate);
    }
    SSL_CTX_set_alpn_select_cb(context_.get(), &ChooseHttp2, nullptr);
  }

  SSL_CTX* context() const { return context_.get(); }

 private:
  static int ChooseHttp2(SSL*, const unsigned char** chosen, unsigned char* size,
                         const unsigned char*, unsigned, void*) {
    static constexpr unsigned char kName[] = {'h', '2'};
    *chosen = kName;
    *size = sizeof kName;
    return SSL_TLSEXT_ERR_OK;
  }

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
};

// RFC 9113 §6.
enum class Http2Frame : uint8_t {
  kData = 0,
  kHeaders = 1,
  kResetStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};
inline constexpr uint8_t kHttp2Ack = 1, kHttp2EndStream = 1, kHttp2EndHeaders = 4, kHttp2Padded = 8;

// One connection. Used by its script only; SIGPIPE must be ignored. All calls end when the socket
// is shut down.
class Http2Peer {
 public:
  // Shakes hands on the connected `fd`, which stays the caller's.
  Http2Peer(const Http2Identity& identity, int fd) : tls_(SSL_new(identity.context()), SSL_free) {
    SSL_set_fd(tls_.get(), fd);
    std::string preface(std::string_view("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").size(), '\0');
    good_ = SSL_accept(tls_.get()) == 1 && Receive(preface.data(), preface.size()) &&
            SendFrame(Http2Frame::kSettings, 0, 0, "");
  }

  // The stream of the next request, whose head has come. 0 when the peer has gone.
  uint32_t ReadRequest() {
    unsigned char head[9];
    std::string payload;
    while (good_ && Receive(head, sizeof head)) {
      payload.resize(size_t{head[0]} << 16 | size_t{head[1]} << 8 | head[2]);
      if (!Receive(payload.data(), payload.size())) return 0;
      const uint32_t stream = uint32_t{head[5]} << 24 | uint32_t{head[6]} << 16 |
                              uint32_t{head[7]} << 8 | uint32_t{head[8]};
      const auto type = static_cast<Http2Frame>(head[3]);
      if (type == Http2Frame::kSettings && (head[4] & kHttp2Ack) == 0) {
        SendFrame(Http2Frame::kSettings, kHttp2Ack, 0, "");
      }
      if (type == Http2Frame::kHeaders) return stream;
    }
    return 0;
  }

  // False when the peer has gone.
  bool Send(std::string_view bytes) {
    return SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  bool SendFrame(Http2Frame type, uint8_t flags, uint32_t stream, std::string_view payload) {
    return Send(Frame(type, flags, stream, payload));
  }
  void SendForever(std::string_view bytes) {
    while (Send(bytes)) {
    }
  }
  // RFC 8446 §4.6.3: messages of TLS itself, without any content.
  void ChangeKeysForever() {
    while (SSL_key_update(tls_.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
           SSL_do_handshake(tls_.get()) == 1) {
    }
  }

  static std::string Frame(Http2Frame type, uint8_t flags, uint32_t stream,
                           std::string_view payload) {
    const auto size = static_cast<uint32_t>(payload.size());
    std::string frame;
    for (const int shift : {16, 8, 0}) frame += static_cast<char>(size >> shift);
    frame += static_cast<char>(type);
    frame += static_cast<char>(flags);
    return frame + Number(stream) + std::string(payload);
  }
  // Big-endian.
  static std::string Number(uint32_t number) {
    std::string bytes;
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift);
    return bytes;
  }

 private:
  bool Receive(void* to, size_t size) {
    for (size_t got = 0; got < size;) {
      const int now =
          SSL_read(tls_.get(), static_cast<char*>(to) + got, static_cast<int>(size - got));
      if (now <= 0) return false;
      got += static_cast<size_t>(now);
    }
    return true;
  }

  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool good_ = false;
};

}  // namespace thresh
