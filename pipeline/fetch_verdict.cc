#include "pipeline/fetch_verdict.h"

#include <algorithm>
#include <utility>

#include "parser/ascii.h"

namespace thresh {
namespace {

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool IsWorthRetrying(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

FetchVerdict Failed(std::string reason) {
  FetchVerdict verdict;
  verdict.kind = FetchVerdict::Kind::kFail;
  verdict.reason = std::move(reason);
  return verdict;
}

FetchVerdict JudgeError(const FetchResult& result) {
  FetchVerdict verdict;
  verdict.retry = RetryClassOf(result.error);
  verdict.kind =
      verdict.retry == RetryClass::kNever ? FetchVerdict::Kind::kFail : FetchVerdict::Kind::kRetry;
  verdict.host_failed =
      TellsOfTrouble(result.error, result.status) && result.error != FetchError::kWorkerLost;
  verdict.reason = Describe(result.error);
  if (!result.error_detail.empty()) verdict.reason += " (" + result.error_detail + ")";
  return verdict;
}

FetchVerdict JudgeRedirect(const Url& url, int status, std::string_view location) {
  UrlError error = UrlError::kNone;
  FetchVerdict verdict;
  verdict.keeps_method = status == 307 || status == 308;
  verdict.target = Url::Parse(location, &url, &error);
  if (!verdict.target) return Failed("redirects to what " + std::string(Describe(error)));
  verdict.kind = FetchVerdict::Kind::kRedirect;
  return verdict;
}

}  // namespace

FetchVerdict JudgeFetch(const Url& url, const FetchResult& result, bool conditional) {
  if (result.error != FetchError::kNone) return JudgeError(result);
  const int status = result.status;
  const std::string_view location = result.Header("location");
  if (IsRedirect(status) && !location.empty()) return JudgeRedirect(url, status, location);
  if (status < 400 && status != 304) return {};
  FetchVerdict unchanged;
  unchanged.kind = FetchVerdict::Kind::kUnchanged;
  if (status == 304 && conditional) return unchanged;
  FetchVerdict verdict = Failed("status " + std::to_string(status));
  if (IsWorthRetrying(status)) verdict.kind = FetchVerdict::Kind::kRetry;
  verdict.pushback = status == 429 || status == 503;
  verdict.host_failed = TellsOfTrouble(result.error, status) && !verdict.pushback;
  return verdict;
}

std::string LinesAfterRedirect(std::string_view lines, const Url& from, const Url& to) {
  if (from.origin() == to.origin()) return std::string(lines);
  std::string kept;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, std::min(lines.find('\n'), lines.size() - 1) + 1);
    const std::string_view name = line.substr(0, line.find(':'));
    if (ascii::EqualsIgnoringCase(name, "accept") ||
        ascii::EqualsIgnoringCase(name, "content-type")) {
      kept += line;
    }
    lines.remove_prefix(line.size());
  }
  return kept;
}

}  // namespace thresh
