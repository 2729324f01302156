// A Transfer's side towards libcurl: options and callbacks.
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <new>

#include "fetcher/address.h"
#include "fetcher/agreed_protocol.h"
#include "fetcher/transfer.h"

namespace thresh {
namespace {

constexpr long kTrickleBytesPerSecond = 64;
constexpr long kReceiveBufferBytes = 64 * 1024;

// Milliseconds for libcurl, to which zero means "none".
long Milliseconds(std::chrono::milliseconds duration) {
  return static_cast<long>(std::max<int64_t>(duration.count(), 1));
}

template <typename Value>
void Set(void* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

}  // namespace

// The functions that libcurl calls. An exception must not pass through it, hence noexcept: out of
// memory, the worker dies and the fetch is tried again.
struct Transfer::Callbacks {
  static size_t Header(char* data, size_t, size_t size, void* self) noexcept {
    return static_cast<Transfer*>(self)->OnHeader({data, size});
  }

  static size_t Body(char* data, size_t, size_t size, void* self) noexcept {
    auto* transfer = static_cast<Transfer*>(self);
    const RunawayGuard::Crossing back(transfer->poller_->guard());
    return transfer->OnBody({data, size});
  }

  // What libcurl would print; of that only the body as it came, and that only while chunks are
  // watched.
  static int Debug(CURL*, curl_infotype type, char* data, size_t size, void* self) noexcept {
    if (type == CURLINFO_DATA_IN) static_cast<Transfer*>(self)->OnRawBody({data, size});
    return 0;
  }

  // Not zero ends the transfer, also when there is no content in what came.
  static int Progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    return static_cast<Transfer*>(self)->error_ == FetchError::kNone ? 0 : 1;
  }

  // Sees the address that is really connected to, whatever the URL looked like.
  static curl_socket_t OpenSocket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    auto* transfer = static_cast<Transfer*>(self);
    if (!transfer->MayConnectTo(ClassifyAddress(&address->addr, address->addrlen))) {
      transfer->address_refused_ = true;
      return CURL_SOCKET_BAD;
    }
    if (transfer->job_.resolve_only) {
      if (transfer->addresses_.size() < kMaxAddresses) {
        transfer->addresses_.push_back(AddressText(&address->addr));
      }
      return CURL_SOCKET_BAD;  // and libcurl goes on to the next one
    }
    const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                          address->protocol);
    if (fd < 0) return fd;
    transfer->poller_->Opened(fd);
    transfer->opened_sockets_.push_back(fd);
    return fd;
  }

  static int CloseSocket(void* poller, curl_socket_t fd) noexcept {
    static_cast<CurlPoller*>(poller)->Closing(fd);
    return close(fd);
  }

  // The last moment before the request is sent, on a new connection or on one that a job with
  // other permissions has opened.
  static int BeforeRequest(void* self, char* remote, char*, int remote_port,
                           int local_port) noexcept {
    auto* transfer = static_cast<Transfer*>(self);
    transfer->connected_ = true;
    if (!transfer->MayConnectTo(ClassifyAddress(remote))) {
      transfer->Fail(FetchError::kAddressRefused, "the connection leads to a private address");
      return CURL_PREREQFUNC_ABORT;
    }
    if (!transfer->IsClean({remote, remote_port, local_port})) return CURL_PREREQFUNC_ABORT;
    transfer->poller_->NoteTimeAfterwards(&transfer->sent_at_);
    return CURL_PREREQFUNC_OK;
  }
};

void Transfer::ListDeleter::operator()(void* list) const {
  curl_slist_free_all(static_cast<curl_slist*>(list));
}

// The handle goes first: it points to what the members hold.
Transfer::~Transfer() { curl_easy_cleanup(easy_); }

void Transfer::SetRequest() {
  if (job_.method == "HEAD") {
    Set(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!job_.body.empty() || job_.method == "POST") {
    Set(easy_, CURLOPT_POST, 1L);
    Set(easy_, CURLOPT_POSTFIELDS, job_.body.c_str());
    Set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(job_.body.size()));
  }
  if (job_.method != "GET" || !job_.body.empty()) {
    Set(easy_, CURLOPT_CUSTOMREQUEST, job_.method.c_str());
  }
}

