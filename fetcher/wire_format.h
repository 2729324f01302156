// Bytes in, values out: the compact encoding of the messages between the fetcher and its workers.
//
// Numbers are LEB128, strings are a length and their bytes. A Reader of hostile bytes never reads
// beyond them: the first thing that does not fit makes it fail, and it gives zeros from then on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace thresh {

class WireWriter {
 public:
  // For a message of about so many bytes.
  explicit WireWriter(size_t bytes = 0) { bytes_.reserve(bytes); }

  void Number(uint64_t value);
  void Text(std::string_view text) {
    Number(text.size());
    bytes_.append(text);
  }
  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Views it gives point into its input.
class WireReader {
 public:
  explicit WireReader(std::string_view input) : rest_(input) {}

  // A number of at most `max`.
  uint64_t Number(uint64_t max = ~uint64_t{0});
  bool Flag() { return Number(1) == 1; }
  std::string_view Text(size_t max_bytes = ~size_t{0});

  bool ok() const { return ok_; }
  // All was well, and nothing is left over.
  bool Done() const { return ok_ && rest_.empty(); }
  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  uint64_t Fail();

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace thresh
