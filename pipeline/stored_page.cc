#include "pipeline/stored_page.h"

#include <string_view>

#include "parser/charset.h"
#include "parser/utf8.h"
#include "pipeline/seen_set.h"

namespace thresh {

Url ParseStoredUrl(std::string_view text) {
  if (auto url = Url::Parse(text)) return *std::move(url);
  throw StorageError("the database has a URL that is none, '" + std::string(text) +
                     "': it is damaged, or was changed by hand; restore a copy, or mend the row in "
                     "the table urls");
}

uint64_t FingerprintOf(const UrlDetails& url) {
  return UrlFingerprint(url.method, url.url, RequestBodyHash(url.request_body));
}

HeaderList ParseHeaders(std::string_view lines) {
  HeaderList headers;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (const size_t colon = line.find(": "); colon != std::string_view::npos) {
      headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  return headers;
}

StoredPageText::StoredPageText(const StoredPageView& page)
    : url_(Url::Parse(page.final_url)),
      content_type_(MediaType(page.content_type)),
      headers_(ParseHeaders(page.headers)) {
  const bool is_text = page.charset == "utf-8" && !page.body.starts_with(kUtf8ByteOrderMark) &&
                       IsValidUtf8(page.body);
  if (!is_text && !page.charset.empty()) text_ = ToUtf8(page.body, page.charset);
  view_.text = is_text ? page.body : text_;
  view_.charset = page.charset;
  view_.url = url_ ? &*url_ : nullptr;
  view_.seed = page.seed_url;
  view_.content_type = content_type_;
  view_.fetched_at = page.fetched_at;
  view_.status = page.status;
  view_.size = page.bytes;
  view_.headers = &headers_;
}

}  // namespace thresh
