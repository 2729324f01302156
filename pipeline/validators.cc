#include "pipeline/validators.h"

#include <string>

#include "parser/utf8.h"
#include "pipeline/http_date.h"

namespace thresh {
namespace {

std::string_view TextOf(const FetchResult& answer, std::string_view header) {
  const std::string_view value = answer.Header(header);
  return IsValidUtf8(value) ? value : std::string_view();
}

std::optional<Timestamp> DateOf(const FetchResult& answer, std::string_view header) {
  return ParseHttpDate(std::string(answer.Header(header)));
}

bool WasJustChanged(const FetchResult& answer, Timestamp now) {
  const auto changed = DateOf(answer, "last-modified");
  if (!changed) return false;
  return DateOf(answer, "date").value_or(now) - *changed < std::chrono::seconds(1);
}

}  // namespace

Validators ValidatorsOf(const FetchResult& answer, Timestamp now) {
  if (WasJustChanged(answer, now)) return {};
  return {TextOf(answer, "etag"), TextOf(answer, "last-modified")};
}

}  // namespace thresh
