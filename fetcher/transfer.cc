#include "fetcher/transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "parser/ascii.h"
#include "parser/url.h"
#include "parser/url_host.h"

namespace thresh {
namespace {

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), ascii::IsControlButTab);
}

bool IsUrlText(std::string_view url) {
  return std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

// RFC 9110 §5.6.2.
bool IsToken(std::string_view text) {
  static constexpr std::string_view kPunctuation = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::IsAlphanumeric(c) || kPunctuation.find(c) != std::string_view::npos;
  });
}

AskedFor WhatIsAskedFor(const FetchJob& job) {
  return {.range = job.NamesHeader("range"),
          .changes = job.NamesHeader("if-none-match") || job.NamesHeader("if-modified-since")};
}

}  // namespace

Transfer::Transfer(pool::WorkerChannel::Task task, FetchJob job, std::span<std::byte> slot,
                   const SlotLayout& layout, MemoryBudget& budget)
    : task_(std::move(task)),
      job_(std::move(job)),
      origin_(OriginOf(job_.url)),
      slot_(slot),
      budget_(budget),
      head_(WhatIsAskedFor(job_)),
      body_(slot, layout, job_) {
  budget_.Begin(task_.slot);
}

bool Transfer::Fail(FetchError error, std::string_view detail) {
  if (error_ == FetchError::kNone) {
    error_ = error;
    detail_ = detail;
  }
  return false;
}

// A line end in a header would be a request of somebody else's.
bool Transfer::CheckJob() {
  const std::string_view url = job_.url;
  if (!IsUrlText(url) || !BeginsAsUrl(url)) {
    return Fail(FetchError::kBadUrl, "not a normalised http or https URL");
  }
  if (!IsToken(job_.method)) return Fail(FetchError::kBadUrl, "the method is not a token");
  if (HasControl(job_.user_agent)) return Fail(FetchError::kBadUrl, "control in the user agent");
  for (const std::string_view line : job_.headers) {
    if (HasControl(line) || !IsToken(line.substr(0, line.find_first_of(":;")))) {
      return Fail(FetchError::kBadUrl, "a request header is malformed");
    }
  }
  return true;
}

bool Transfer::Start(void* share, TlsTrust& trust, CurlPoller& poller, KeptConnections& kept) {
  kept_ = &kept;
  easy_ = curl_easy_init();
  if (easy_ == nullptr) throw std::bad_alloc();
  if (!CheckJob()) return false;
  if (!MayAskProxy()) {
    return Fail(FetchError::kAddressRefused, "the proxy would connect to a private address");
  }
  SetPolicy(share);
  SetTls(trust);
  SetRequest();
  SetAddresses();
  SetOwn(poller);
  SetHeaders();
  return true;
}

size_t Transfer::OnHeader(std::string_view line) {
  const bool was_complete = head_.complete();
  const FetchError error = head_.Feed(line);
  if (error != FetchError::kNone) {
    Fail(error, head_.detail());
    return 0;
  }
  if (head_.complete() && !was_complete && !OnHeadComplete()) return 0;
  return line.size();
}

bool Transfer::OnHeadComplete() {
  WatchSpeed();
  if (poller_->crowded()) ForbidReuse();
  if (head_.forbids_body()) {
    // What such a response sends after its head would be taken for the next response.
    if (head_.chunked() || (head_.status() == 204 && head_.content_length().value_or(0) > 0)) {
      ForbidReuse();
    }
    return true;
  }
  const auto length = job_.method == "HEAD" ? std::nullopt : head_.content_length();
  const FetchError error = body_.Start(head_.headers(), length);
  if (error != FetchError::kNone) {
    return Fail(error, error == FetchError::kBadEncoding ? "a Content-Encoding we cannot decode"
                                                         : "Content-Length is above the limit");
  }
  if (head_.chunked()) WatchChunks();
  return true;
}

void Transfer::OnRawBody(std::string_view bytes) {
  if (error_ != FetchError::kNone) return;
  const FetchError error = chunks_->Feed(bytes);
  if (error == FetchError::kNone) return;
  Fail(error, error == FetchError::kBodyTooLarge ? "the chunks' size is above the limit"
                                                 : "too many chunk extensions");
}

size_t Transfer::OnBody(std::string_view bytes) {
  if (error_ != FetchError::kNone) return 0;
  if (head_.forbids_body()) return bytes.size();
  if (!budget_.MayReceive(task_.slot)) {
    paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  const size_t before = body_.size();
  const FetchError error = body_.Receive(bytes);
  budget_.Received(task_.slot, body_.size() - before);
  if (error == FetchError::kNone) return bytes.size();
  if (body_.is_cut()) return 0;  // ends the transfer
  Fail(error, error == FetchError::kBadEncoding ? "the encoded body is corrupt"
                                                : "the body is above the limit");
  return 0;
}

FetchError Transfer::Judge(int code) {
  if (error_ != FetchError::kNone) return error_;
  if (Resolved() || body_.is_cut()) return FetchError::kNone;
  if (code == 0) {
    if (!head_.complete()) Fail(FetchError::kConnectionReset, "the head was cut off");
    const FetchError end = head_.forbids_body() ? FetchError::kNone : body_.End();
    if (end != FetchError::kNone) Fail(end, "the encoded body was cut off");
    return error_;
  }
  const FetchError error = FromCurl(DescribeFailure(code));
  // libcurl's word for it is "Out of memory".
  if (error == FetchError::kHeadersTooLarge) detail_ = "a line without end";
  const bool no_connection =
      error == FetchError::kConnectionRefused || error == FetchError::kUnreachable;
  return address_refused_ && no_connection ? FetchError::kAddressRefused : error;
}

ResultMessage Transfer::Finish(FetchError error) {
  ResultMessage result{.error = error};
  if (error != FetchError::kNone) result.error_detail = detail_;
  if (head_.status() >= 100 && head_.status() <= 599) result.status = head_.status();
  const std::string headers = EncodeHeaders(head_.headers());
  if (head_.complete() && headers.size() <= kSlotHeaderBytes) {
    std::memcpy(slot_.data(), headers.data(), headers.size());
    result.header_bytes = headers.size();
  }
  if (error == FetchError::kNone && Resolved()) {
    result.addresses = addresses_;
  } else if (error == FetchError::kNone) {
    body_.Finish(job_, ValueOf(head_.headers(), "content-type"), &result);
  }
  if (easy_ != nullptr) FillTimes(&result);
  return result;
}

bool Transfer::MayConnectTo(AddressKind kind) const {
  return kind == AddressKind::kPublic || job_.allow_private_addresses || !job_.proxy.empty();
}

// A proxy resolves names and connects by itself: only what the URL says can be asked here.
bool Transfer::MayAskProxy() const {
  if (job_.proxy.empty() || job_.allow_private_addresses) return true;
  const std::optional<Url> url = Url::Parse(job_.url);
  const AddressKind kind = url ? ClassifyHost(url->host()) : AddressKind::kOther;
  return kind == AddressKind::kPublic || kind == AddressKind::kOther;
}

}  // namespace thresh
