#include "parser/robots_tag.h"

#include <algorithm>

#include "parser/ascii.h"
#include "parser/robots.h"

namespace thresh {
namespace {

using ascii::EqualsIgnoringCase;
using ascii::EqualsLower;

bool IsSeparator(char byte) { return byte == ',' || byte == ' ' || (byte >= '\t' && byte <= '\r'); }

// These have a value behind their colon; any other name there is an agent's.
bool TakesValue(std::string_view name) {
  return EqualsLower(name, "unavailable_after") || EqualsLower(name, "max-snippet") ||
         EqualsLower(name, "max-image-preview") || EqualsLower(name, "max-video-preview");
}

std::string_view TrimLeft(std::string_view text) {
  const auto begin = std::find_if_not(text.begin(), text.end(), IsSeparator);
  return text.substr(begin - text.begin());
}

// The agent that `part` begins to speak to, and its colon taken off; empty when it names none.
std::string_view TakeAgent(std::string_view* part) {
  const size_t colon = part->find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view name = part->substr(0, colon);
  const auto blank = std::find_if(name.begin(), name.end(), IsSeparator);
  const bool one_word = std::all_of(blank, name.end(), IsSeparator);
  const std::string_view token = ProductToken(name);
  if (!one_word || token.empty() || TakesValue(token)) return {};
  part->remove_prefix(colon + 1);
  return token;
}

}  // namespace

RobotsDirectives ParseRobotsMeta(std::string_view content) {
  RobotsDirectives found;
  while (!(content = TrimLeft(content)).empty()) {
    const auto end = std::find_if(content.begin(), content.end(), IsSeparator);
    const std::string_view word = content.substr(0, end - content.begin());
    const bool none = EqualsLower(word, "none");
    found |= {none || EqualsLower(word, "noindex"), none || EqualsLower(word, "nofollow")};
    content.remove_prefix(word.size());
  }
  return found;
}

RobotsDirectives ParseRobotsTag(std::string_view value, std::string_view agent) {
  const std::string_view token = ProductToken(agent);
  RobotsDirectives found;
  bool for_us = true;
  while (!(value = TrimLeft(value)).empty()) {
    std::string_view part = value.substr(0, value.find(','));
    value.remove_prefix(part.size());
    const std::string_view name = TakeAgent(&part);
    if (!name.empty()) for_us = EqualsIgnoringCase(name, token);
    if (for_us) found |= ParseRobotsMeta(part);
  }
  return found;
}

}  // namespace thresh
