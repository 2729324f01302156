#include "parser/url_template.h"

#include "parser/percent.h"

namespace thresh {

std::optional<UrlTemplate> UrlTemplate::Parse(std::string_view text, UrlTemplateError* error) {
  constexpr std::string_view kEncoded = "{value}", kRaw = "{+value}";
  UrlTemplate result;
  for (size_t at = 0;;) {
    const size_t brace = text.find_first_of("{}", at);
    std::string before(text.substr(at, brace - at));
    if (brace == std::string_view::npos) {
      result.parts_.push_back({std::move(before), false});
      return result;
    }
    const std::string_view rest = text.substr(brace);
    const bool encoded = rest.starts_with(kEncoded);
    if (!encoded && !rest.starts_with(kRaw)) {
      *error = {"is neither {value} nor {+value}: a brace of the URL itself is %7B or %7D", brace};
      return std::nullopt;
    }
    result.parts_.push_back({std::move(before), encoded});
    at = brace + (encoded ? kEncoded : kRaw).size();
  }
}

std::string UrlTemplate::Expand(std::string_view value) const {
  std::string out;
  for (size_t i = 0; i < parts_.size(); ++i) {
    out += parts_[i].text;
    if (i + 1 == parts_.size()) break;
    out += parts_[i].encoded ? PercentEncode(value) : std::string(value);
  }
  return out;
}

}  // namespace thresh
