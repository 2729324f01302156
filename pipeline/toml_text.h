// TOML, written.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/config_node.h"

namespace thresh {

// A TOML string of `text`: literal where that can be, so that a regex reads as it is.
std::string TomlString(std::string_view text);

// The same in double quotes.
std::string QuotedTomlString(std::string_view text);

// The table `root` as a document that parses to it again, in the order of its entries: what stands
// in the root's tables and lists of tables has headers of its own, all below that is inline.
std::string TomlText(const ConfigNode& root);

}  // namespace thresh
