#include "parser/links.h"

#define XXH_INLINE_ALL
#include <xxhash.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "parser/ascii.h"
#include "parser/charset_encode.h"
#include "parser/entities.h"
#include "parser/hash_index.h"
#include "parser/html_syntax.h"
#include "parser/percent.h"
#include "parser/robots_tag.h"
#include "parser/start_tags.h"
#include "parser/url_join.h"

namespace thresh {
namespace {

using ascii::EqualsLower;

// More than most pages have.
constexpr size_t kManyReferences = 256;

// What a tag refers to, as it stands in the page.
struct Reference {
  std::string_view raw;
  uint64_t hash = 0;
  bool nofollow = false;
};

// The attribute that says where an element leads.
enum class LinkTarget { kHref, kSrc };

// The values of the attributes that matter for links, raw.
struct LinkAttributes {
  std::optional<std::string_view> target;  // href or src, without its fragment
  std::optional<std::string_view> rel;
};

// Without its fragment, so that all links into one page are one reference. The '#' of "&#38;" is
// none; where in doubt all stays.
std::string_view WithoutFragment(std::string_view raw) {
  const size_t hash = raw.find('#');
  if (hash == std::string_view::npos || (hash > 0 && raw[hash - 1] == '&')) return raw;
  return raw.substr(0, hash);
}

// Whether the letters "rel" may stand in [at, end), in either case. Reads as far behind `end` as
// FindFirst does, and two bytes more.
bool MayHaveRel(const char* at, const char* end) {
#ifdef __SSE2__
  const auto is = [](const char* bytes, char letter) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    return _mm_cmpeq_epi8(_mm_or_si128(block, _mm_set1_epi8(0x20)), _mm_set1_epi8(letter));
  };
  for (; at < end; at += sizeof(__m128i)) {
    const __m128i all = _mm_and_si128(_mm_and_si128(is(at, 'r'), is(at + 1, 'e')), is(at + 2, 'l'));
    if (_mm_movemask_epi8(all) != 0) return true;
  }
#else
  for (; at < end; ++at) {
    if (EqualsLower({at, 3}, "rel")) return true;
  }
#endif
  return false;
}

// The attribute at `at` as far as the quote that opens its value, when it is written ` name="…`;
// otherwise empty.
std::string_view PlainAttribute(const char* at) {
  const char* end = at + 1;
  while (html::Is(*end, html::kPlainAttrName)) ++end;
  if (*at != ' ' || end == at + 1 || end[0] != '=' || end[1] != '"') return {};
  return {at, static_cast<size_t>(end + 2 - at)};
}

// Reads what nearly all links are, a tag with href="…" behind attributes that are written so, too,
// and without rel; false when it is written otherwise, or so near the page's end that reading ahead
// would leave it.
bool ReadUsualLink(std::string_view attributes, const char* page_end, LinkAttributes* found) {
  constexpr std::string_view kHref = " href=\"";
  const char* at = attributes.data();
  const char* const end = at + attributes.size();
  if (static_cast<size_t>(page_end - end) < html::kReadAhead + 2) return false;
  while (std::memcmp(at, kHref.data(), kHref.size()) != 0) {
    const std::string_view attribute = PlainAttribute(at);
    if (attribute.empty() || EqualsLower(attribute, " rel=\"")) return false;
    if (EqualsLower(attribute, kHref)) return false;  // "HREF"
    const char* const quote = html::FindFirst(at + attribute.size(), end, '"');
    if (quote == nullptr || quote >= end) return false;
    at = quote + 1;
  }
  const char* const value = at + kHref.size();
  const char* value_end = html::FindFirst(value, end, '"', '#');
  const char* quote = value_end;
  if (value_end != nullptr && *value_end == '#') {
    quote = html::FindFirst(value_end, end, '"');
    if (value_end[-1] == '&') value_end = quote;  // as WithoutFragment
  }
  if (quote == nullptr || quote >= end || MayHaveRel(quote, end)) return false;
  found->target = {value, static_cast<size_t>(value_end - value)};
  return true;
}

LinkAttributes ReadLinkAttributes(const HtmlTag& tag, LinkTarget target, const char* page_end) {
  LinkAttributes found;
  if (target == LinkTarget::kHref && ReadUsualLink(tag.attributes, page_end, &found)) return found;
  const std::string_view name = target == LinkTarget::kHref ? "href" : "src";
  HtmlAttributes attributes(tag.attributes);
  HtmlAttribute attribute;
  while (attributes.Next(&attribute)) {
    if (!found.target && EqualsLower(attribute.name, name)) found.target = attribute.value;
    if (!found.rel && EqualsLower(attribute.name, "rel")) found.rel = attribute.value;
  }
  if (found.target) found.target = WithoutFragment(*found.target);
  return found;
}

// `raw` with its entities decoded; `buffer` holds it when it has any.
std::string_view Decoded(std::string_view raw, std::string* buffer) {
  if (raw.find('&') == std::string_view::npos) return raw;
  *buffer = DecodeEntities(raw, EntityContext::kAttribute);
  return *buffer;
}

// Whether it is sure to lead to the same from every page of a directory, unlike "?page=2" and "".
// What begins with space may be one of these, and so may "http:?page=2".
bool IsIndependentOfPage(std::string_view raw) {
  if (BeginsAsUrl(raw)) return true;
  return !raw.empty() && IsIn(raw.front(), kPathBytes) && raw.find_first_of(":&") == raw.npos;
}

// Never 0, which is the hash of nothing.
uint64_t Hash(std::string_view text, uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed) | uint64_t{1} << 63;
}

