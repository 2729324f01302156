#include "parser/url.h"

#include <array>
#include <charconv>
#include <utility>

#include "parser/ascii.h"
#include "parser/percent.h"
#include "parser/url_host.h"
#include "parser/url_query.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

using ascii::EqualsLower;

// Beyond this an input is not looked at: what is dropped on the way (tabs, dot segments, the
// user's "%61" for "a") cannot excuse so much.
constexpr size_t kMaxInputBytes = 8 * kMaxUrlBytes;

constexpr uint16_t DefaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool IsSlash(char byte) { return byte == '/' || byte == '\\'; }

constexpr bool IsTabOrNewline(char byte) { return byte == '\t' || byte == '\n' || byte == '\r'; }

std::string_view TrimControls(std::string_view input) {
  const auto is_c0_or_space = [](char byte) { return static_cast<unsigned char>(byte) <= ' '; };
  return ascii::Trimmed(input, is_c0_or_space);
}

// What bytes of an input are told apart by in the one pass over all of it, so that a usual link,
// which has few of them, is copied rather than parsed byte by byte.
enum InputTrait : uint8_t {
  kTabOrNewline = 1,
  kColon = 2,
  kNotPlain = 4,  // a backslash, and what a path would have escaped or decoded
};

constexpr std::array<uint8_t, 256> MakeTraits() {
  std::array<uint8_t, 256> traits{};
  for (int i = 0; i < 256; ++i) {
    const char byte = static_cast<char>(i);
    if (IsTabOrNewline(byte)) traits[i] |= kTabOrNewline;
    if (byte == ':') traits[i] |= kColon;
    if (!IsIn(byte, kPathBytes) && byte != '?') traits[i] |= kNotPlain;
  }
  return traits;
}

uint8_t TraitsOf(std::string_view input) {
  static constexpr std::array<uint8_t, 256> kTraits = MakeTraits();
  uint8_t traits = 0;
  for (const char byte : input) traits |= kTraits[static_cast<unsigned char>(byte)];
  return traits;
}

// `input` without tabs and newlines; of an endless one a little more than kMaxInputBytes.
std::string WithoutTabs(std::string_view input) {
  std::string out;
  for (size_t at = 0; at < input.size() && out.size() <= kMaxInputBytes; ++at) {
    if (!IsTabOrNewline(input[at])) out.push_back(input[at]);
  }
  return out;
}

// Whether a segment begins with '.': it may be a dot segment.
bool HasDottedSegment(std::string_view path) {
  bool found = path.starts_with('.');
  for (size_t at = 1; at < path.size(); ++at) found |= path[at] == '.' && path[at - 1] == '/';
  return found;
}

// The scheme that `input` begins with, as written and without ':'; empty when there is none.
std::string_view SchemeOf(std::string_view input) {
  if (input.empty() || !ascii::IsAlpha(input[0])) return {};
  size_t end = 1;
  while (end < input.size() && IsIn(input[end], kSchemeBytes)) ++end;
  return end < input.size() && input[end] == ':' ? input.substr(0, end) : std::string_view();
}

// "http" or "https" for any spelling of it, else empty.
std::string_view WebScheme(std::string_view scheme) {
  if (EqualsLower(scheme, "http")) return "http";
  if (EqualsLower(scheme, "https")) return "https";
  return {};
}

// The number of a port; nothing when it is none. `text` may have leading zeros and is not empty.
std::optional<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// "/a/b" becomes "/a", and "/a" nothing.
std::string_view WithoutLastSegment(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(0, slash);
}

// Where the port's ':' stands in an authority, outside an IPv6 address's brackets; else npos.
size_t PortColon(std::string_view authority) {
  bool in_brackets = false;
  for (size_t at = 0; at < authority.size(); ++at) {
    if (authority[at] == '[') in_brackets = true;
    if (authority[at] == ']') in_brackets = false;
    if (authority[at] == ':' && !in_brackets) return at;
  }
  return std::string_view::npos;
}

}  // namespace

// Builds one Url from left to right, in its href_: the basic URL parser (§4.4), with a function for
// each group of its states.
class UrlParser {
 public:
  explicit UrlParser(UrlBase base)
      : base_(base.url != nullptr && !base.url->href().empty() ? base.url : nullptr),
        queries_(base.queries) {}

  UrlError Parse(std::string_view input);
  Url Take() { return std::move(url_); }

 private:
  UrlError ParseAbsolute(std::string_view scheme, std::string_view rest);
  UrlError ParseRelative(std::string_view rest);
  UrlError ParseAuthority(std::string_view rest);
  UrlError ParseHostAndPort(std::string_view authority);
  UrlError ParsePathAndQuery(std::string_view rest);
  UrlError ParseQuery(std::string_view rest);
  UrlError Finish();

