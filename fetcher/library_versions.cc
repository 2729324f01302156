#include "fetcher/library_versions.h"

#include <brotli/decode.h>
#include <curl/curl.h>
#include <zlib.h>
#include <zstd.h>

namespace thresh {
namespace {

std::string CurlVersion() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  std::string text = info->version;
  if (info->ssl_version != nullptr) text += std::string(", ") + info->ssl_version;
  if (info->nghttp2_ver_num != 0) text += std::string(", nghttp2/") + info->nghttp2_version;
  if ((info->features & CURL_VERSION_ASYNCHDNS) == 0) text += ", without asynchronous names";
  return text;
}

std::string BrotliVersion() {
  const uint32_t version = BrotliDecoderVersion();  // 0xMMMNNNPPP
  return std::to_string(version >> 24) + "." + std::to_string(version >> 12 & 0xfff) + "." +
         std::to_string(version & 0xfff);
}

}  // namespace

std::vector<LibraryVersion> FetcherLibraries() {
  return {{"libcurl", CurlVersion()},
          {"zlib", zlibVersion()},
          {"brotli", BrotliVersion()},
          {"zstd", ZSTD_versionString()}};
}

std::string SystemCaFile() {
  const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
  return info->cainfo == nullptr ? "" : info->cainfo;
}

}  // namespace thresh
