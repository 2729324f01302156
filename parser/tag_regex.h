// Regexes that find what an example stands for, as a person would write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/html.h"

namespace thresh {

// `text` as a regex that matches it and nothing else.
std::string EscapedRegex(std::string_view text);

// A regex of the beginning of the start tags `examples`, which have one name: '<li\b' or, where
// `token` is a class that all of them have, '<li\b[^>]*class="item"'. Other names and other classes
// do not match it.
std::string TagRegex(const std::vector<const HtmlTag*>& examples, std::string_view token);

// A regex of the content (group 1) of the `nth` element, from 1, of those that TagRegex finds.
// `closed`: its end tag is always there; otherwise the content ends at the next tag.
std::string ContentRegex(const std::vector<const HtmlTag*>& examples, std::string_view token,
                         size_t nth, bool closed);

// A regex of the whole start tag of the `nth`, from 1, that TagRegex finds, for a field with
// `attr`. Above 1 its group 1 is that tag.
std::string StartTagRegex(const std::vector<const HtmlTag*>& examples, std::string_view token,
                          size_t nth);

}  // namespace thresh