// Collects the references of a page, then makes URLs of them: not before its end is it known
// whether it has a <base>, which holds for what stands above it, too.
class LinkExtractor {
 public:
  LinkExtractor(std::string_view html, UrlBase page, size_t max_links, KnownLinks* known)
      : html_(html),
        page_url_(*page.url),
        queries_(page.queries),
        max_links_(max_links),
        known_(known),
        seed_(reinterpret_cast<uintptr_t>(html.data())) {}

  PageLinks Extract() {
    static constexpr TagInterest kElements(LetterSet("abfilm"));  // first letters of those below
    StartTags tags(html_, kElements);
    references_.reserve(kManyReferences);
    HtmlTag tag;
    while (tags.Next(&tag)) VisitTag(tag);
    ResolveAll();
    return std::move(found_);
  }

 private:
  const char* page_end() const { return html_.data() + html_.size(); }

  void VisitTag(const HtmlTag& tag) {
    switch (ascii::ToLower(tag.name.front())) {
      case 'a':
        if (tag.name.size() == 1 || tag.NameIs("area")) VisitLink(tag, LinkTarget::kHref);
        return;
      case 'f':
        if (tag.NameIs("frame")) VisitLink(tag, LinkTarget::kSrc);
        return;
      case 'i':
        if (tag.NameIs("iframe")) VisitLink(tag, LinkTarget::kSrc);
        return;
      case 'l':
        if (tag.NameIs("link")) VisitLinkElement(tag);
        return;
      case 'b':
        if (tag.NameIs("base") && !base_) base_ = tag.Attribute("href");
        return;
      case 'm':
        if (tag.NameIs("meta")) VisitMeta(tag);
        return;
    }
  }

  void VisitLink(const HtmlTag& tag, LinkTarget target) {
    const LinkAttributes attributes = ReadLinkAttributes(tag, target, page_end());
    if (attributes.target) Add(*attributes.target, attributes.rel.value_or(""));
  }

  void VisitLinkElement(const HtmlTag& tag) {
    const LinkAttributes attributes = ReadLinkAttributes(tag, LinkTarget::kHref, page_end());
    const std::string_view rel = attributes.rel.value_or("");
    if (!attributes.target || !(HasToken(rel, "next") || HasToken(rel, "prev"))) return;
    Add(*attributes.target, rel);
  }

  void VisitMeta(const HtmlTag& tag) {
    const auto name = tag.Attribute("name");
    if (!name || !EqualsLower(*name, "robots")) return;
    std::string buffer;
    const auto directives =
        ParseRobotsMeta(Decoded(tag.Attribute("content").value_or(""), &buffer));
    found_.meta_noindex |= directives.noindex;
    found_.meta_nofollow |= directives.nofollow;
  }

  void Add(std::string_view raw, std::string_view rel) {
    const bool nofollow = !rel.empty() && HasToken(rel, "nofollow");
    any_nofollow_ |= nofollow;
    references_.push_back({raw, 0, nofollow});
  }

  void ResolveAll() {
    std::string buffer;
    std::optional<Url> base;
    if (base_) base = Url::Parse(Decoded(*base_, &buffer), {&page_url_, queries_});
    const Url& resolve_against = base ? *base : page_url_;
    if (NumbersNeedAll(resolve_against)) known_ = nullptr;
    UrlJoiner joiner(resolve_against);
    DropRepeated(SeedsFor(resolve_against, joiner));
    for (const Reference& reference : references_) {
      if (known_ == nullptr) {
        Resolve(reference, resolve_against, false);
      } else if (!reference.raw.empty() || base_) {  // "#top" leads to the page
        ResolveUnlessKnown(reference, resolve_against, joiner);
      }
    }
  }

  // Whether the page's numbers of links would differ if those that are known were left out. One
  // link with nofollow, as to a page's source, needs no more than that it is not known itself: then
  // no other spelling of it is left out.
  bool NumbersNeedAll(const Url& base) const {
    if (known_ == nullptr || found_.meta_nofollow || references_.size() > max_links_) return true;
    if (!any_nofollow_) return false;
    std::string buffer;
    for (const Reference& reference : references_) {
      if (!reference.nofollow) continue;
      const auto url = Url::Parse(Decoded(reference.raw, &buffer), {&base, queries_});
      if (url && known_->HasUrl(url->href())) return true;
    }
    return false;
  }

