#include "storage/url_index.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace thresh {
namespace {

constexpr int64_t kBlockUrls = 1024;

uint32_t HashUrl(std::string_view url) {
  return static_cast<uint32_t>(XXH3_64bits(url.data(), url.size()));
}

int64_t BlockOf(UrlId id) { return (id - 1) / kBlockUrls; }
UrlId FirstOf(int64_t block) { return block * kBlockUrls + 1; }

int64_t NextUrlId(Database& database) {
  Statement last(database, "SELECT coalesce(max(url_id), 0) + 1 FROM urls");
  auto rows = last.Start();
  rows.Next();
  return rows.Int(0);
}

uint32_t HashAt(std::string_view hashes, size_t index) {
  uint32_t hash;
  std::memcpy(&hash, hashes.data() + index * sizeof hash, sizeof hash);
  return hash;
}

bool HasUrl(Statement& select, UrlId id, std::string_view url) {
  auto rows = select.Start(id);
  return rows.Next() && rows.Text(0) == url;
}

}  // namespace

// Blocks at or above the next id's are there only when their URLs were deleted.
UrlIndex::UrlIndex(Database& database)
    : insert_(database, "INSERT OR REPLACE INTO url_blocks (block, hashes) VALUES (?1, ?2)") {
  block_ = BlockOf(NextUrlId(database));
  Statement(database, "DELETE FROM url_blocks WHERE block >= ?1").Run(block_);
  Statement select(database, "SELECT url_id, url FROM urls WHERE url_id >= ?1 ORDER BY url_id");
  for (auto rows = select.Start(FirstOf(block_)); rows.Next();) Append(rows.Int(0), rows.Text(1));
}

void UrlIndex::Append(UrlId id, std::string_view url) {
  if (BlockOf(id) != block_) {
    WriteBlock();
    block_ = BlockOf(id);
  }
  hashes_.resize(static_cast<size_t>(id - FirstOf(block_)), 0);
  hashes_.push_back(HashUrl(url));
  if (hashes_.size() < kBlockUrls) return;
  WriteBlock();
  ++block_;
}

void UrlIndex::WriteBlock() {
  hashes_.resize(kBlockUrls, 0);
  const auto* bytes = reinterpret_cast<const char*>(hashes_.data());
  insert_.Run(block_, Bytes{{bytes, hashes_.size() * sizeof(uint32_t)}});
  hashes_.clear();
}

std::vector<UrlId> FindUrls(Database& database, std::string_view url) {
  Statement by_id(database, "SELECT url FROM urls WHERE url_id = ?1");
  Statement blocks(database, "SELECT block, hashes FROM url_blocks ORDER BY block");
  const uint32_t wanted = HashUrl(url);
  std::vector<UrlId> found;
  UrlId tail = 1;
  for (auto rows = blocks.Start(); rows.Next();) {
    const UrlId first = FirstOf(rows.Int(0));
    const std::string_view hashes = rows.Text(1);
    for (size_t i = 0; i < hashes.size() / sizeof wanted; ++i) {
      const UrlId id = first + static_cast<UrlId>(i);
      if (HashAt(hashes, i) == wanted && HasUrl(by_id, id, url)) found.push_back(id);
    }
    tail = first + kBlockUrls;
  }
  Statement rest(database, "SELECT url_id FROM urls WHERE url_id >= ?1 AND url = ?2");
  for (auto rows = rest.Start(tail, url); rows.Next();) found.push_back(rows.Int(0));
  return found;
}

}  // namespace thresh
