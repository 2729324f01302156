// Stored pages as a WARC file (ISO 28500:2017, WARC 1.1).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "storage/output.h"
#include "storage/timestamp.h"

namespace thresh {

// Writes a `warcinfo` record that names `software`, and a `response` record for each page whose
// body is stored, in the order in which they were fetched; gives their number. With `gzip` each
// record is a gzip member of its own, as readers with an index need it. Bodies are stored decoded:
// a header that would contradict that (Content-Encoding, Transfer-Encoding, Content-Length) is kept
// under the name "X-Archive-Orig-…". Throws StorageError, OutputClosed, std::system_error.
int64_t ExportWarc(const std::filesystem::path& db, Output& output, bool gzip,
                   const std::string& software, Timestamp now);

}  // namespace thresh
