// Sitemaps by sitemaps.org's protocol: URL sets, sitemap indexes, text files; RSS and Atom are left
// to the links of a page.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace thresh {

struct SitemapEntry {
  std::string loc;          // as written, entities decoded, trimmed; nobody has checked the URL
  std::string lastmod;      // W3C date or datetime as written; empty when there is none
  bool is_sitemap = false;  // of a sitemap index: `loc` is another sitemap
};

// Reads a sitemap piece by piece, so that 50 MB need not be in memory:
//
//   SitemapReader reader(50'000, [](const SitemapEntry& entry) { … });
//   while (…) reader.Feed(bytes);
//   reader.Finish();
//
// Takes UTF-8 with or without a byte order mark, decompressed. It is tolerant: namespaces and their
// prefixes are not looked at, unknown elements are passed over, and a file that is cut off gives
// the entries that are whole. What does not begin with '<' is the text form, a URL a line. An
// address above 64 KiB is none. Keeps at most one unfinished entry. Costs linear time, however the
// input is cut.
class SitemapReader {
 public:
  using OnEntry = std::function<void(const SitemapEntry&)>;

  // Gives the first `max_entries`, counts the rest.
  SitemapReader(size_t max_entries, OnEntry on_entry);

  SitemapReader(const SitemapReader&) = delete;
  SitemapReader& operator=(const SitemapReader&) = delete;

  void Feed(std::string_view bytes);
  // The input is over: gives what ends with it (a last line without its newline).
  void Finish();

  size_t entries() const { return entries_; }            // given
  size_t beyond_limit() const { return beyond_limit_; }  // counted only

 private:
  enum class State {
    kStart,    // nothing but white space yet
    kLines,    // the text form
    kText,     // the XML form: between tags
    kTag,      // behind a '<'
    kComment,  // behind "<!--"
    kCdata,    // behind "<![CDATA["
  };

  // Each reads on in `pending_` and gives how many bytes it took; zero when more is needed.
  size_t ReadStart(std::string_view rest);
  size_t ReadLine(std::string_view rest);
  size_t ReadText(std::string_view rest);
  size_t ReadTag(std::string_view rest);
  size_t ReadUntil(std::string_view rest, std::string_view end);
  size_t ReadMore(std::string_view rest);

  void AddLine();
  void AddTag();
  void AddStartTag(std::string_view prefix, std::string_view name);
  void EndEntry();
  void Give(SitemapEntry entry);
  // Appends as far as there is room.
  void Keep(std::string_view text, std::string* to);

  size_t max_entries_;
  OnEntry on_entry_;
  State state_ = State::kStart;
  bool finished_ = false;
  std::string pending_;  // read, and too short to be understood
  std::string token_;    // the tag or line that we are in
  bool in_entry_ = false;
  bool is_sitemap_ = false;
  std::string prefix_;  // of the entry's tag: "sm:" in <sm:url>; <image:loc> is another thing
  std::string loc_;     // as they stand in the file
  std::string lastmod_;
  std::string* field_ = nullptr;  // which of the two the text belongs to
  size_t entries_ = 0;
  size_t beyond_limit_ = 0;
};

}  // namespace thresh
