#include "parser/robots_pattern.h"

#include <string.h>

#include <utility>

#include "parser/percent.h"

namespace thresh {
namespace {

// Where `part` stands in `text` from `at` on, or npos. memmem, unlike std::string_view::find, is
// linear for any part: robots.txt is anyone's input.
size_t Find(std::string_view text, std::string_view part, size_t at) {
  const void* found = memmem(text.data() + at, text.size() - at, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<const char*>(found) - text.data();
}

std::string InNormalForm(std::string_view path_and_query) {
  std::string out;
  out.reserve(path_and_query.size());
  AppendNormalised(path_and_query, kRobotsBytes, &out);
  return out;
}

// "%2A" and "%24" are the literals that a pattern cannot write otherwise.
std::string WithoutEscapedSpecials(std::string text) {
  if (text.find("%2") == std::string::npos) return text;
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    const std::string_view escape = std::string_view(text).substr(at, 3);
    const bool star = escape == "%2A", dollar = escape == "%24";
    out.push_back(star ? '*' : dollar ? '$' : text[at]);
    if (star || dollar) at += 2;
  }
  return out;
}

}  // namespace

std::string RobotsPath(std::string_view path_and_query) {
  return WithoutEscapedSpecials(InNormalForm(path_and_query));
}

RobotsPattern::RobotsPattern(std::string_view pattern) {
  if (pattern.ends_with('$')) {
    anchored_ = true;
    pattern.remove_suffix(1);
  }
  for (bool last = false; !last;) {
    const size_t star = pattern.find('*');
    last = star == std::string_view::npos;
    std::string part = InNormalForm(pattern.substr(0, star));
    length_ += part.size() + (last ? 0 : 1);
    part = WithoutEscapedSpecials(std::move(part));
    // Of several stars in a row one is enough.
    if (parts_.empty() || last || !part.empty()) parts_.push_back(std::move(part));
    if (!last) pattern.remove_prefix(star + 1);
  }
  if (anchored_) ++length_;
}

bool RobotsPattern::Matches(std::string_view path) const {
  if (!path.starts_with(parts_.front())) return false;
  size_t at = parts_.front().size();
  if (parts_.size() == 1) return !anchored_ || at == path.size();
  for (size_t i = 1; i + 1 < parts_.size(); ++i) {
    at = Find(path, parts_[i], at);
    if (at == std::string_view::npos) return false;
    at += parts_[i].size();
  }
  const std::string& last = parts_.back();
  if (!anchored_) return Find(path, last, at) != std::string_view::npos;
  return path.size() - at >= last.size() && path.ends_with(last);
}

}  // namespace thresh
