// The encoding that a page declares in itself: HTML standard §13.2.3.2, "prescan a byte stream to
// determine its encoding", and what its tree builder does with a later <meta> (§13.2.6.4.4).
#pragma once

#include <string_view>

namespace thresh::charset {

// The standard's name of the encoding declared by a <meta> or an XML declaration in the first 1024
// of `bytes`, else by a <meta> in the first 64 KiB; empty when there is none.
std::string_view DeclaredCharset(std::string_view bytes);

}  // namespace thresh::charset
