#include "parser/url_shape.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "parser/ascii.h"
#include "parser/percent.h"

namespace thresh {
namespace {

constexpr size_t kMinHexId = 8;
constexpr size_t kMinMixedId = 10;
constexpr size_t kMinLongId = 16;
constexpr size_t kMaxGroup = 32;

bool IsOfToken(char byte) { return ascii::IsAlphanumeric(byte) || byte == '-' || byte == '_'; }

// Whether `token` is made by a machine, as far as one can tell.
bool IsId(std::string_view token) {
  size_t digits = 0, lower = 0, upper = 0, hex = 0, dashes = 0;
  for (const char byte : token) {
    digits += ascii::IsDigit(byte);
    lower += ascii::IsLower(byte);
    upper += ascii::IsUpper(byte);
    hex += IsIn(byte, kHexDigit);
    dashes += byte == '-';
  }
  if (digits == 0) return false;
  if (token.size() >= kMinHexId && hex + dashes == token.size()) return true;
  if (token.size() >= kMinMixedId && dashes == 0 && lower > 0 && upper > 0) return true;
  return token.size() >= kMinLongId && 4 * digits >= token.size();
}

// "page12" as "page#".
void AppendWithoutNumbers(std::string_view token, std::string* out) {
  for (const char byte : token) {
    if (!ascii::IsDigit(byte)) {
      out->push_back(byte);
    } else if (out->empty() || out->back() != '#') {
      out->push_back('#');
    }
  }
}

void AppendFolded(std::string_view text, std::string* out) {
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), IsOfToken);
    const std::string_view token = text.substr(0, end - text.begin());
    if (IsId(token)) {
      out->push_back('#');
    } else {
      AppendWithoutNumbers(token, out);
    }
    text.remove_prefix(token.size());
    const auto next = std::find_if(text.begin(), text.end(), IsOfToken);
    out->append(text.begin(), next);
    text.remove_prefix(next - text.begin());
  }
}

std::vector<std::string> FoldedNames(std::string_view query) {
  std::vector<std::string> names;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    if (parameter.empty()) continue;
    AppendFolded(parameter.substr(0, parameter.find('=')), &names.emplace_back());
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  segments.reserve(static_cast<size_t>(std::count(path.begin(), path.end(), '/')));
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/' before each segment
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.push_back(segment);
    path.remove_prefix(segment.size());
  }
  return segments;
}

}  // namespace

std::string UrlShape(const Url& url) {
  const std::string_view origin = url.origin();
  std::string shape(origin.substr(url.scheme().size() + std::string_view("://").size()));
  AppendFolded(url.path(), &shape);
  char separator = '?';
  for (const std::string& name : FoldedNames(url.query())) {
    shape.push_back(separator);
    shape.append(name);
    separator = '&';
  }
  return shape;
}

int PathRepeats(std::string_view path) {
  const std::vector<std::string_view> segments = Segments(path);
  size_t most = 1;
  for (size_t group = 1; group <= std::min(kMaxGroup, segments.size() / 2); ++group) {
    size_t equal = 0;  // segments in a row that are what stands a group before them
    for (size_t i = group; i < segments.size(); ++i) {
      equal = segments[i] == segments[i - group] ? equal + 1 : 0;
      most = std::max(most, equal / group + 1);
    }
  }
  return static_cast<int>(most);
}

}  // namespace thresh
