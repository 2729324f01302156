// Joins the references that most links are, such as "../b/page.html", to one base without parsing:
// many links of a page, one base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/url.h"

namespace thresh {

// Owned by who resolves a page's links; the base must outlive it.
class UrlJoiner {
 public:
  explicit UrlJoiner(const Url& base);

  // What Url::Parse(reference, &base) has for its href(), for a path without a scheme, a query, a
  // parameter, an escape, an '&' or a dot segment but leading "../", so also as it stands in a
  // page, with its entities; nothing for every other reference, which may be a fine one. Valid
  // until the next call. Costs about 50 ns.
  std::string_view Join(std::string_view reference);
  // What of the base decides what Join gives.
  std::string_view directory() const;

 private:
  std::string_view JoinAt(size_t base_bytes, std::string_view path);

  const Url& base_;
  // How much of the base's href stands before each '/' of its path.
  std::vector<uint16_t> slashes_;
  std::string joined_;
};

}  // namespace thresh
