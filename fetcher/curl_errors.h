// libcurl's codes as FetchErrors.
#pragma once

#include <string_view>

#include "fetcher/fetch.h"

namespace thresh {

// What is known of a transfer that libcurl ended with an error.
struct CurlFailure {
  int code = 0;             // a CURLcode, not CURLE_OK
  int os_errno = 0;         // of the failed connect
  bool name_known = false;  // the host's name was resolved
  bool connected = false;   // the connection was made, TLS included
  bool head_complete = false;
  std::string_view detail;  // libcurl's words
};

// kInternal when there is no better name for it.
FetchError FromCurl(const CurlFailure& failure);

}  // namespace thresh
