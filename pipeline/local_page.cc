#include "pipeline/local_page.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "parser/url.h"
#include "pipeline/commands.h"
#include "pipeline/input_file.h"

namespace thresh {
namespace {

constexpr std::string_view kHowUrlsBegin = "a URL begins with http:// or https://";

std::string ReadAll(std::istream& in, const std::string& path, size_t max_bytes) {
  std::string bytes;
  for (std::array<char, 1 << 16> piece; in.read(piece.data(), piece.size()), in.gcount() > 0;) {
    bytes.append(piece.data(), static_cast<size_t>(in.gcount()));
    if (bytes.size() > max_bytes) {
      throw UsageError(fmt::format(
          "{}: is larger than limits.max_body, {} bytes; a config can say more", path, max_bytes));
    }
  }
  return bytes;
}

std::string ReadBytes(const std::string& path, size_t max_bytes) {
  if (path == "-") return ReadAll(std::cin, "stdin", max_bytes);
  std::ifstream file = OpenInputFile(path, path, kHowUrlsBegin);
  return ReadAll(file, path, max_bytes);
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

LoadedPage ReadLocalPage(const std::string& path, Timestamp now, size_t max_bytes) {
  const std::string bytes = ReadBytes(path, max_bytes);
  LoadedPage page;
  page.charset = DetectCharset(bytes, {});
  page.text = ToUtf8(bytes, page.charset.name);
  page.seed = path;
  page.fetched_at = ToIso8601(now);
  page.size = bytes.size();
  return page;
}

}  // namespace thresh
