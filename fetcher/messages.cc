#include "fetcher/messages.h"

#include <algorithm>

#include "fetcher/address.h"
#include "fetcher/response_head.h"
#include "fetcher/wire_format.h"
#include "parser/ascii.h"

namespace thresh {
namespace {

constexpr size_t kMaxDetailBytes = 512;
constexpr size_t kMaxCharsetBytes = 40;
constexpr size_t kHashDigits = 32;
constexpr size_t kMaxAddressBytes = 64;
// What most messages do not exceed.
constexpr size_t kUsualBytes = 512;
constexpr uint64_t kMaxMilliseconds = uint64_t{1} << 40;  // about 35 years

std::chrono::milliseconds ReadDuration(WireReader& reader) {
  return std::chrono::milliseconds(reader.Number(kMaxMilliseconds));
}

void WriteDuration(WireWriter& writer, std::chrono::milliseconds duration) {
  const auto count = std::max<int64_t>(duration.count(), 0);
  writer.Number(std::min<uint64_t>(count, kMaxMilliseconds));
}

bool IsCharsetName(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return ascii::IsLower(c) || ascii::IsDigit(c) || c == '-' || c == '_' || c == ':';
  });
}

bool IsHash(std::string_view hash) {
  if (hash.empty()) return true;
  return hash.size() == kHashDigits && std::all_of(hash.begin(), hash.end(), [](char c) {
           return ascii::IsDigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsNumeric(std::string_view address) {
  return address.size() <= kMaxAddressBytes && address.find_first_of("%,") == address.npos &&
         ClassifyAddress(address) != AddressKind::kOther;
}

bool IsAddress(std::string_view address) { return address.empty() || IsNumeric(address); }

bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return ascii::IsControl(c) || c == ' ' || c == ':' || ascii::IsUpper(c);
  });
}

bool IsHeaderValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return c == '\0' || c == '\r' || c == '\n'; });
}

void WriteTexts(WireWriter& writer, const std::vector<std::string>& texts) {
  writer.Number(texts.size());
  for (const std::string& text : texts) writer.Text(text);
}

std::vector<std::string> ReadTexts(WireReader& reader, size_t max) {
  std::vector<std::string> texts;
  for (uint64_t count = reader.Number(max); count > 0 && reader.ok(); --count) {
    texts.emplace_back(reader.Text());
  }
  return texts;
}

// The longest job that goes in a pool message; the pool itself allows 64 KB.
constexpr size_t kMaxPayloadBytes = 60 * 1024;

std::string EncodePlainJob(const FetchJob& job) {
  WireWriter writer(kUsualBytes);
  writer.Text(job.url);
  writer.Text(job.method);
  WriteTexts(writer, job.headers);
  writer.Text(job.body);
  writer.Text(job.user_agent);
  writer.Text(job.charset);
  writer.Text(job.proxy);
  WriteDuration(writer, job.timeout);
  WriteDuration(writer, job.connect_timeout);
  WriteDuration(writer, job.stall_timeout);
  writer.Number(job.max_body_bytes);
  writer.Number(job.max_connections_per_host);
  writer.Number(job.queue);
  writer.Number(job.allow_private_addresses);
  writer.Number(job.cut_body);
  writer.Number(job.unpack_gzip);
  writer.Number(job.resolve_only);
  WriteTexts(writer, job.addresses);
  writer.Number(job.keep_body);
  return writer.Take();
}

std::optional<FetchJob> DecodePlainJob(std::string_view message) {
  WireReader reader(message);
  FetchJob job;
  job.url = reader.Text();
  job.method = reader.Text();
  job.headers = ReadTexts(reader, message.size());
  job.body = reader.Text();
  job.user_agent = reader.Text();
  job.charset = reader.Text();
  job.proxy = reader.Text();
  job.timeout = ReadDuration(reader);
  job.connect_timeout = ReadDuration(reader);
  job.stall_timeout = ReadDuration(reader);
  job.max_body_bytes = reader.Number();
  job.max_connections_per_host = reader.Number();
  job.queue = reader.Number();
  job.allow_private_addresses = reader.Flag();
  job.cut_body = reader.Flag();
  job.unpack_gzip = reader.Flag();
  job.resolve_only = reader.Flag();
  job.addresses = ReadTexts(reader, message.size());
  job.keep_body = reader.Flag();
  if (!reader.Done()) return std::nullopt;
  return job;
}

}  // namespace

std::string Presentable(std::string_view words) {
  std::string text = CopyAsValidUtf8(words);
  std::replace_if(text.begin(), text.end(), ascii::IsControl, ' ');
  return text;
}

