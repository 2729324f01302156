// Character references, decoded as the HTML standard says (§13.2.5.72 to §13.2.5.80).
#pragma once

#include <string>
#include <string_view>

namespace thresh {

enum class EntityContext { kText, kAttribute };

// `text` with its named, decimal and hexadecimal references decoded, once: what they give is not
// looked at again. In an attribute a name without ';' before '=' or a letter or digit stays.
std::string DecodeEntities(std::string_view text, EntityContext context = EntityContext::kText);

}  // namespace thresh
