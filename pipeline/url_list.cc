#include "pipeline/url_list.h"

#include <limits>

#include "parser/utf8.h"

namespace thresh {
namespace {

// A URL may be written longer than it is: in escapes, or with spaces behind it.
constexpr size_t kLongestLine = 8 * kMaxUrlBytes;

}  // namespace

// Two bytes more: one that is too much, and the NUL that istream::getline writes.
UrlList::UrlList(std::istream& in) : in_(in), buffer_(kLongestLine + 2, '\0') {}

bool UrlList::ReadLine() {
  in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  auto size = static_cast<size_t>(in_.gcount());
  if (size == 0) return false;
  is_too_long_ = in_.fail() && !in_.eof();
  if (is_too_long_) {
    in_.clear();
    in_.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  } else if (!in_.eof()) {
    --size;  // the newline
  }
  line_ = std::string_view(buffer_).substr(0, size);
  // Windows' editors begin with a mark.
  if (++number_ == 1 && line_.starts_with(kUtf8ByteOrderMark)) {
    line_.remove_prefix(kUtf8ByteOrderMark.size());
  }
  return true;
}

bool UrlList::Next() {
  while (ReadLine()) {
    const size_t begin = line_.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line_[begin] == '#') continue;
    line_.remove_prefix(begin);
    return true;
  }
  return false;
}

}  // namespace thresh
