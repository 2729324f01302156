#include "parser/url_join.h"

#include <algorithm>
#include <array>

#include "parser/percent.h"

namespace thresh {
namespace {

// Bytes that stand for themselves in a path and begin nothing else, such as a session's parameter
// or, in a page, an entity.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (int i = 0; i < 256; ++i) {
    const char byte = static_cast<char>(i);
    plain[i] = IsIn(byte, kPathBytes) && byte != ':' && byte != ';' && byte != '&';
  }
  return plain;
}();

constexpr size_t kUsualDepth = 8;  // most paths have fewer slashes

// Whether `path` is to be copied as it is: no segment of it begins with a dot.
bool IsPlain(std::string_view path) {
  bool plain = true;
  char before = '/';
  for (const char byte : path) {
    plain &= kPlain[static_cast<unsigned char>(byte)];
    plain &= byte != '.' || before != '/';
    before = byte;
  }
  return plain;
}

}  // namespace

UrlJoiner::UrlJoiner(const Url& base) : base_(base) {
  slashes_.reserve(kUsualDepth);
  const size_t path = base.origin().size();
  for (size_t i = 0; i < base.path().size(); ++i) {
    if (base.path()[i] == '/') slashes_.push_back(static_cast<uint16_t>(path + i));
  }
}

std::string_view UrlJoiner::Join(std::string_view reference) {
  if (slashes_.empty() || reference.empty()) return {};
  if (reference[0] == '/') return JoinAt(slashes_[0], reference.substr(1));
  size_t ups = 0;
  // starts_with would be a call, and most references begin so.
  while (reference.size() > 3 && reference[0] == '.' && reference[1] == '.' &&
         reference[2] == '/') {
    reference.remove_prefix(3);
    ++ups;
  }
  const size_t last = slashes_.size() - 1;
  return JoinAt(slashes_[last - std::min(ups, last)], reference);
}

std::string_view UrlJoiner::directory() const {
  return std::string_view(base_.href()).substr(0, slashes_.empty() ? 0 : slashes_.back());
}

// "/" and `path` behind the first bytes of the base.
std::string_view UrlJoiner::JoinAt(size_t base_bytes, std::string_view path) {
  if (path.starts_with('/') || !IsPlain(path)) return {};
  joined_.assign(base_.href(), 0, base_bytes).append("/").append(path);
  if (joined_.size() > kMaxUrlBytes) return {};
  return joined_;
}

}  // namespace thresh
