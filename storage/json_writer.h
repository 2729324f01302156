// Rows as JSON.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "storage/row_writer.h"

namespace thresh {

// An array of objects, one a line; or, with `lines`, the objects alone (NDJSON). Always valid
// RFC 8259: invalid UTF-8 becomes U+FFFD, infinities become null, bytes become base64, and a column
// that comes twice gets a number ("a", "a:1"). A `json` column is printed as it is, on one line,
// when it really is JSON, else as a string.
std::unique_ptr<RowWriter> MakeJsonWriter(Output& output, bool lines);

// `text` as a JSON string, quotes included.
void AppendJsonString(std::string_view text, std::string* out);

// `texts` as a JSON array: a list of any length as one parameter of an SQL statement, which reads
// it with json_each.
std::string JsonArray(std::span<const std::string> texts);

}  // namespace thresh
