#include "parser/sitemap.h"

#include <algorithm>
#include <utility>

#include "parser/ascii.h"
#include "parser/entities.h"
#include "parser/html_syntax.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

constexpr size_t kMaxKept = 64 * 1024;
constexpr std::string_view kCommentStart = "<!--";
constexpr std::string_view kCdataStart = "<![CDATA[";

// A '&' that people forgot to escape stays one, "?a=1&copy=2": that is the attribute's rule.
std::string Decode(std::string_view text) {
  return DecodeEntities(html::WithoutSpace(text), EntityContext::kAttribute);
}

bool IsHttpUrl(std::string_view text) {
  return ascii::EqualsLower(text.substr(0, 7), "http://") ||
         ascii::EqualsLower(text.substr(0, 8), "https://");
}

}  // namespace

SitemapReader::SitemapReader(size_t max_entries, OnEntry on_entry)
    : max_entries_(max_entries), on_entry_(std::move(on_entry)) {}

void SitemapReader::Feed(std::string_view bytes) {
  pending_ += bytes;
  size_t at = 0;
  while (at < pending_.size()) {
    const size_t taken = ReadMore(std::string_view(pending_).substr(at));
    if (taken == 0) break;
    at += taken;
  }
  pending_.erase(0, at);
}

void SitemapReader::Finish() {
  finished_ = true;
  Feed({});
  if (state_ == State::kLines) AddLine();
}

size_t SitemapReader::ReadMore(std::string_view rest) {
  switch (state_) {
    case State::kStart:
      return ReadStart(rest);
    case State::kLines:
      return ReadLine(rest);
    case State::kText:
      return ReadText(rest);
    case State::kTag:
      return ReadTag(rest);
    case State::kComment:
      return ReadUntil(rest, "-->");
    case State::kCdata:
      return ReadUntil(rest, "]]>");
  }
  return rest.size();
}

size_t SitemapReader::ReadStart(std::string_view rest) {
  if (html::IsSpace(rest[0])) return 1;
  if (rest.starts_with(kUtf8ByteOrderMark)) return kUtf8ByteOrderMark.size();
  if (kUtf8ByteOrderMark.starts_with(rest) && !finished_) return 0;
  state_ = rest[0] == '<' ? State::kText : State::kLines;
  return ReadMore(rest);
}

size_t SitemapReader::ReadLine(std::string_view rest) {
  const size_t end = rest.find_first_of("\r\n");
  Keep(rest.substr(0, end), &token_);
  if (end == std::string_view::npos) return rest.size();
  AddLine();
  return end + 1;
}

size_t SitemapReader::ReadText(std::string_view rest) {
  const size_t end = std::min(rest.find('<'), rest.size());
  if (end > 0) {
    if (field_ != nullptr) Keep(rest.substr(0, end), field_);
    return end;
  }
  if (rest.starts_with(kCommentStart)) {
    state_ = State::kComment;
    return kCommentStart.size();
  }
  if (rest.starts_with(kCdataStart)) {
    state_ = State::kCdata;
    return kCdataStart.size();
  }
  const bool undecided = kCommentStart.starts_with(rest) || kCdataStart.starts_with(rest);
  if (undecided && !finished_) return 0;
  state_ = State::kTag;
  return 1;
}

size_t SitemapReader::ReadTag(std::string_view rest) {
  const size_t end = rest.find('>');
  Keep(rest.substr(0, end), &token_);
  if (end == std::string_view::npos) return rest.size();
  AddTag();
  token_.clear();
  state_ = State::kText;
  return end + 1;
}

// The content of a CDATA section is text in which '&' means nothing, so it is escaped here.
size_t SitemapReader::ReadUntil(std::string_view rest, std::string_view end) {
  size_t taken = rest.find(end);
  const bool found = taken != std::string_view::npos;
  if (!found) taken = rest.size() - std::min(rest.size(), end.size() - 1);
  if (state_ == State::kCdata && field_ != nullptr) {
    for (char c : rest.substr(0, taken)) Keep(c == '&' ? "&amp;" : std::string_view(&c, 1), field_);
  }
  if (!found) return taken;
  state_ = State::kText;
  return taken + end.size();
}

void SitemapReader::AddLine() {
  const std::string_view line = html::WithoutSpace(token_);
  if (line.size() < kMaxKept && IsHttpUrl(line)) Give({std::string(line), "", false});
  token_.clear();
}

void SitemapReader::AddTag() {
  std::string_view tag = token_;
  const bool is_end = tag.starts_with('/');
  if (is_end) tag.remove_prefix(1);
  const bool empty = tag.ends_with('/');
  std::string_view name = tag.substr(0, html::TagNameEnd(tag, 0));
  const size_t prefix_size = name.find(':') + 1;  // zero when there is none
  const std::string_view prefix = name.substr(0, prefix_size);
  name.remove_prefix(prefix_size);
  field_ = nullptr;
  if (!is_end && !empty) return AddStartTag(prefix, name);
  const bool ends_entry = ascii::EqualsLower(name, is_sitemap_ ? "sitemap" : "url");
  if (is_end && ends_entry && prefix == prefix_) EndEntry();
}

void SitemapReader::AddStartTag(std::string_view prefix, std::string_view name) {
  if (in_entry_ && prefix != prefix_) return;
  const bool is_sitemap = ascii::EqualsLower(name, "sitemap");
  if (is_sitemap || ascii::EqualsLower(name, "url")) {
    EndEntry();
    in_entry_ = true;
    is_sitemap_ = is_sitemap;
    prefix_ = prefix;
  } else if (in_entry_) {
    if (ascii::EqualsLower(name, "loc") && loc_.empty()) field_ = &loc_;
    if (ascii::EqualsLower(name, "lastmod") && lastmod_.empty()) field_ = &lastmod_;
  }
}

void SitemapReader::EndEntry() {
  SitemapEntry entry{Decode(loc_), Decode(lastmod_), is_sitemap_};
  if (in_entry_ && !entry.loc.empty() && loc_.size() < kMaxKept) Give(std::move(entry));
  in_entry_ = false;
  loc_.clear();
  lastmod_.clear();
}

void SitemapReader::Give(SitemapEntry entry) {
  if (entries_ == max_entries_) {
    ++beyond_limit_;
    return;
  }
  ++entries_;
  on_entry_(entry);
}

void SitemapReader::Keep(std::string_view text, std::string* to) {
  to->append(text.substr(0, kMaxKept - std::min(kMaxKept, to->size())));
}

}  // namespace thresh
