#include "parser/link_header.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "parser/ascii.h"

namespace thresh {
namespace {

using ascii::EqualsLower;
using ascii::IsBlank;

std::string_view TrimRight(std::string_view text) {
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Walks over a header's value, as RFC 8288's appendix B.2 and B.3 say.
class LinkHeaderParser {
 public:
  explicit LinkHeaderParser(std::string_view value) : rest_(value) {}

  std::vector<HeaderLink> Parse(size_t max_links) {
    std::vector<HeaderLink> links;
    while (links.size() < max_links && FindLink()) {
      const size_t end = rest_.find('>');
      if (end == std::string_view::npos) break;
      HeaderLink link;
      link.target = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (ReadParameters(&link)) links.push_back(std::move(link));
    }
    return links;
  }

 private:
  // Behind the '<' of the next link. False at the end, and where something else stands.
  bool FindLink() {
    const auto begin =
        std::find_if_not(rest_.begin(), rest_.end(), [](char c) { return IsBlank(c) || c == ','; });
    rest_.remove_prefix(begin - rest_.begin());
    return Skip('<');
  }

  // Reads up to the comma behind this link. Whether it is one of those that are asked for.
  bool ReadParameters(HeaderLink* link) {
    bool anchored = false;
    std::optional<std::string> rel;
    for (SkipBlanks(); Skip(';'); SkipBlanks()) {
      auto [name, value] = ReadParameter();
      if (EqualsLower(name, "anchor")) anchored = true;
      // Only the first counts (§3.3).
      if (EqualsLower(name, "rel") && !rel) rel = std::move(value);
    }
    return !anchored && rel && ReadRelations(*rel, link);
  }

  static bool ReadRelations(std::string_view rel, HeaderLink* link) {
    bool prev = false;
    while (!rel.empty()) {
      const auto end = std::find_if(rel.begin(), rel.end(), IsBlank);
      const std::string_view word = rel.substr(0, end - rel.begin());
      link->next = link->next || EqualsLower(word, "next");
      prev = prev || EqualsLower(word, "prev") || EqualsLower(word, "previous");
      link->nofollow = link->nofollow || EqualsLower(word, "nofollow");
      rel.remove_prefix(std::min(rel.size(), word.size() + 1));
    }
    return link->next || prev;
  }

  std::pair<std::string_view, std::string> ReadParameter() {
    SkipBlanks();
    const size_t end = std::min(rest_.find_first_of("=;,"), rest_.size());
    const std::string_view name = TrimRight(rest_.substr(0, end));
    rest_.remove_prefix(end);
    if (!Skip('=')) return {name, {}};
    SkipBlanks();
    return {name, Skip('"') ? ReadQuoted() : ReadToken()};
  }

  // RFC 9110 §5.6.4; a quote that is never closed is closed by the end.
  std::string ReadQuoted() {
    std::string text;
    size_t at = 0;
    while (at < rest_.size() && rest_[at] != '"') {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      text.push_back(rest_[at++]);
    }
    rest_.remove_prefix(std::min(rest_.size(), at + 1));
    return text;
  }

  std::string ReadToken() {
    const std::string_view token = rest_.substr(0, rest_.find_first_of(";,"));
    rest_.remove_prefix(token.size());
    return std::string(TrimRight(token));
  }

  bool Skip(char byte) {
    if (!rest_.starts_with(byte)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void SkipBlanks() {
    while (!rest_.empty() && IsBlank(rest_.front())) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

}  // namespace

std::vector<HeaderLink> ParseLinkHeader(std::string_view value, size_t max_links) {
  return LinkHeaderParser(value).Parse(max_links);
}

}  // namespace thresh
