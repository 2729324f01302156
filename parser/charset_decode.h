// The decoders of the Encoding standard (§9 to §14) but for UTF-8. Each takes any bytes, appends
// UTF-8 to `out` and gives U+FFFD where the standard says "error".
#pragma once

#include <string>
#include <string_view>

#include "parser/charset_tables.h"

namespace thresh::charset {

void DecodeSingleByte(std::string_view bytes, const SingleByteTable& table, std::string* out);
void DecodeUtf16(std::string_view bytes, bool big_endian, std::string* out);
void DecodeGb18030(std::string_view bytes, std::string* out);  // GBK's decoder too (§10.1.1)
void DecodeBig5(std::string_view bytes, std::string* out);
void DecodeEucKr(std::string_view bytes, std::string* out);
void DecodeShiftJis(std::string_view bytes, std::string* out);
void DecodeEucJp(std::string_view bytes, std::string* out);
void DecodeIso2022Jp(std::string_view bytes, std::string* out);

}  // namespace thresh::charset