  // A reference that was remembered is known by a hash of it and of what it was resolved against,
  // the encoding of its query with it: one site may have pages in several.
  struct Seeds {
    uint64_t absolute, origin, directory;

    uint64_t For(std::string_view raw) const {
      if (raw.starts_with('/')) return origin;
      return BeginsAsUrl(raw) ? absolute : directory;
    }
  };

  Seeds SeedsFor(const Url& base, const UrlJoiner& joiner) const {
    if (known_ == nullptr) return {seed_, seed_, seed_};
    const uint64_t seed = known_->seed() ^ reinterpret_cast<uintptr_t>(queries_);
    return {seed, Hash(base.origin(), seed), Hash(joiner.directory(), seed)};
  }

  // Leaves each reference once, and none that is known.
  void DropRepeated(const Seeds& seeds) {
    for (Reference& reference : references_) {
      reference.hash = Hash(reference.raw, seeds.For(reference.raw));
      if (known_ != nullptr) known_->Prefetch(reference.hash);
    }
    size_t kept = 0;
    for (const Reference& reference : references_) {
      if (known_ != nullptr && known_->HasReference(reference.hash)) continue;
      const size_t number = different_references_.FindOrAdd(
          reference.hash, kept,
          [&](size_t other) { return references_[other].raw == reference.raw; });
      if (number == kept) {
        references_[kept++] = reference;
      } else {
        references_[number].nofollow &= reference.nofollow;
      }
    }
    references_.resize(kept);
  }

  // What the joiner takes leads to the same from all pages of a directory.
  void ResolveUnlessKnown(const Reference& reference, const Url& base, UrlJoiner& joiner) {
    const std::string_view href = joiner.Join(reference.raw);
    if (!href.empty() && RememberIfKnown(reference, href)) return;
    Resolve(reference, base, href.empty() && IsIndependentOfPage(reference.raw));
  }

  bool RememberIfKnown(const Reference& reference, std::string_view href) {
    if (!known_->HasUrl(href)) return false;
    known_->AddReference(reference.hash);
    return true;
  }

  void Resolve(const Reference& reference, const Url& base, bool may_be_known) {
    if (found_.links.size() == max_links_) {
      ++found_.beyond_limit;
      return;
    }
    std::string buffer;
    UrlError error = UrlError::kNone;
    auto url = Url::Parse(Decoded(reference.raw, &buffer), {&base, queries_}, &error);
    if (!url) {
      ++(error == UrlError::kOtherScheme ? found_.other_scheme : found_.invalid);
    } else if (*url != page_url_ && !(may_be_known && RememberIfKnown(reference, url->href()))) {
      AddUrl(*std::move(url), reference.nofollow);
    }
  }

  void AddUrl(Url url, bool nofollow) {
    std::vector<Link>& links = found_.links;
    const std::string& href = url.href();
    const size_t number = different_urls_.FindOrAdd(
        Hash(href, seed_), links.size(), [&](size_t other) { return links[other].url == url; });
    if (number == links.size()) {
      links.push_back({std::move(url), nofollow});
    } else {
      links[number].nofollow &= nofollow;
    }
  }

  const std::string_view html_;
  const Url& page_url_;
  const charset::Encoder* const queries_;
  const size_t max_links_;
  KnownLinks* known_;
  const uint64_t seed_;  // differs from page to page, so that no page can be made of collisions
  std::optional<std::string_view> base_;
  bool any_nofollow_ = false;
  std::vector<Reference> references_;
  HashIndex different_references_;
  HashIndex different_urls_;
  PageLinks found_;
};

}  // namespace

KnownLinks::KnownLinks(std::function<bool(std::string_view href)> is_known)
    : is_known_(std::move(is_known)), seed_(reinterpret_cast<uintptr_t>(this)) {}

// Grows as a site shows that it has so many.
void KnownLinks::AddReference(uint64_t hash) {
  constexpr size_t kLeast = 1024;
  constexpr size_t kMost = 16 * 1024;
  if (++added_ > references_.size() && references_.size() < kMost) {
    references_.assign(std::max(kLeast, 2 * references_.size()), 0);
    added_ = 1;
  }
  references_[Place(hash)] = hash;
}

PageLinks ExtractLinks(std::string_view html, const Url& page_url, size_t max_links,
                       KnownLinks* known, std::string_view charset) {
  const UrlBase page(&page_url, charset::Encoder::Find(charset));
  return LinkExtractor(html, page, max_links, known).Extract();
}

}  // namespace thresh
