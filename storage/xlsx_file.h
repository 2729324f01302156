// Rows as an Excel workbook (ECMA-376), a table a sheet.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "storage/row_writer.h"

namespace thresh {

// Constant memory. No cell is ever a formula. What Excel cannot hold: rows beyond 1,048,576 go on
// in another sheet, "book (2)"; text beyond 32,767 characters is cut with '…' and counted; integers
// beyond 2^53 and reals beyond 10^308 are text, bytes are x'00ff'. Throws std::runtime_error when
// the file cannot be written or a table has more than 16,384 columns.
class XlsxFile {
 public:
  // Writes to `path`, which is there after Close, and until then to nameless files in the folder
  // `scratch`. It and `path` together must have room for three times what the rows are as XML.
  XlsxFile(const std::filesystem::path& path, const std::filesystem::path& scratch);
  XlsxFile(const XlsxFile&) = delete;
  XlsxFile& operator=(const XlsxFile&) = delete;
  ~XlsxFile();

  // The writer of another sheet; lives as long as this. The sheet is called as near to `name` as
  // Excel allows.
  RowWriter& AddSheet(const std::string& name);
  void Close();
  int64_t cut_cells() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace thresh
