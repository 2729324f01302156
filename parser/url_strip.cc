#include "parser/url_strip.h"

#include <utility>

namespace thresh {
namespace {

std::string_view NameOf(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}

std::string AnyOf(const std::vector<std::string>& patterns) {
  std::string any;
  for (const std::string& pattern : patterns) {
    any.append(any.empty() ? "(?:" : "|(?:").append(pattern).append(")");
  }
  return any;
}

}  // namespace

const std::vector<std::string>& DefaultStripPatterns() {
  static const auto* const patterns = new std::vector<std::string>{
      // campaigns
      "utm_.*", "pk_.*", "mtm_.*", "piwik_.*", "matomo_.*", "_hs.*", "__hs.*", "hsCtaTracking",
      "mc_[ce]id", "mkt_tok", "vero_(id|conv)", "oly_(anon|enc)_id", "s_cid", "s_kwcid", "ef_id",
      "_openstat", "wt\\.?[mz]c", "at_(medium|campaign).*",
      // clicks
      "fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ysclid",
      "twclid", "ttclid", "igsh(id)?", "li_fat_id", "rb_clickid", "wickedid", "_g[al]", "epik",
      "srsltid",
      // sessions
      "(?i)phpsessid", "(?i)jsessionid", "(?i)aspsessionid\\w*", "(?i)asp\\.net_sessionid",
      "(?i)cfid", "(?i)cftoken", "(?i)oscsid", "(?i)zenid", "(?i)sess(ion)?_?id"};
  return *patterns;
}

std::optional<ParameterStripper> ParameterStripper::Create(const std::vector<std::string>& patterns,
                                                           RegexError* error) {
  ParameterStripper stripper;
  if (patterns.empty()) return stripper;
  for (const std::string& pattern : patterns) {
    if (CompileRegex(pattern, error) == nullptr) return std::nullopt;
  }
  stripper.names_ = CompileRegex(AnyOf(patterns), error);
  if (stripper.names_ == nullptr) return std::nullopt;
  return stripper;
}

ParameterStripper ParameterStripper::Default() {
  static const std::shared_ptr<const re2::RE2> names =
      CompileRegex(AnyOf(DefaultStripPatterns()), nullptr);
  ParameterStripper stripper;
  stripper.names_ = names;
  return stripper;
}

bool ParameterStripper::Matches(std::string_view name) const {
  return re2::RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *names_);
}

// Appends what stays of `query`; whether that is less than all.
bool ParameterStripper::StripQuery(std::string_view query, std::string* out) const {
  bool stripped = false, first = true;
  while (true) {
    const size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    if (!parameter.empty() && Matches(NameOf(parameter))) {
      stripped = true;
    } else {
      out->append(first ? "?" : "&").append(parameter);
      first = false;
    }
    if (end == std::string_view::npos) return stripped;
    query.remove_prefix(end + 1);
  }
}

// Likewise of `path`. A parameter runs from ';' to the next ';' or '/'.
bool ParameterStripper::StripPath(std::string_view path, std::string* out) const {
  bool stripped = false;
  while (true) {
    const size_t semicolon = path.find(';');
    out->append(path.substr(0, semicolon));
    if (semicolon == std::string_view::npos) return stripped;
    path.remove_prefix(semicolon + 1);
    const std::string_view parameter = path.substr(0, path.find_first_of(";/"));
    const std::string_view name = NameOf(parameter);
    if (name.size() < parameter.size() && Matches(name)) {
      stripped = true;
    } else {
      out->append(";").append(parameter);
    }
    path.remove_prefix(parameter.size());
  }
}

Url ParameterStripper::Strip(const Url& url) const {
  if (names_ == nullptr || !HasParameters(url.href())) return url;
  std::string href(url.origin());
  const bool path_stripped = StripPath(url.path(), &href);
  bool query_stripped = false;
  if (url.path().size() < url.path_and_query().size()) {
    query_stripped = StripQuery(url.query(), &href);
  }
  if (!path_stripped && !query_stripped) return url;
  return Url::Parse(href).value_or(url);
}

}  // namespace thresh
