#include "storage/warc.h"

#include <xxhash.h>
#include <zlib.h>

#include <memory>
#include <stdexcept>
#include <string_view>

#include "parser/ascii.h"
#include "storage/database.h"
#include "storage/read_access.h"
#include "storage/stored_body.h"

namespace thresh {
namespace {

// A record's name must be its own in the world: of a hash of what the record is.
std::string RecordId(std::string_view of) {
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(of.data(), of.size()));
  hash.digest[6] = static_cast<unsigned char>((hash.digest[6] & 0x0f) | 0x80);  // RFC 9562: v8
  hash.digest[8] = static_cast<unsigned char>((hash.digest[8] & 0x3f) | 0x80);
  std::string id = "<urn:uuid:";
  for (size_t i = 0; i < sizeof(hash.digest); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += "0123456789abcdef"[hash.digest[i] >> 4];
    id += "0123456789abcdef"[hash.digest[i] & 15];
  }
  return id + ">";
}

// One gzip member (RFC 1952) of `text`.
std::string Gzip(std::string_view text) {
  z_stream stream = {};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owned(&stream, deflateEnd);
  std::string member(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(member.data());
  stream.avail_out = static_cast<uInt>(member.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("gzip failed");
  member.resize(member.size() - stream.avail_out);
  return member;
}

bool ContradictsBody(std::string_view name) {
  return ascii::EqualsLower(name, "content-encoding") ||
         ascii::EqualsLower(name, "transfer-encoding") ||
         ascii::EqualsLower(name, "content-length");
}

// The page as an HTTP response (RFC 9112 §2). `headers`: "name: value" lines.
std::string HttpResponse(int64_t status, std::string_view headers, std::string_view body) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " \r\n";
  while (!headers.empty()) {
    std::string_view line = headers.substr(0, headers.find('\n'));
    headers.remove_prefix(std::min(line.size() + 1, headers.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (ContradictsBody(line.substr(0, colon))) text += "X-Archive-Orig-";
    text.append(line).append("\r\n");
  }
  text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return text.append(body);
}

class WarcWriter {
 public:
  WarcWriter(Output& output, bool gzip) : output_(output), gzip_(gzip) {}

  // `fields`: lines of the record's head besides those that all have.
  void Write(std::string_view type, std::string_view date, const std::string& fields,
             std::string_view block) {
    std::string head = "WARC/1.1\r\nWARC-Type: ";
    head.append(type).append("\r\nWARC-Date: ").append(date);
    head += "\r\nWARC-Record-ID: " + RecordId(head + fields + std::to_string(records_++));
    head += "\r\n" + fields + "Content-Length: " + std::to_string(block.size()) + "\r\n\r\n";
    std::string record = std::move(head);
    record.append(block).append("\r\n\r\n");
    output_.Write(gzip_ ? Gzip(record) : record);
  }

 private:
  Output& output_;
  const bool gzip_;
  int64_t records_ = 0;
};

}  // namespace

int64_t ExportWarc(const std::filesystem::path& db, Output& output, bool gzip,
                   const std::string& software, Timestamp now) {
  ReadAccess access(db);
  WarcWriter writer(output, gzip);
  writer.Write("warcinfo", ToIso8601(now), "Content-Type: application/warc-fields\r\n",
               "software: " + software + "\r\nformat: WARC File Format 1.1\r\n");
  Statement select(access.database(),
                   "SELECT p.fetched_at, p.final_url, p.status, p.headers, b.encoding, b.body "
                   "FROM pages AS p JOIN bodies AS b ON b.body_hash = p.body_hash "
                   "WHERE p.body_kept = 1 AND p.final_url IS NOT NULL ORDER BY p.page_id");
  int64_t pages = 0;
  std::string body;
  for (auto rows = select.Start(); rows.Next(); ++pages) {
    const std::string fields = "WARC-Target-URI: " + std::string(rows.Text(1)) +
                               "\r\nContent-Type: application/http;msgtype=response\r\n";
    DecodeBody(rows.Text(4), rows.Text(5), &body);
    writer.Write("response", rows.Text(0), fields, HttpResponse(rows.Int(2), rows.Text(3), body));
  }
  access.CheckUnchanged();
  return pages;
}

}  // namespace thresh
