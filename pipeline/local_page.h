// Pages that a command line names: what is one, and those that are on this machine.
#pragma once

#include <optional>
#include <string>

#include "parser/charset.h"
#include "parser/header_list.h"
#include "parser/page_view.h"
#include "storage/timestamp.h"

namespace thresh {

// A page with all that a PageView only points to.
struct LoadedPage {
  std::string text;        // UTF-8
  std::optional<Url> url;  // the final one
  std::string seed;        // as the page was asked for
  std::string content_type;
  std::string fetched_at;
  int status = 200;
  size_t size = 0;
  HeaderList headers;
  Charset charset;

  // Valid until the page moves or ends.
  PageView View() const;
};

// Whether an argument is a URL: it has a scheme, and is not a file all the same.
bool IsUrlArgument(const std::string& text);

// The URL that an argument is. Throws UsageError when it is none.
Url UrlArgument(const std::string& text);

// Reads the file `path`, or stdin when it is "-". The page has no URL. Throws UsageError when it
// cannot be read or has more than `max_bytes`.
LoadedPage ReadLocalPage(const std::string& path, Timestamp now, size_t max_bytes);

}  // namespace thresh
