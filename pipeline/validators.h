#pragma once

#include <string_view>

#include "fetcher/fetcher.h"
#include "storage/timestamp.h"

namespace thresh {

// What a page is asked for with another time, so that it comes only if it has changed. Empty: it
// comes whole. Views of the answer they are from.
struct Validators {
  std::string_view etag;
  std::string_view last_modified;
};

// Those of an answer that came at `now`. None where the page was changed in the very second of the
// answer: it may have changed again before that was over, and Last-Modified would not tell, nor an
// ETag that is made of it, as those of files are (RFC 9110 §8.8.2.2). None either that a column of
// text could not keep as it is.
Validators ValidatorsOf(const FetchResult& answer, Timestamp now);

}  // namespace thresh