  void AppendSegments(std::string_view path);
  void RemoveLastSegment();

  void SetScheme(std::string_view scheme);
  void CopyBase(size_t path_bytes);

  const Url* base_;
  const charset::Encoder* queries_;
  Url url_;
  bool plain_ = false;  // the input has no backslash, and nothing to escape or decode in its path
  size_t path_begin_ = 0;  // as url_.path_begin_, but in full width
  size_t path_end_ = 0;
};

UrlError UrlParser::Parse(std::string_view input) {
  input = TrimControls(input);
  input = input.substr(0, input.find('#'));
  const uint8_t traits = TraitsOf(input);
  plain_ = (traits & kNotPlain) == 0;
  std::string buffer;
  if ((traits & kTabOrNewline) != 0) input = buffer = WithoutTabs(input);
  const std::string_view scheme = (traits & kColon) != 0 ? SchemeOf(input) : std::string_view();
  const std::string_view web_scheme = WebScheme(scheme);
  if (!scheme.empty() && web_scheme.empty()) return UrlError::kOtherScheme;
  if (input.size() > kMaxInputBytes) return UrlError::kTooLong;
  if (!scheme.empty()) return ParseAbsolute(web_scheme, input.substr(scheme.size() + 1));
  if (base_ == nullptr) return UrlError::kRelativeWithoutBase;
  return ParseRelative(input);
}

// "http:page" is relative to a base of the same scheme, and else a host.
UrlError UrlParser::ParseAbsolute(std::string_view scheme, std::string_view rest) {
  const bool slashes = rest.size() >= 2 && IsSlash(rest[0]) && IsSlash(rest[1]);
  if (!slashes && base_ != nullptr && base_->scheme() == scheme) return ParseRelative(rest);
  url_.href_.reserve(rest.size() + sizeof "https:///");
  SetScheme(scheme);
  return ParseAuthority(rest);
}

UrlError UrlParser::ParseRelative(std::string_view rest) {
  if (rest.size() >= 2 && IsSlash(rest[0]) && IsSlash(rest[1])) {
    SetScheme(base_->scheme());
    return ParseAuthority(rest);
  }
  url_.href_.reserve(base_->path_end_ + rest.size() + 1);
  if (!rest.empty() && IsSlash(rest[0])) {
    CopyBase(0);
    return ParsePathAndQuery(rest.substr(1));
  }
  std::string_view path = base_->path();
  if (rest.empty() || rest[0] == '?') {
    CopyBase(path.size());
    path_end_ = url_.href_.size();
    if (!rest.empty()) return ParseQuery(rest);
    url_.href_.append(base_->href_, base_->path_end_);
    return Finish();
  }
  path = WithoutLastSegment(path);
  while (rest.starts_with("../") && rest.size() > 3) {  // the usual link: no need to undo copying
    path = WithoutLastSegment(path);
    rest.remove_prefix(3);
  }
  CopyBase(path.size());
  return ParsePathAndQuery(rest);
}

// `rest` is what follows the scheme; any number of slashes goes before the host.
UrlError UrlParser::ParseAuthority(std::string_view rest) {
  while (!rest.empty() && IsSlash(rest[0])) rest.remove_prefix(1);
  size_t end = 0;
  while (end < rest.size() && !IsSlash(rest[end]) && rest[end] != '?') ++end;
  const UrlError error = ParseHostAndPort(rest.substr(0, end));
  if (error != UrlError::kNone) return error;
  rest.remove_prefix(end);
  if (!rest.empty() && IsSlash(rest[0])) rest.remove_prefix(1);
  return ParsePathAndQuery(rest);
}

UrlError UrlParser::ParseHostAndPort(std::string_view authority) {
  const size_t at_sign = authority.rfind('@');
  if (at_sign != std::string_view::npos) {
    const std::string_view credentials = authority.substr(0, at_sign);
    if (!credentials.empty() && credentials != ":") return UrlError::kCredentials;
    authority.remove_prefix(at_sign + 1);
  }
  const size_t colon = PortColon(authority);
  url_.host_begin_ = static_cast<uint16_t>(url_.href_.size());
  if (!AppendHost(authority.substr(0, colon), &url_.href_)) return UrlError::kBadHost;
  if (url_.href_.size() > kMaxUrlBytes) return UrlError::kTooLong;
  url_.host_end_ = static_cast<uint16_t>(url_.href_.size());
  if (colon != std::string_view::npos && colon + 1 < authority.size()) {
    const auto port = ParsePort(authority.substr(colon + 1));
    if (!port) return UrlError::kBadPort;
    if (*port != url_.port_) url_.href_.append(":").append(std::to_string(*port));
    url_.port_ = *port;
  }
  path_begin_ = url_.href_.size();
  return UrlError::kNone;
}

