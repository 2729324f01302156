#include "pipeline/cookie_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <utility>

#include "parser/ascii.h"
#include "parser/cookie.h"
#include "parser/url_host.h"
#include "parser/utf8.h"
#include "pipeline/public_suffix.h"

namespace thresh {
namespace {

constexpr size_t kMaxFileBytes = 16u << 20;
constexpr size_t kFields = 7;
constexpr int64_t kLatest = 253'402'300'799;  // the end of the year 9999
constexpr std::string_view kHttpOnly = "#HttpOnly_";

// What must not stand in a Cookie header.
bool BreaksHeader(char c) { return ascii::IsControl(c) || c == ';'; }

std::string_view ProblemOf(std::string_view name, std::string_view value) {
  if (name.empty()) return "has no name";
  if (name.find('=') != std::string_view::npos) return "has a \"=\" in its name";
  if (std::any_of(name.begin(), name.end(), BreaksHeader) ||
      std::any_of(value.begin(), value.end(), BreaksHeader)) {
    return "has a \";\" or a control character in it";
  }
  if (name.size() + value.size() > kMaxCookieBytes) return "is longer than 4096 bytes";
  return {};
}

std::optional<bool> ReadFlag(std::string_view text) {
  if (ascii::EqualsLower(text, "true")) return true;
  if (ascii::EqualsLower(text, "false")) return false;
  return std::nullopt;
}

// Some exporters write fractions of seconds; 0 is a cookie that a browser forgets when it ends.
bool ReadExpiry(std::string_view text, std::optional<std::chrono::sys_seconds>* expires) {
  int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc() || seconds < 0 || (rest != end && *rest != '.')) return false;
  if (seconds > 0)
    *expires = std::chrono::sys_seconds(std::chrono::seconds(std::min(seconds, kLatest)));
  return true;
}

// One line's fields into `cookie`; gives what is wrong, or empty.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line) {}

  std::string Read(GivenCookie* cookie) {
    if (!Split()) {
      return fmt::format(
          "this line has {} fields, not the 7 of a cookies.txt (domain, TRUE or FALSE for "
          "subdomains, path, TRUE or FALSE for https only, expiry, name, value), with tabs between",
          count_);
    }
    if (std::string problem = ReadHost(cookie); !problem.empty()) return problem;
    if (!fields_[2].starts_with('/')) return "the third field, the path, begins with \"/\"";
    cookie->path = fields_[2];
    const auto secure = ReadFlag(fields_[3]);
    if (!secure) return "the fourth field, for https only, is TRUE or FALSE";
    cookie->secure = *secure;
    if (!ReadExpiry(fields_[4], &cookie->expires)) {
      return "the fifth field, the expiry, is a number of seconds since 1970, or 0";
    }
    cookie->name = fields_[5];
    cookie->value = fields_[6];
    const std::string_view problem = ProblemOf(cookie->name, cookie->value);
    return problem.empty() ? std::string() : fmt::format("this cookie {}", problem);
  }

 private:
  // An empty value may have lost its tab.
  bool Split() {
    while (count_ < kFields) {
      const size_t end = count_ + 1 < kFields ? line_.find('\t') : std::string_view::npos;
      fields_[count_++] = line_.substr(0, end);
      if (end == std::string_view::npos) break;
      line_.remove_prefix(end + 1);
    }
    return count_ + 1 >= kFields;
  }

  std::string ReadHost(GivenCookie* cookie) {
    std::string_view domain = fields_[0];
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (domain.empty() || !AppendHost(domain, &cookie->domain)) {
      return "the first field is no host name";
    }
    const auto subdomains = ReadFlag(fields_[1]);
    if (!subdomains) return "the second field, for subdomains, is TRUE or FALSE";
    cookie->host_only = !*subdomains || IsIpAddress(cookie->domain);
    if (cookie->host_only || !IsPublicSuffix(cookie->domain)) return {};
    return fmt::format(
        "a cookie for all of \"{}\" would go to strangers: anyone may have a name "
        "there",
        cookie->domain);
  }

  std::string_view line_;
  std::array<std::string_view, kFields> fields_;
  size_t count_ = 0;
};

std::string_view TakeLine(std::string_view* text) {
  std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(text->size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t") == line.npos; }

bool IsJson(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '[' || text[first] == '{');
}

}  // namespace

std::vector<GivenCookie> ParseCookieFile(std::string_view text, const std::string& file,
                                         std::vector<Diagnostic>* diagnostics) {
  const auto fail = [&](size_t line, std::string message) {
    diagnostics->push_back({Diagnostic::Severity::kError, file, line, 0, std::move(message)});
  };
  if (text.starts_with(kUtf8ByteOrderMark)) text.remove_prefix(kUtf8ByteOrderMark.size());
  std::vector<GivenCookie> cookies;
  if (IsJson(text)) {
    fail(1, "this is JSON: export the cookies in the format of Netscape's cookies.txt");
    return cookies;
  }
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = TakeLine(&text);
    if (line.starts_with(kHttpOnly)) line.remove_prefix(kHttpOnly.size());
    if (IsBlank(line) || line.starts_with('#')) continue;
    GivenCookie cookie;
    std::string problem = LineReader(line).Read(&cookie);
    if (problem.empty()) {
      cookies.push_back(std::move(cookie));
    } else {
      fail(number, std::move(problem));
    }
  }
  return cookies;
}

std::vector<GivenCookie> LoadCookieFile(const std::filesystem::path& path,
                                        std::vector<Diagnostic>* diagnostics) {
  const auto fail = [&](std::string message) {
    diagnostics->push_back({Diagnostic::Severity::kError, path.string(), 0, 0, std::move(message)});
    return std::vector<GivenCookie>();
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return fail("there is no such file");
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (!file && !file.eof())) return fail("cannot be read");
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes) return fail("is larger than 16 MB");
  return ParseCookieFile(text, path.string(), diagnostics);
}

void KeepCookiesFor(std::string_view host, std::vector<GivenCookie>* cookies) {
  std::erase_if(*cookies, [&](const GivenCookie& cookie) {
    if (host == cookie.domain) return false;
    return cookie.host_only || !host.ends_with("." + cookie.domain);
  });
}

std::string_view ProblemOfFixedCookie(std::string_view cookie) {
  const size_t equals = cookie.find('=');
  if (equals == std::string_view::npos) return "is not written as \"name=value\"";
  return ProblemOf(cookie.substr(0, equals), cookie.substr(equals + 1));
}

}  // namespace thresh