// libcurl must not add "Expect: 100-continue", which costs a second with many servers.
void Transfer::SetHeaders() {
  curl_slist* list = nullptr;
  const auto append = [&](const char* line) {
    curl_slist* longer = curl_slist_append(list, line);
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
    static_cast<void>(header_list_.release());
    header_list_.reset(list);
  };
  for (const std::string& line : job_.headers) append(line.c_str());
  if (!job_.NamesHeader("accept-encoding")) {
    append("Accept-Encoding: gzip, deflate, br, zstd");
  }
  if (!job_.body.empty() && !job_.NamesHeader("expect")) append("Expect:");
  Set(easy_, CURLOPT_HTTPHEADER, list);
}

// What is the same for all transfers of a worker.
void Transfer::SetPolicy(void* share) {
  Set(easy_, CURLOPT_SHARE, share);
  Set(easy_, CURLOPT_PATH_AS_IS, 1L);
  Set(easy_, CURLOPT_NOSIGNAL, 1L);
  Set(easy_, CURLOPT_QUICK_EXIT, 1L);  // else a hanging resolver would stop every transfer
  Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy_, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  Set(easy_, CURLOPT_HTTP09_ALLOWED, 0L);
  Set(easy_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  Set(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(easy_, CURLOPT_NOPROXY, "");
  Set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  Set(easy_, CURLOPT_BUFFERSIZE, kReceiveBufferBytes);
  Set(easy_, CURLOPT_HEADERFUNCTION, &Callbacks::Header);
  Set(easy_, CURLOPT_WRITEFUNCTION, &Callbacks::Body);
  Set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Callbacks::OpenSocket);
  Set(easy_, CURLOPT_CLOSESOCKETFUNCTION, &Callbacks::CloseSocket);
  Set(easy_, CURLOPT_PREREQFUNCTION, &Callbacks::BeforeRequest);
}

// What each transfer has of its own.
void Transfer::SetOwn(CurlPoller& poller) {
  poller_ = &poller;
  Set(easy_, CURLOPT_URL, job_.url.c_str());
  Set(easy_, CURLOPT_PROXY, job_.proxy.c_str());  // "" also turns the environment's off
  Set(easy_, CURLOPT_USERAGENT, job_.user_agent.empty() ? nullptr : job_.user_agent.c_str());
  Set(easy_, CURLOPT_ERRORBUFFER, curl_words_.data());
  Set(easy_, CURLOPT_PRIVATE, this);
  Set(easy_, CURLOPT_HEADERDATA, this);
  Set(easy_, CURLOPT_WRITEDATA, this);
  Set(easy_, CURLOPT_OPENSOCKETDATA, this);
  Set(easy_, CURLOPT_CLOSESOCKETDATA, &poller);  // not this: a connection outlives its transfer
  Set(easy_, CURLOPT_PREREQDATA, this);
  AskForHttp2(origin_.starts_with("https:") && !kept_->HasHttp1(std::string(origin_)));
  Set(easy_, CURLOPT_TIMEOUT_MS, Milliseconds(job_.timeout));
  Set(easy_, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(job_.connect_timeout));
}

// One connection for many streams, where TLS tells that the server can; clear text never tells.
void Transfer::AskForHttp2(bool ask) {
  const auto version = ask ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
  Set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(version));
  Set(easy_, CURLOPT_PIPEWAIT, ask ? 1L : 0L);
  asks_for_http2_ = ask;
}

// Clear text needs none of it, and libcurl would carry it along.
void Transfer::SetTls(TlsTrust& trust) {
  if (job_.url.starts_with("http:") && job_.proxy.empty()) return;
  Set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  trust.Apply(easy_);
}

