// One HTTP transfer by libcurl, from a job to a result message.
//
// libcurl's types stay in the .cc files (transfer_curl.cc talks to it): its handles are void* here,
// as they are in libcurl.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fetcher/address.h"
#include "fetcher/body_in_slot.h"
#include "fetcher/chunk_watch.h"
#include "fetcher/curl_errors.h"
#include "fetcher/curl_poller.h"
#include "fetcher/kept_connections.h"
#include "fetcher/memory_budget.h"
#include "fetcher/messages.h"
#include "fetcher/pool/worker_channel.h"
#include "fetcher/response_head.h"
#include "fetcher/tls_trust.h"

namespace thresh {

// Owned by the worker's loop, which adds easy() to its multi handle, calls Finish when libcurl is
// done with it, and has taken easy() out again before this ends. Neither moves nor copies: libcurl
// points to it.
class Transfer {
 public:
  // `slot` is the task's.
  Transfer(pool::WorkerChannel::Task task, FetchJob job, std::span<std::byte> slot,
           const SlotLayout& layout, MemoryBudget& budget);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  // Makes an easy handle for the job that takes what is in `share` and puts it there, and tells
  // `poller` of its connection, which may live on after it. False, and error() says why, when the
  // job is not one to send.
  //
  // A handle serves one transfer only. libcurl 7.88 keeps a pointer to the last response's last
  // header, which is freed by then, and a response that begins with a folded line would have it
  // write there (libcurl's issue 11868). A new handle costs a microsecond.
  bool Start(void* share, TlsTrust& trust, CurlPoller& poller, KeptConnections& kept);
  // Whether libcurl chose a connection on which the request could not be sent, since something was
  // waiting there already, or it is another transfer's: the transfer is to be added again.
  bool MustConnectAfresh();
  // What libcurl's end of the transfer, a CURLcode, means.
  FetchError Judge(int code);
  // The result's message; the slot then holds what it speaks of.
  ResultMessage Finish(FetchError error);
  // Receives on, if the budget has held it up and now lets it. False when that ended it: libcurl
  // does not learn of it then.
  bool ResumeIfPaused();

  void* easy() const { return easy_; }
  uint64_t task_id() const { return task_.id; }
  uint32_t slot_number() const { return task_.slot; }
  const FetchJob& job() const { return job_; }
  std::string_view origin() const { return origin_; }  // "https://x.test:8443"
  bool paused() const { return paused_; }
  int status() const { return head_.status(); }  // 0: none has come
  FetchError error() const { return error_; }
  std::span<const std::byte> body_memory() const { return body_.memory(); }

 private:
  struct Callbacks;
  struct ListDeleter {
    void operator()(void* list) const;
  };

  bool CheckJob();
  bool Fail(FetchError error, std::string_view detail);
  void SetRequest();
  void SetHeaders();
  void SetPolicy(void* share);
  void SetOwn(CurlPoller& poller);
  void AskForHttp2(bool ask);
  void SetTls(TlsTrust& trust);
  // Either asks for the host's addresses only, or takes those that the job has for them.
  void SetAddresses();
  bool Resolved() const { return job_.resolve_only && !addresses_.empty(); }
  size_t OnHeader(std::string_view line);
  size_t OnBody(std::string_view bytes);
  bool OnHeadComplete();
  void OnRawBody(std::string_view bytes);
  bool MayConnectTo(AddressKind kind) const;
  bool MayAskProxy() const;
  // Whether nothing but the response to this request can come on the connection that was chosen.
  bool IsClean(const ConnectionEnds& ends);
  // Ends the transfer when less than a trickle comes for too long. Begins with the body: before
  // it, a server may think for as long as the whole fetch may take.
  void WatchSpeed();
  // Looks at the framing of a chunked body, too.
  void WatchChunks();
  // Closes the connection after this transfer.
  void ForbidReuse();
  CurlFailure DescribeFailure(int code);
  void FillTimes(ResultMessage* result) const;

  const pool::WorkerChannel::Task task_;
  const FetchJob job_;
  const std::string_view origin_;  // in job_.url
  const std::span<std::byte> slot_;
  MemoryBudget& budget_;
  ResponseHead head_;
  BodyInSlot body_;
  std::optional<ChunkWatch> chunks_;
  void* easy_ = nullptr;  // owned
  CurlPoller* poller_ = nullptr;
  KeptConnections* kept_ = nullptr;
  std::vector<int> opened_sockets_;  // libcurl's, of which one became the connection
  std::unique_ptr<void, ListDeleter> header_list_;
  std::unique_ptr<void, ListDeleter> address_list_;
  std::vector<std::string> addresses_;    // of a resolve_only job, as they were found
  std::array<char, 256> curl_words_{};    // CURL_ERROR_SIZE
  FetchError error_ = FetchError::kNone;  // ours; libcurl only knows that we stopped it
  std::string detail_;
  CurlPoller::Time sent_at_{};  // the request; not before it was
  bool address_refused_ = false;
  bool connected_ = false;
  bool must_connect_afresh_ = false;
  bool asks_for_http2_ = false;
  bool paused_ = false;
};

}  // namespace thresh
