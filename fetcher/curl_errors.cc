#include "fetcher/curl_errors.h"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

namespace thresh {
namespace {

bool Says(const CurlFailure& failure, std::string_view words) {
  return failure.detail.find(words) != std::string_view::npos;
}

FetchError FromConnect(const CurlFailure& failure) {
  switch (failure.os_errno) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EACCES:  // what a firewall's "prohibited" looks like
    case EPERM:
      return FetchError::kUnreachable;
    case ETIMEDOUT:
      return FetchError::kConnectTimeout;
    case ECONNRESET:
      return FetchError::kConnectionReset;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return FetchError::kInternal;
    default:
      return FetchError::kConnectionRefused;
  }
}

// One code for five deadlines.
FetchError FromTimeout(const CurlFailure& failure) {
  if (Says(failure, "too slow")) return FetchError::kTooSlow;
  if (failure.connected) return FetchError::kTimeout;
  return failure.name_known ? FetchError::kConnectTimeout : FetchError::kNameTimeout;
}

// Also chunks that are none end so, in libcurl 7.88; and TLS that ends without a close.
FetchError FromReceive(const CurlFailure& failure) {
  if (Says(failure, "CONNECT tunnel failed")) return FetchError::kConnectionRefused;  // by a proxy
  if (Says(failure, "chunk")) return FetchError::kBadResponse;
  const bool cut = Says(failure, "unexpected eof") || Says(failure, "GnuTLS recv error (-110)");
  return cut && failure.head_complete ? FetchError::kTruncated : FetchError::kConnectionReset;
}

// A peer that goes away in the middle of a handshake has said nothing about TLS.
FetchError FromHandshake(const CurlFailure& failure) {
  // OpenSSL's words, then GnuTLS's.
  static constexpr std::string_view kGone[] = {"Recv failure",     "Send failure",
                                               "Connection reset", "SSL_ERROR_SYSCALL",
                                               "unexpected eof",   "non-properly terminated",
                                               "pull function",    "push function"};
  const bool gone = std::any_of(std::begin(kGone), std::end(kGone),
                                [&](std::string_view words) { return Says(failure, words); });
  return gone ? FetchError::kConnectionReset : FetchError::kTls;
}

// RFC 9113 §7: the peer's PROTOCOL_ERROR is ours to bear; the other reasons pass.
FetchError FromHttp2(const CurlFailure& failure) {
  return Says(failure, "PROTOCOL_ERROR") ? FetchError::kBadResponse : FetchError::kConnectionReset;
}

}  // namespace

FetchError FromCurl(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:
      return FetchError::kBadUrl;
    // Of http and https only HTTP/0.9 is an "unsupported protocol": an answer without a head.
    case CURLE_UNSUPPORTED_PROTOCOL:
      return failure.connected ? FetchError::kBadResponse : FetchError::kBadUrl;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return FetchError::kNameNotFound;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return FromConnect(failure);
    case CURLE_OPERATION_TIMEDOUT:
      return FromTimeout(failure);
    case CURLE_SSL_CONNECT_ERROR:
      return FromHandshake(failure);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED:
      return FetchError::kTls;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
      return FetchError::kConnectionReset;
    case CURLE_RECV_ERROR:
      return FromReceive(failure);
    case CURLE_PARTIAL_FILE:
      return FetchError::kTruncated;
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return FromHttp2(failure);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_TOO_MANY_REDIRECTS:
      return FetchError::kBadResponse;
    // What libcurl 7.88 says to a header line that it cannot keep: a trailer without a colon, a
    // fold of nothing.
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return failure.connected ? FetchError::kBadResponse : FetchError::kInternal;
    // A line longer than libcurl's buffer for one (100 KB) is its "out of memory".
    case CURLE_OUT_OF_MEMORY:
      return failure.connected && !failure.head_complete ? FetchError::kHeadersTooLarge
                                                         : FetchError::kInternal;
    default:
      return FetchError::kInternal;
  }
}

}  // namespace thresh