// A payload begins with the number of the job's bytes in the slot, and goes on with the job when
// that is none.
JobMessage EncodeJob(const FetchJob& job) {
  JobMessage message;
  std::string encoded = EncodePlainJob(job);
  const bool inside = encoded.size() <= kMaxPayloadBytes;
  WireWriter writer(inside ? encoded.size() + 1 : 0);
  writer.Number(inside ? 0 : encoded.size());
  message.payload = writer.Take();
  if (inside) {
    message.payload.append(encoded);
  } else {
    message.bulk = std::move(encoded);
  }
  return message;
}

std::optional<FetchJob> DecodeJob(std::string_view payload, std::string_view slot) {
  WireReader reader(payload);
  const size_t in_slot = reader.Number(slot.size());
  if (!reader.ok()) return std::nullopt;
  return DecodePlainJob(in_slot > 0 ? slot.substr(0, in_slot) : reader.rest());
}

std::string EncodeResult(const ResultMessage& result) {
  WireWriter writer(kUsualBytes);
  writer.Number(static_cast<uint64_t>(result.error));
  writer.Text(std::string_view(result.error_detail).substr(0, kMaxDetailBytes));
  writer.Number(result.status);
  writer.Number(result.header_bytes);
  writer.Number(result.text_bytes);
  writer.Number(result.stored_bytes);
  writer.Number(result.body_bytes);
  writer.Number(result.wire_bytes);
  writer.Number(result.mislabelled);
  writer.Text(result.charset.name);
  writer.Number(static_cast<uint64_t>(result.charset.source));
  writer.Text(result.body_hash);
  writer.Text(result.remote_address);
  WriteTexts(writer, result.addresses);
  WriteDuration(writer, result.elapsed);
  WriteDuration(writer, result.since_request);
  return writer.Take();
}

std::optional<ResultMessage> DecodeResult(std::string_view message, const SlotLayout& layout) {
  WireReader reader(message);
  ResultMessage result;
  result.error =
      static_cast<FetchError>(reader.Number(static_cast<uint64_t>(FetchError::kInternal)));
  result.error_detail = Presentable(reader.Text(kMaxDetailBytes));
  result.status = static_cast<int>(reader.Number(599));
  result.header_bytes = reader.Number(kSlotHeaderBytes);
  result.text_bytes = reader.Number(layout.text_bytes());
  result.stored_bytes = reader.Number(layout.stored_bytes());
  result.body_bytes = reader.Number(layout.max_body_bytes);
  result.wire_bytes = reader.Number();
  result.mislabelled = reader.Flag();
  result.charset.name = reader.Text(kMaxCharsetBytes);
  result.charset.source =
      static_cast<CharsetSource>(reader.Number(static_cast<uint64_t>(CharsetSource::kDefault)));
  result.body_hash = reader.Text(kHashDigits);
  result.remote_address = reader.Text(kMaxAddressBytes);
  result.addresses = ReadTexts(reader, kMaxAddresses);
  result.elapsed = ReadDuration(reader);
  result.since_request = ReadDuration(reader);
  const bool sane = IsCharsetName(result.charset.name) && IsHash(result.body_hash) &&
                    IsAddress(result.remote_address) &&
                    std::all_of(result.addresses.begin(), result.addresses.end(), IsNumeric);
  if (!reader.Done() || !sane) return std::nullopt;
  return result;
}

std::string EncodeHeaders(const HeaderList& headers) {
  WireWriter writer(kUsualBytes);
  for (const auto& [name, value] : headers) {
    writer.Text(name);
    writer.Text(value);
  }
  return writer.Take();
}

std::optional<HeaderList> DecodeHeaders(std::string_view bytes) {
  WireReader reader(bytes);
  HeaderList headers;
  headers.reserve(kUsualHeaders);
  while (!reader.empty()) {
    const std::string_view name = reader.Text();
    const std::string_view value = reader.Text();
    if (!reader.ok() || !IsHeaderName(name) || !IsHeaderValue(value)) return std::nullopt;
    if (headers.size() == kMaxHeaderLines) return std::nullopt;
    headers.emplace_back(name, value);
  }
  if (!reader.ok()) return std::nullopt;
  return headers;
}

std::string EncodeSettings(const WorkerSettings& settings) {
  WireWriter writer;
  writer.Number(settings.transfers);
  writer.Number(settings.memory_bytes);
  writer.Number(settings.max_body_bytes);
  writer.Number(settings.counted_bytes);
  writer.Number(settings.sandbox);
  writer.Text(settings.ca_file);
  return writer.Take();
}

std::optional<WorkerSettings> DecodeSettings(std::string_view message) {
  WireReader reader(message);
  WorkerSettings settings;
  settings.transfers = reader.Number();
  settings.memory_bytes = reader.Number();
  settings.max_body_bytes = reader.Number();
  settings.counted_bytes = reader.Number();
  settings.sandbox = reader.Flag();
  settings.ca_file = reader.Text();
  if (!reader.Done()) return std::nullopt;
  return settings;
}

}  // namespace thresh
