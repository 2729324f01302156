#include "pipeline/local_page.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "parser/url.h"
#include "pipeline/commands.h"

namespace thresh {
namespace {

constexpr std::string_view kHowUrlsBegin = "a URL begins with http:// or https://";

std::string ReadBytes(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  const bool is_folder = std::filesystem::is_directory(path);
  std::ifstream file(path, std::ios::binary);
  if (!file || is_folder) {
    throw UsageError(fmt::format("{}: cannot be read: {}; {}", path,
                                 std::strerror(is_folder ? EISDIR : errno), kHowUrlsBegin));
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

PageView LoadedPage::View() const {
  PageView view;
  view.text = text;
  view.charset = charset.name;
  view.url = url ? &*url : nullptr;
  view.seed = seed;
  view.content_type = content_type;
  view.fetched_at = fetched_at;
  view.status = status;
  view.size = size;
  view.headers = &headers;
  return view;
}

bool IsUrlArgument(const std::string& text) {
  return BeginsAsUrl(text) ||
         (text.find("://") != std::string::npos && !std::filesystem::exists(text));
}

Url UrlArgument(const std::string& text) {
  UrlError error = UrlError::kNone;
  auto url = Url::Parse(text, nullptr, &error);
  if (error == UrlError::kCredentials) {
    throw UsageError(WithoutCredentials(text) +
                     " has a user name or password in it; send them by -H 'Authorization: Basic "
                     "${env:NAME}', or by headers of the host in a config");
  }
  const bool names_scheme = text.find("://") != std::string::npos;  // "x.test:8000" does not
  if (error == UrlError::kRelativeWithoutBase ||
      (error == UrlError::kOtherScheme && !names_scheme)) {
    throw UsageError(fmt::format("{}: {}", WithoutCredentials(text), kHowUrlsBegin));
  }
  if (!url) throw UsageError(fmt::format("{} {}", WithoutCredentials(text), Describe(error)));
  return *std::move(url);
}

LoadedPage ReadLocalPage(const std::string& path, Timestamp now) {
  const std::string bytes = ReadBytes(path);
  LoadedPage page;
  page.charset = DetectCharset(bytes, {});
  page.text = ToUtf8(bytes, page.charset.name);
  page.seed = path;
  page.fetched_at = ToIso8601(now);
  page.size = bytes.size();
  return page;
}

}  // namespace thresh
