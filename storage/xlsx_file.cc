#include "storage/xlsx_file.h"

#include <fcntl.h>
#include <unicode/utf8.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "parser/ascii.h"
#include "storage/cell_text.h"

namespace thresh {
namespace {

constexpr lxw_row_t kMaxRows = 1'048'576;
constexpr size_t kMaxColumns = 16'384;
constexpr int kMaxTextUnits = 32'767;
constexpr size_t kMaxNameUnits = 31;
constexpr int64_t kMaxExactInteger = int64_t{1} << 53;
constexpr off_t kOtherPartsBytes = 1 << 20;  // of a workbook: styles, what begins and ends sheets
constexpr double kMaxReal = 9.99999999999999e307;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";
constexpr std::string_view kEscapedUnderscore = "_x005F_";

void Check(lxw_error error) {
  if (error != LXW_NO_ERROR) throw std::runtime_error(std::string("xlsx: ") + lxw_strerror(error));
}

[[noreturn]] void ThrowNoRoom(int error) {
  throw std::runtime_error(std::string("xlsx: the temporary files cannot be written (") +
                           std::strerror(error) + "); make room, or set TMPDIR to another folder");
}

// The size of what was written to `file`. libxlsxwriter does not ask whether that went well.
off_t WrittenBytes(FILE* file) {
  errno = 0;
  if (std::fflush(file) != 0 || std::ferror(file) != 0) ThrowNoRoom(errno == 0 ? ENOSPC : errno);
  return ftello(file);
}

// Makes sure that `path`, which loses its content, could hold so much.
void CheckRoom(const std::filesystem::path& path, off_t bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  int error = fd < 0 ? errno : posix_fallocate(fd, 0, bytes);
  if (fd >= 0 && ftruncate(fd, 0) != 0 && error == 0) error = errno;
  if (fd >= 0) close(fd);
  if (error != 0) ThrowNoRoom(error);
}

// Whether `text` begins with what a cell shows as another character, "_x0041_" as "A" (ECMA-376,
// part 1, §22.9.2.19).
bool BeginsWithEscape(std::string_view text) {
  return text.size() > 6 && text.starts_with("_x") && text[6] == '_' &&
         std::all_of(text.begin() + 2, text.begin() + 6, ascii::IsHexDigit);
}

// `text` as XML and a cell may hold it, with what is not UTF-8 replaced, of no more than
// `max_units` UTF-16 units. Says whether all of it is there.
bool CopyText(std::string_view text, int max_units, std::string* out) {
  out->clear();
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  int units = 0;
  size_t fits = 0;  // bytes of `out` that leave room for the ellipsis
  for (int64_t at = 0; at < size;) {
    const int64_t start = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    const std::string_view rest = text.substr(static_cast<size_t>(start));
    std::string_view piece = rest.substr(0, static_cast<size_t>(at - start));
    int piece_units = c > 0xFFFF ? 2 : 1;
    if (c <= 0 || c == 0xFFFE || c == 0xFFFF) piece = kReplacement;
    if (BeginsWithEscape(rest)) {
      piece = kEscapedUnderscore;
      piece_units = static_cast<int>(piece.size());
    }
    units += piece_units;
    if (units > max_units) {
      out->resize(fits);
      *out += kEllipsis;
      return false;
    }
    *out += piece;
    if (units < max_units) fits = out->size();
  }
  return true;
}

// Excel's rules: 1 to 31 characters, none of []:*?/\, no quote at an end, names differ in more than
// case.
std::string SheetName(const std::string& name, const std::string& suffix) {
  std::string cleaned;
  for (const char c : name) {
    cleaned += std::string_view("[]:*?/\\'").find(c) == std::string_view::npos ? c : '_';
  }
  std::string text;
  CopyText(cleaned, static_cast<int>(kMaxNameUnits - suffix.size()), &text);
  return (text.empty() ? "rows" : text) + suffix;
}

}  // namespace

class XlsxFile::Impl {
 public:
  Impl(const std::filesystem::path& path, const std::filesystem::path& scratch)
      : path_(path), scratch_(scratch.string()) {
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = scratch_.data();
    workbook_ = workbook_new_opt(path.c_str(), &options);
    if (workbook_ == nullptr) throw std::runtime_error("xlsx: out of memory");
    bold_ = workbook_add_format(workbook_);
    format_set_bold(bold_);
  }
  ~Impl() { lxw_workbook_free(workbook_); }  // which was not closed, if any

  lxw_worksheet* NewSheet(const std::string& name) {
    std::string sheet_name = SheetName(name, "");
    for (int i = 2; workbook_validate_sheet_name(workbook_, sheet_name.c_str()) != LXW_NO_ERROR;
         ++i) {
      if (i > 1000) throw std::runtime_error("xlsx: no name for sheet " + name);
      sheet_name = SheetName(name, " (" + std::to_string(i) + ")");
    }
    lxw_worksheet* sheet = workbook_add_worksheet(workbook_, sheet_name.c_str());
    if (sheet == nullptr) throw std::runtime_error("xlsx: no sheet " + sheet_name);
    library_sheets_.push_back(sheet);
    return sheet;
  }

