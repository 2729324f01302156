// Lists of URLs, a line each: those of `-i` and of seeds.
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "parser/url.h"

namespace thresh {

// Reads a list line by line. Takes some 64 KB, whatever the list is of.
//
//   UrlList list(file);
//   while (list.Next()) Add(list.line());
class UrlList {
 public:
  // `in` must outlive it.
  explicit UrlList(std::istream& in);

  // Goes to the next line that is neither empty nor a comment, which begins with '#'. False at the
  // end.
  bool Next();
  // Without the spaces before it; of one that is too long to be a URL only the beginning. Until
  // Next.
  std::string_view line() const { return line_; }
  bool is_too_long() const { return is_too_long_; }
  // What the line says; nothing where that is no URL.
  std::optional<Url> url() const { return is_too_long_ ? std::nullopt : Url::Parse(line_); }
  size_t number() const { return number_; }  // from 1

 private:
  bool ReadLine();

  std::istream& in_;
  std::string buffer_;
  std::string_view line_;
  bool is_too_long_ = false;
  size_t number_ = 0;
};

}  // namespace thresh
