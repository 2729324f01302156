#include "parser/url_host.h"

#include <unicode/uidna.h>

#include <array>
#include <cstdint>
#include <optional>

#include "parser/ascii.h"
#include "parser/percent.h"
#include "parser/url_ip.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

// What UTS #46 calls errors, and the URL standard does not: it sets CheckHyphens and
// VerifyDnsLength to false (§3.3).
constexpr uint32_t kToleratedIdnaErrors =
    UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

// ICU's tables, opened at the first international name and kept: they are immutable.
const UIDNA* Idna() {
  static UIDNA* const idna = [] {
    UErrorCode status = U_ZERO_ERROR;
    return uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII,
                           &status);
  }();
  return idna;
}

bool HasPunycodeLabel(std::string_view lower) {
  if (lower.find("xn--") == std::string_view::npos) return false;
  return lower.starts_with("xn--") || lower.find(".xn--") != std::string_view::npos;
}

// "Domain to ASCII" (§3.3) of a percent-decoded domain.
std::optional<std::string> DomainToAscii(std::string_view domain) {
  std::string lower = ascii::Lowered(domain);
  if (IsAscii(lower) && !HasPunycodeLabel(lower)) return lower;
  if (Idna() == nullptr) return std::nullopt;
  // Punycode of a code point is at most 4 bytes here or there; a name that still does not fit is
  // longer than a URL may be.
  std::string ascii(4 * lower.size() + 64, '\0');
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size =
      uidna_nameToASCII_UTF8(Idna(), lower.data(), static_cast<int32_t>(lower.size()), ascii.data(),
                             static_cast<int32_t>(ascii.size()), &info, &status);
  if (U_FAILURE(status) || (info.errors & ~kToleratedIdnaErrors) != 0) return std::nullopt;
  ascii.resize(size);
  // What punycode stands for must not look like punycode itself (UTS #46 §4.1, V4); of ICU's errors
  // that is one of the hyphens.
  if (ascii.find("xn--xn--") != std::string::npos) return std::nullopt;
  return ascii;
}

// A domain that nothing has to be done to: lower case, no punycode, not a number at its end.
bool IsPlainDomain(std::string_view host) {
  if (host.empty()) return false;
  for (const char byte : host) {
    if (!IsIn(byte, kHostBytes)) return false;
  }
  return !HasPunycodeLabel(host) && !EndsInNumber(host);
}

}  // namespace

bool AppendHost(std::string_view input, std::string* out) {
  if (IsPlainDomain(input)) {
    out->append(input);
    return true;
  }
  if (input.starts_with('[')) {
    if (!input.ends_with(']')) return false;
    const auto address = ParseIpv6(input.substr(1, input.size() - 2));
    if (!address) return false;
    AppendIpv6(*address, out);
    return true;
  }
  const auto domain = DomainToAscii(PercentDecode(input));
  if (!domain || domain->empty()) return false;
  for (const char byte : *domain) {
    if (IsIn(byte, kForbiddenHost)) return false;
  }
  if (!EndsInNumber(*domain)) {
    out->append(*domain);
    return true;
  }
  const auto address = ParseIpv4(*domain);
  if (!address) return false;
  AppendIpv4(*address, out);
  return true;
}

std::string_view OriginOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return url;
  return url.substr(0, url.find_first_of("/?#", scheme + 3));
}

}  // namespace thresh