// `rest` begins behind the slash that ends the origin or, where href_ has already the leading
// segments of a base, behind the last of these.
UrlError UrlParser::ParsePathAndQuery(std::string_view rest) {
  const size_t query = rest.find('?');
  AppendSegments(rest.substr(0, query));
  path_end_ = url_.href_.size();
  if (query == std::string_view::npos) return Finish();
  return ParseQuery(rest.substr(query));
}

// `rest` begins with '?'. An empty query keeps its '?', as the standard serialises it.
UrlError UrlParser::ParseQuery(std::string_view rest) {
  std::string escaped;
  if (queries_ != nullptr && !IsAscii(rest)) {
    rest = escaped = EscapeQuery(rest, *queries_);
  }
  url_.href_.push_back('?');
  AppendNormalised(rest.substr(1), kQueryBytes, &url_.href_);
  return Finish();
}

UrlError UrlParser::Finish() {
  if (url_.href_.size() > kMaxUrlBytes) return UrlError::kTooLong;
  url_.path_begin_ = static_cast<uint16_t>(path_begin_);
  url_.path_end_ = static_cast<uint16_t>(path_end_);
  return UrlError::kNone;
}

// The path state: each segment in normal form, dot segments resolved. "%2e" has become '.' before
// it is looked at, as the standard's list of dot segments asks for.
void UrlParser::AppendSegments(std::string_view path) {
  std::string& href = url_.href_;
  if (plain_ && !HasDottedSegment(path)) {
    href.append("/").append(path);
    return;
  }
  for (bool last = false; !last;) {
    size_t end = 0;
    while (end < path.size() && !IsSlash(path[end])) ++end;
    last = end == path.size();
    const size_t begin = href.size();
    href.push_back('/');
    AppendNormalised(path.substr(0, end), kPathBytes, &href);
    const std::string_view segment = std::string_view(href).substr(begin + 1);
    if (segment == "." || segment == "..") {
      const bool parent = segment.size() == 2;
      href.resize(begin);
      if (parent) RemoveLastSegment();
      if (last) href.push_back('/');
    }
    if (!last) path.remove_prefix(end + 1);
  }
}

void UrlParser::RemoveLastSegment() {
  const std::string_view path = std::string_view(url_.href_).substr(path_begin_);
  url_.href_.resize(path_begin_ + WithoutLastSegment(path).size());
}

void UrlParser::SetScheme(std::string_view scheme) {
  url_.href_.assign(scheme).append("://");
  url_.scheme_end_ = static_cast<uint16_t>(scheme.size());
  url_.port_ = DefaultPort(scheme);
}

// The base's origin and the first bytes of its path.
void UrlParser::CopyBase(size_t path_bytes) {
  url_.href_.append(base_->href_, 0, base_->path_begin_ + path_bytes);
  url_.scheme_end_ = base_->scheme_end_;
  url_.host_begin_ = base_->host_begin_;
  url_.host_end_ = base_->host_end_;
  url_.port_ = base_->port_;
  path_begin_ = base_->path_begin_;
}

std::string_view Describe(UrlError error) {
  switch (error) {
    case UrlError::kNone:
      return "";
    case UrlError::kRelativeWithoutBase:
      return "is relative, and there is no base URL to resolve it against";
    case UrlError::kOtherScheme:
      return "is neither http nor https";
    case UrlError::kBadHost:
      return "has no valid host name";
    case UrlError::kBadPort:
      return "has a port that is not a number from 0 to 65535";
    case UrlError::kCredentials:
      return "has a user name or password in it; give them as a header of the host instead";
    case UrlError::kTooLong:
      return "is longer than 8192 bytes";
  }
  return "";
}

std::optional<Url> Url::Parse(std::string_view input, UrlBase base, UrlError* error) {
  UrlParser parser(base);
  const UrlError outcome = parser.Parse(input);
  if (error != nullptr) *error = outcome;
  if (outcome != UrlError::kNone) return std::nullopt;
  return parser.Take();
}

std::string_view Url::query() const {
  return path_end_ < href_.size() ? Part(path_end_ + 1, href_.size()) : std::string_view();
}

std::string_view Url::path_and_query() const { return Part(path_begin_, href_.size()); }

}  // namespace thresh
