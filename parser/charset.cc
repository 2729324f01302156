#include "parser/charset.h"

#include <uchardet/uchardet.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "parser/ascii.h"
#include "parser/charset_meta.h"
#include "parser/html_syntax.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

constexpr size_t kDetectionBytes = 64 * 1024;
// With fewer bytes that are not ASCII, uchardet's statistics guess.
constexpr ptrdiff_t kEnoughEvidence = 8;

// HTML standard §13.2.3.1, "BOM sniffing".
std::string_view BomCharset(std::string_view bytes) {
  if (bytes.starts_with(kUtf8ByteOrderMark)) return "utf-8";
  if (bytes.starts_with("\xFE\xFF")) return "utf-16be";
  if (bytes.starts_with("\xFF\xFE")) return "utf-16le";
  return {};
}

// Whether `bytes` are UTF-8 but for a few broken places: other encodings give hardly any valid
// sequence, so ten valid ones for each broken one decide.
bool IsMostlyUtf8(std::string_view bytes) {
  size_t valid = 0;
  size_t broken = 0;
  for (size_t at = SkipAscii(bytes, 0); at < bytes.size(); at = SkipAscii(bytes, at)) {
    const Utf8Sequence sequence = ReadUtf8Sequence(bytes.substr(at));
    at += sequence.length;
    const bool cut = !sequence.valid && at == bytes.size();
    if (!cut) ++(sequence.valid ? valid : broken);
  }
  return valid >= 10 * broken && valid + broken > 0;
}

// uchardet's names that are no labels of the standard.
std::string_view CharsetOfUchardet(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"UHC", "euc-kr"},
      {"CP949", "euc-kr"},
      {"MAC-CYRILLIC", "x-mac-cyrillic"},
      {"MACCYRILLIC", "x-mac-cyrillic"},
      {"GB2312", "gbk"}};
  for (const auto& [theirs, ours] : kNames) {
    if (name == theirs) return ours;
  }
  const std::string_view charset = CharsetFromLabel(name);
  return charset == "replacement" ? std::string_view() : charset;
}

std::string_view DetectWithUchardet(std::string_view bytes) {
  const std::unique_ptr<uchardet, decltype(&uchardet_delete)> detector(uchardet_new(),
                                                                       uchardet_delete);
  if (uchardet_handle_data(detector.get(), bytes.data(), bytes.size()) != 0) return {};
  uchardet_data_end(detector.get());
  return CharsetOfUchardet(uchardet_get_charset(detector.get()));
}

// By the bytes alone; empty when unsure. ESC in what would be ASCII is the mark of ISO-2022-JP.
std::string_view DetectByBytes(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, kDetectionBytes);
  if (IsAscii(sample) && sample.find('\x1B') != std::string_view::npos) {
    const std::string_view found = DetectWithUchardet(sample);
    return found == "iso-2022-jp" ? found : "utf-8";
  }
  if (IsValidUtf8(bytes) || IsMostlyUtf8(sample)) return "utf-8";
  const auto evidence = std::count_if(sample.begin(), sample.end(),
                                      [](char c) { return static_cast<signed char>(c) < 0; });
  return evidence < kEnoughEvidence ? std::string_view() : DetectWithUchardet(sample);
}

}  // namespace

std::string_view Name(CharsetSource source) {
  switch (source) {
    case CharsetSource::kBom:
      return "bom";
    case CharsetSource::kHeader:
      return "header";
    case CharsetSource::kMeta:
      return "meta";
    case CharsetSource::kConfig:
      return "config";
    case CharsetSource::kDetected:
      return "detected";
    case CharsetSource::kDefault:
      return "default";
  }
  return "";
}

std::string MediaType(std::string_view content_type) {
  std::string type;
  for (const char c : content_type.substr(0, content_type.find(';'))) {
    if (!ascii::IsBlank(c)) type += ascii::ToLower(c);
  }
  return type;
}

std::string_view CharsetParameter(std::string_view content_type) {
  for (size_t at = content_type.find(';'); at != std::string_view::npos;
       at = content_type.find(';', at)) {
    const std::string_view rest = content_type.substr(++at);
    const size_t equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos || rest[equals] == ';') continue;
    if (!ascii::EqualsLower(html::WithoutSpace(rest.substr(0, equals)), "charset")) continue;
    const std::string_view value = html::WithoutSpace(rest.substr(equals + 1));
    if (value.starts_with('"') || value.starts_with('\'')) {
      return value.substr(1, std::min(value.find(value[0], 1), value.size()) - 1);
    }
    return html::WithoutSpace(value.substr(0, value.find_first_of(";,")));
  }
  return {};
}

Charset DetectCharset(std::string_view bytes, std::string_view content_type,
                      std::string_view configured) {
  const auto chosen = [](std::string_view name, CharsetSource source) {
    return Charset{std::string(name), source};
  };
  std::string_view name = BomCharset(bytes);
  if (!name.empty()) return chosen(name, CharsetSource::kBom);
  name = CharsetFromLabel(configured);
  if (!name.empty()) return chosen(name, CharsetSource::kConfig);
  name = CharsetFromLabel(CharsetParameter(content_type));
  if (!name.empty()) return chosen(name, CharsetSource::kHeader);
  name = charset::DeclaredCharset(bytes);
  if (!name.empty()) return chosen(name, CharsetSource::kMeta);
  name = DetectByBytes(bytes);
  if (!name.empty()) return chosen(name, CharsetSource::kDetected);
  return chosen("windows-1252", CharsetSource::kDefault);
}

}  // namespace thresh
