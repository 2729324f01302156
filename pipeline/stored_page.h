// What the database has, as the rules see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parser/header_list.h"
#include "parser/page_view.h"
#include "parser/url.h"
#include "storage/reparse.h"
#include "storage/store.h"

namespace thresh {

// A URL as the database has it. Throws StorageError where that is none.
Url ParseStoredUrl(std::string_view text);
// Its UrlFingerprint.
uint64_t FingerprintOf(const UrlDetails& url);

// Of "name: value" lines.
HeaderList ParseHeaders(std::string_view lines);

// Owns what its PageView views, besides what `page` does, which must outlive it. Converts the body
// from the charset that was found when the page was fetched.
class StoredPageText {
 public:
  explicit StoredPageText(const StoredPageView& page);
  StoredPageText(const StoredPageText&) = delete;
  StoredPageText& operator=(const StoredPageText&) = delete;

  const PageView& view() const { return view_; }
  // Nothing where the URL is not one any more that can be read.
  const std::optional<Url>& url() const { return url_; }

 private:
  std::optional<Url> url_;
  std::string text_;
  std::string content_type_;
  HeaderList headers_;
  PageView view_;
};

}  // namespace thresh
