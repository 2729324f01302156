#include "fetcher/content_kind.h"

#include <algorithm>
#include <array>
#include <string>

#include "parser/ascii.h"
#include "parser/charset.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

using namespace std::string_view_literals;

constexpr size_t kSniffBytes = 1445;  // MIME Sniffing §5.2

struct Signature {
  size_t offset;
  std::string_view bytes;
};

// MIME Sniffing §6; those that could also begin a text ("BM", "MZ") are left out.
constexpr auto kBinarySignatures = std::to_array<Signature>({
    {0, "%PDF-"sv},
    {0, "%!PS-Adobe-"sv},
    {0, "\x89PNG\r\n\x1a\n"sv},
    {0, "\xff\xd8\xff"sv},
    {0, "GIF87a"sv},
    {0, "GIF89a"sv},
    {8, "WEBPVP"sv},
    {0, "\0\0\1\0"sv},
    {0, "II*\0"sv},
    {0, "MM\0*"sv},
    {0, "PK\3\4"sv},
    {0, "PK\5\6"sv},
    {0, "\x1f\x8b\x08"sv},
    {0, "\x28\xb5\x2f\xfd"sv},
    {0,
     "\xfd"
     "7zXZ\0"sv},
    {0, "7z\xbc\xaf\x27\x1c"sv},
    {0, "Rar!\x1a\7"sv},
    {0, "BZh91AY&SY"sv},
    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv},
    {0,
     "\x7f"
     "ELF"sv},
    {0, "\0asm"sv},
    {0, "wOFF"sv},
    {0, "wOF2"sv},
    {0, "OTTO\0"sv},
    {0, "\0\1\0\0\0"sv},
    {0, "OggS\0"sv},
    {0, "fLaC\0"sv},
    {0, "ID3\2"sv},
    {0, "ID3\3"sv},
    {0, "ID3\4"sv},
    {4, "ftyp"sv},
    {0, "\x1a\x45\xdf\xa3"sv},
    {8, "AVI LIST"sv},
    {8, "WAVEfmt "sv},
    {0, "SQLite format 3\0"sv},
});

// MIME Sniffing §7.1, the tags that show HTML.
constexpr auto kMarkupStarts = std::to_array<std::string_view>(
    {"<!doctype html", "<html", "<head",  "<script", "<iframe", "<h1",   "<div",  "<font",
     "<table",         "<a",    "<style", "<title",  "<b",      "<body", "<br",   "<p",
     "<!--",           "<?xml", "<rss",   "<feed",   "<svg",    "<meta", "<link", "<urlset",
     "<sitemapindex"});

constexpr auto kTextSubtypes = std::to_array<std::string_view>(
    {"html", "xml", "json", "javascript", "ecmascript", "yaml", "csv", "x-www-form-urlencoded"});

// application/* that are text or nothing by default, judged by their bytes.
constexpr auto kVagueTypes = std::to_array<std::string_view>(
    {"", "application/octet-stream", "application/unknown", "unknown/unknown", "*/*",
     "binary/octet-stream", "application/x-unknown", "application/force-download",
     "application/download"});

bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return ascii::EqualsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

bool IsKnownBinary(std::string_view body) {
  return std::any_of(kBinarySignatures.begin(), kBinarySignatures.end(), [&](const Signature& s) {
    return body.size() > s.offset && body.substr(s.offset).starts_with(s.bytes);
  });
}

std::string_view WithoutLeadingSpace(std::string_view body) {
  if (body.starts_with(kUtf8ByteOrderMark)) body.remove_prefix(kUtf8ByteOrderMark.size());
  body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n\f"), body.size()));
  return body;
}

// A tag counts when a space or '>' ends it, a comment or declaration as it is.
bool LooksLikeMarkup(std::string_view body) {
  body = WithoutLeadingSpace(body);
  return std::any_of(kMarkupStarts.begin(), kMarkupStarts.end(), [&](std::string_view start) {
    if (!StartsWithIgnoreCase(body, start)) return false;
    if (start == "<!--" || body.size() == start.size()) return true;
    const std::string_view after = body.substr(start.size(), 1);
    return after.find_first_of(" \t\r\n\f>/") == 0;
  });
}

bool HasTextBom(std::string_view body) {
  return body.starts_with(kUtf8ByteOrderMark) || body.starts_with("\xfe\xff") ||
         body.starts_with("\xff\xfe");
}

// MIME Sniffing §3: 0x00-0x08, 0x0B, 0x0E-0x1A, 0x1C-0x1F.
bool IsBinaryByte(unsigned char c) {
  return c <= 0x08 || c == 0x0b || (c >= 0x0e && c <= 0x1f && c != 0x1b);
}

bool LooksLikeText(std::string_view body) {
  return HasTextBom(body) || std::none_of(body.begin(), body.end(), IsBinaryByte);
}

bool IsTextType(std::string_view type) {
  const size_t slash = type.find('/');
  if (slash == type.npos) return false;
  if (type.starts_with("text/")) return true;
  const std::string_view subtype = type.substr(slash + 1);
  // Office's "…openxmlformats…" has an "xml" inside, and is a ZIP archive.
  if (subtype.starts_with("vnd.openxmlformats")) return false;
  return std::any_of(kTextSubtypes.begin(), kTextSubtypes.end(),
                     [&](std::string_view word) { return subtype.find(word) != subtype.npos; });
}

bool IsVagueType(std::string_view type) {
  return type.find('/') == type.npos ||
         std::find(kVagueTypes.begin(), kVagueTypes.end(), type) != kVagueTypes.end();
}

bool IsBinaryType(std::string_view type) {
  for (const std::string_view family : {"image/", "audio/", "video/", "font/", "application/"}) {
    if (type.starts_with(family)) return true;
  }
  return false;
}

}  // namespace

ContentKind JudgeContent(std::string_view content_type, std::string_view body) {
  body = body.substr(0, kSniffBytes);
  const std::string type = MediaType(content_type);
  if (IsKnownBinary(body)) return {.text = false, .mislabelled = IsTextType(type)};
  if (IsTextType(type)) return {.text = true};
  const bool binary_type = !IsVagueType(type) && IsBinaryType(type);
  if (LooksLikeMarkup(body)) return {.text = true, .mislabelled = binary_type};
  if (binary_type) return {.text = false};
  return {.text = LooksLikeText(body)};
}

}  // namespace thresh
