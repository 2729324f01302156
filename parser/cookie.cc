#include "parser/cookie.h"

#include <algorithm>
#include <utility>

#include "parser/ascii.h"
#include "parser/url_host.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

using ascii::EqualsLower;

constexpr size_t kMaxAttributeBytes = 1024;
// What is longer is this, thirty years: no sum with a clock overflows.
constexpr std::chrono::seconds kLongestAge{1'000'000'000};

// Takes what stands before the next ';' off `text`.
std::string_view TakePart(std::string_view* text) {
  const std::string_view part = text->substr(0, text->find(';'));
  text->remove_prefix(std::min(text->size(), part.size() + 1));
  return part;
}

// "a = b" as "a" and "b"; without a '=' the value is empty.
std::pair<std::string_view, std::string_view> SplitPair(std::string_view text) {
  const size_t equals = std::min(text.find('='), text.size());
  const std::string_view value = text.substr(std::min(text.size(), equals + 1));
  return {ascii::WithoutBlanks(text.substr(0, equals)), ascii::WithoutBlanks(value)};
}

// §5.2.2: a number without more; one that is not positive is the earliest time there is.
std::optional<std::chrono::seconds> ParseMaxAge(std::string_view value) {
  const bool negative = value.starts_with('-');
  if (negative) value.remove_prefix(1);
  if (value.empty() && !negative) return std::nullopt;
  if (!std::all_of(value.begin(), value.end(), ascii::IsDigit)) return std::nullopt;
  if (negative) return std::chrono::seconds(0);
  std::chrono::seconds age{0};
  for (const char digit : value) {
    age = std::min(kLongestAge, age * 10 + std::chrono::seconds(digit - '0'));
  }
  return age;
}

// §5.2.3, and §5.1.2's canonical form. False when it is no host.
bool ReadDomain(std::string_view value, std::string* domain) {
  if (value.starts_with('.')) value.remove_prefix(1);
  if (value.empty()) return true;  // as if it were not there
  domain->clear();
  if (!IsAscii(value)) return AppendHost(value, domain);
  *domain = ascii::Lowered(value);
  return true;
}

// False when the whole cookie is to be ignored.
bool ReadAttribute(std::string_view name, std::string_view value, SetCookie* cookie) {
  if (value.size() > kMaxAttributeBytes) return true;
  if (EqualsLower(name, "expires")) {
    if (const auto date = ParseCookieDate(value)) cookie->expires = date;
  } else if (EqualsLower(name, "max-age")) {
    if (const auto age = ParseMaxAge(value)) cookie->max_age = age;
  } else if (EqualsLower(name, "domain")) {
    return ReadDomain(value, &cookie->domain);
  } else if (EqualsLower(name, "path")) {
    cookie->path = value.starts_with('/') ? value : std::string_view();
  } else if (EqualsLower(name, "secure")) {
    cookie->secure = true;
  }
  return true;
}

// What the name promises must be true, or somebody is lying about who set the cookie.
bool KeepsItsPrefix(const SetCookie& cookie) {
  const std::string_view name = cookie.name;
  if (EqualsLower(name.substr(0, 9), "__secure-")) return cookie.secure;
  if (!EqualsLower(name.substr(0, 7), "__host-")) return true;
  return cookie.secure && cookie.domain.empty() && cookie.path == "/";
}

}  // namespace

std::optional<SetCookie> ParseSetCookie(std::string_view header) {
  if (std::any_of(header.begin(), header.end(), ascii::IsControlButTab)) return std::nullopt;
  const std::string_view pair = TakePart(&header);
  if (pair.find('=') == std::string_view::npos) return std::nullopt;
  const auto [name, value] = SplitPair(pair);
  if (name.empty() || name.size() + value.size() > kMaxCookieBytes) return std::nullopt;
  SetCookie cookie;
  cookie.name = name;
  cookie.value = value;
  while (!header.empty()) {
    const auto [attribute, of_attribute] = SplitPair(TakePart(&header));
    if (!ReadAttribute(attribute, of_attribute, &cookie)) return std::nullopt;
  }
  if (!KeepsItsPrefix(cookie)) return std::nullopt;
  return cookie;
}

}  // namespace thresh
