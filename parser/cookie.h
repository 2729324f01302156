// The Set-Cookie header (RFC 6265 §5.2) and the dates in it (§5.1.1).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace thresh {

// The most bytes of a cookie's name and value together; one that has more is none.
inline constexpr size_t kMaxCookieBytes = 4096;

// What a Set-Cookie header asks for. Nobody has checked yet whether its sender may.
struct SetCookie {
  std::string name;
  std::string value;                                // as written, quotes included
  std::optional<std::chrono::sys_seconds> expires;  // where there is no Max-Age
  std::optional<std::chrono::seconds> max_age;      // counts before `expires`; 0: delete it now
  std::string domain;  // as hosts stand in URLs, without a leading dot; empty: the host alone
  std::string path;    // begins with '/'; empty: the default path (§5.1.4)
  bool secure = false;
};

// Parses the value of one Set-Cookie header. Nothing when it sets no cookie: without a '=', without
// a name, above kMaxCookieBytes, with control characters (other than tab) in it, for a domain that
// is none, or against what its name's prefix promises: "__Secure-" is Secure, "__Host-" is Secure,
// of path "/" and without a Domain (RFC 6265bis §4.1.3, in any case). Attributes above 1,024 bytes
// are not read. HttpOnly and SameSite are: there are no scripts here, and each request is a visit.
// Linear.
std::optional<SetCookie> ParseSetCookie(std::string_view header);

// A cookie-date (§5.1.1), such as "Wed, 09 Jun 2021 10:18:14 GMT" and much that merely looks like
// one. Nothing when it is none. Always UTC, whatever zone it names.
std::optional<std::chrono::sys_seconds> ParseCookieDate(std::string_view text);

}  // namespace thresh