  void WriteText(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, std::string_view text,
                 lxw_format* format = nullptr) {
    if (!CopyText(text, kMaxTextUnits, &text_)) ++cut_cells_;
    Check(worksheet_write_string(sheet, row, column, text_.c_str(), format));
  }

  RowWriter& AddSheet(const std::string& name);
  void Close() {
    CheckRoom(path_, RoomToClose());
    Check(workbook_close(std::exchange(workbook_, nullptr)));
  }
  lxw_format* bold() const { return bold_; }
  int64_t cut_cells() const { return cut_cells_; }

 private:
  // libxlsxwriter copies each sheet to another temporary file, and does not ask either whether that
  // went well. While it does so the workbook grows: by no more than the sheets, as it is packed.
  off_t RoomToClose() const {
    off_t largest = 0, all = 0;
    for (const lxw_worksheet* sheet : library_sheets_) {
      const off_t bytes = WrittenBytes(sheet->optimize_tmpfile);
      largest = std::max(largest, bytes);
      all += bytes;
    }
    return largest + all + kOtherPartsBytes;
  }

  const std::filesystem::path path_;
  std::string scratch_;  // the library keeps a pointer
  lxw_workbook* workbook_ = nullptr;
  std::vector<lxw_worksheet*> library_sheets_;
  lxw_format* bold_ = nullptr;
  std::vector<std::unique_ptr<RowWriter>> sheets_;
  std::string text_;
  int64_t cut_cells_ = 0;
};

namespace {

template <typename File>
class SheetWriter : public RowWriter {
 public:
  SheetWriter(File& file, std::string name) : file_(file), name_(std::move(name)) {}

  void Begin(const std::vector<OutputColumn>& columns) override {
    if (columns.size() > kMaxColumns) {
      throw std::runtime_error("xlsx: " + name_ + " has more than 16,384 columns");
    }
    columns_ = columns;
    StartSheet();
  }

  void Row(std::span<const Cell> cells) override {
    if (row_ == kMaxRows) StartSheet();
    for (size_t i = 0; i < cells.size(); ++i) Write(static_cast<lxw_col_t>(i), cells[i]);
    ++row_;
  }

  void End() override {}

 private:
  void StartSheet() {
    sheet_ = file_.NewSheet(name_);
    worksheet_freeze_panes(sheet_, 1, 0);
    row_ = 0;
    for (size_t i = 0; i < columns_.size(); ++i) {
      file_.WriteText(sheet_, 0, static_cast<lxw_col_t>(i), columns_[i].name, file_.bold());
    }
    row_ = 1;
  }

  void Write(lxw_col_t column, const Cell& cell) {
    std::string text;
    if (const auto* view = std::get_if<std::string_view>(&cell)) {
      return file_.WriteText(sheet_, row_, column, *view);
    }
    if (const auto* integer = std::get_if<int64_t>(&cell)) {
      if (*integer >= -kMaxExactInteger && *integer <= kMaxExactInteger) {
        return Check(
            worksheet_write_number(sheet_, row_, column, static_cast<double>(*integer), nullptr));
      }
      AppendInteger(*integer, &text);
    } else if (const auto* real = std::get_if<double>(&cell)) {
      if (std::abs(*real) <= kMaxReal) {
        return Check(worksheet_write_number(sheet_, row_, column, *real, nullptr));
      }
      AppendReal(*real, &text);
    } else if (const auto* blob = std::get_if<Blob>(&cell)) {
      AppendBlobLiteral(blob->bytes, &text);
    } else {
      return;
    }
    file_.WriteText(sheet_, row_, column, text);
  }

  File& file_;
  const std::string name_;
  std::vector<OutputColumn> columns_;
  lxw_worksheet* sheet_ = nullptr;
  lxw_row_t row_ = 0;
};

}  // namespace

RowWriter& XlsxFile::Impl::AddSheet(const std::string& name) {
  return *sheets_.emplace_back(std::make_unique<SheetWriter<Impl>>(*this, name));
}

XlsxFile::XlsxFile(const std::filesystem::path& path, const std::filesystem::path& scratch)
    : impl_(std::make_unique<Impl>(path, scratch)) {}
XlsxFile::~XlsxFile() = default;
RowWriter& XlsxFile::AddSheet(const std::string& name) { return impl_->AddSheet(name); }
void XlsxFile::Close() { impl_->Close(); }
int64_t XlsxFile::cut_cells() const { return impl_->cut_cells(); }

}  // namespace thresh