// RFC 3986 §3.2.2 has IPv6 addresses in brackets; a URL with a number needs no resolver.
void Transfer::SetAddresses() {
  if (job_.resolve_only) Set(easy_, CURLOPT_FRESH_CONNECT, 1L);
  const std::string_view host = origin_.substr(origin_.find("://") + 3);
  if (job_.addresses.empty() || host.starts_with('[')) return;
  // The plus lets the entry grow old as others do.
  std::string entry = "+" + std::string(host);
  if (host.find(':') == host.npos) entry += origin_.starts_with("https:") ? ":443" : ":80";
  for (const std::string& address : job_.addresses) {
    entry += &address == &job_.addresses.front() ? ":" : ",";
    entry += address;
  }
  curl_slist* list = curl_slist_append(nullptr, entry.c_str());
  if (list == nullptr) throw std::bad_alloc();
  address_list_.reset(list);
  Set(easy_, CURLOPT_RESOLVE, list);
}

// Under TLS what waits may be its own: a ticket, a stream's frame. Nobody else can have sent it.
// But one of HTTP/1 that was chosen for HTTP/2 may be busy with another transfer.
bool Transfer::IsClean(const ConnectionEnds& ends) {
  if (origin_.starts_with("https:")) {
    if (!asks_for_http2_ || AgreedOnHttp2(easy_)) return true;
    kept_->NoteHttp1(origin_);
    must_connect_afresh_ = opened_sockets_.empty();
    return !must_connect_afresh_;
  }
  if (!opened_sockets_.empty()) {
    kept_->Note(ends, opened_sockets_);
    return true;
  }
  must_connect_afresh_ = kept_->HasInput(ends);
  return !must_connect_afresh_;
}

bool Transfer::MustConnectAfresh() {
  if (!must_connect_afresh_) return false;
  must_connect_afresh_ = false;
  connected_ = false;
  curl_words_[0] = '\0';
  if (asks_for_http2_) AskForHttp2(false);
  Set(easy_, CURLOPT_FRESH_CONNECT, 1L);
  return true;
}

bool Transfer::ResumeIfPaused() {
  if (!paused_ || !budget_.MayReceive(task_.slot)) return true;
  paused_ = false;
  curl_easy_pause(easy_, CURLPAUSE_CONT);
  return error_ == FetchError::kNone;
}

void Transfer::WatchSpeed() {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(job_.stall_timeout).count();
  Set(easy_, CURLOPT_LOW_SPEED_LIMIT, kTrickleBytesPerSecond);
  Set(easy_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(seconds));
}

void Transfer::WatchChunks() {
  chunks_.emplace(body_.max_wire_bytes());
  Set(easy_, CURLOPT_DEBUGFUNCTION, &Callbacks::Debug);
  Set(easy_, CURLOPT_DEBUGDATA, this);
  Set(easy_, CURLOPT_VERBOSE, 1L);
  Set(easy_, CURLOPT_XFERINFOFUNCTION, &Callbacks::Progress);
  Set(easy_, CURLOPT_XFERINFODATA, this);
  Set(easy_, CURLOPT_NOPROGRESS, 0L);
}

void Transfer::ForbidReuse() { Set(easy_, CURLOPT_FORBID_REUSE, 1L); }

CurlFailure Transfer::DescribeFailure(int code) {
  if (detail_.empty()) detail_ = curl_words_.data();
  if (detail_.empty()) detail_ = curl_easy_strerror(static_cast<CURLcode>(code));
  long os_errno = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &os_errno);
  curl_off_t lookup = 0;
  curl_easy_getinfo(easy_, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
  return {.code = code,
          .os_errno = static_cast<int>(os_errno),
          .name_known = lookup > 0,
          .connected = connected_,
          .head_complete = head_.complete(),
          .detail = detail_};
}

void Transfer::FillTimes(ResultMessage* result) const {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &microseconds);
  result->elapsed = std::chrono::milliseconds(microseconds / 1000);
  // Where no request was sent, since the beginning.
  result->since_request = sent_at_ == CurlPoller::Time{}
                              ? result->elapsed
                              : std::chrono::floor<std::chrono::milliseconds>(
                                    CurlPoller::Time::clock::now() - sent_at_);
  curl_off_t wire = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &wire);
  result->wire_bytes = static_cast<size_t>(std::max<curl_off_t>(wire, 0));
  const char* address = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_PRIMARY_IP, &address);
  if (address != nullptr) result->remote_address = address;
}

}  // namespace thresh
