// Cells as text, where all formats agree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace thresh {

void AppendInteger(int64_t value, std::string* out);
// The shortest text that reads back as `value`, with ".0" where it would look like an integer;
// "Inf", "-Inf" and "NaN".
void AppendReal(double value, std::string* out);
// As SQL has it: x'00ff'.
void AppendBlobLiteral(std::string_view bytes, std::string* out);
// RFC 4648 §4.
void AppendBase64(std::string_view bytes, std::string* out);

}  // namespace thresh
