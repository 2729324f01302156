#include "parser/pager.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "parser/ascii.h"
#include "parser/entities.h"
#include "parser/html.h"
#include "parser/tag_regex.h"
#include "parser/url_strip.h"

namespace thresh {
namespace {

using ascii::IsDigit;

constexpr size_t kMaxLinks = 10'000;
constexpr size_t kMaxLinkHtml = 300;  // between <a> and </a>; a pager's is short
constexpr size_t kMaxPageDigits = 9;

bool IsShortNumber(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPageDigits &&
         std::all_of(text.begin(), text.end(), IsDigit);
}

template <size_t kCount>
bool IsOneOf(std::string_view text, const std::array<std::string_view, kCount>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsNextText(std::string_view text) {
  static constexpr std::array<std::string_view, 26> kWords{
      "next",    "next page", "older",     "older posts", "more",   "›",      "»",
      "→",       ">",         ">>",        "next ›",      "next »", "next →", "next >",
      "next >>", "下一页",    "下页",      "后一页",      "下一頁", "次へ",   "다음",
      "weiter",  "suivant",   "siguiente", "volgende",    "далее"};
  return IsOneOf(ascii::Lowered(text), kWords);
}

bool IsPageWord(std::string_view name) {
  static constexpr std::array<std::string_view, 16> kWords{
      "page",      "p",           "pg",     "paged", "pn",   "pageno", "page_no", "pagenumber",
      "pageindex", "currentpage", "offset", "start", "skip", "seite",  "pagina",  "startindex"};
  return IsOneOf(ascii::Lowered(name), kWords);
}

// A run of digits in a path and query.
struct DigitRun {
  size_t begin = 0;
  size_t end = 0;
  bool named = false;  // by a parameter or a part of the path that says "page"
};

// The word that stands directly before `at`: "page" of "?page=", "/page/" and "list-page-".
std::string_view WordBefore(std::string_view text, size_t at) {
  size_t end = at;
  if (end > 0 && std::string_view("=/-_").find(text[end - 1]) != std::string_view::npos) --end;
  size_t begin = end;
  while (begin > 0 && (ascii::IsAlpha(text[begin - 1]) || text[begin - 1] == '_')) --begin;
  return text.substr(begin, end - begin);
}

std::vector<DigitRun> RunsOfDigits(std::string_view text) {
  std::vector<DigitRun> runs;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end > at && end - at <= kMaxPageDigits) {
      runs.push_back({at, end, IsPageWord(WordBefore(text, at))});
    }
    at = std::max(end, at + 1);
  }
  return runs;
}

// A link of the page, as far as it may be a pager's.
struct Candidate {
  Url url;
  bool next = false;     // it says that it leads to the next page
  std::string number{};  // its text, when that is a number
};

// Whether `here` is a page of the list whose pages are `before`, a number, `after`: another number
// stands there, or, on the list's first page, none.
bool IsSameList(std::string_view here, std::string_view before, std::string_view after) {
  if (before.ends_with('/') && here == before.substr(0, before.size() - 1)) return true;
  if (!here.starts_with(before)) return false;
  here.remove_prefix(before.size());
  if (here.empty()) return true;
  const size_t digits = std::min(here.find_first_not_of("0123456789"), here.size());
  return digits > 0 && here.substr(digits) == after;
}

// Which of the numbers in the link's URL is the page's; nullopt: it is no pager's link.
std::optional<DigitRun> PageNumber(const Candidate& link, const Url& page) {
  const std::string_view text = link.url.path_and_query();
  const std::string_view here = page.path_and_query();
  const std::vector<DigitRun> runs = RunsOfDigits(text);
  for (const DigitRun& run : runs) {
    const std::string_view digits = text.substr(run.begin, run.end - run.begin);
    const bool same_list = WordBefore(text, run.begin).size() > 1 &&
                           here.starts_with(text.substr(0, std::min(text.find('?'), run.begin)));
    const bool says_number = !link.number.empty() && digits == link.number;
    if (run.named && (same_list || link.next || says_number)) return run;
  }
  // A number of no name counts where the link itself says what it is, and stands last.
  if (runs.empty() || !(link.next || !link.number.empty())) return std::nullopt;
  const DigitRun& last = runs.back();
  const std::string_view before = text.substr(0, last.begin);
  if (!IsSameList(here, before, text.substr(last.end))) return std::nullopt;
  const bool says = link.next || text.substr(last.begin, last.end - last.begin) == link.number;
  if (!says) return std::nullopt;
  return last;
}

// "^https?://host" only where the path alone would say nothing.
std::string FollowRuleFor(std::string_view text, const DigitRun& number) {
  const std::string before = EscapedRegex(text.substr(0, number.begin));
  const std::string root = text.starts_with("/?") ? "//[^/]+" : "";
  return root + before + "\\d+" + EscapedRegex(text.substr(number.end)) + "$";
}

// A cursor: a link that says "next", to the page's own path, by a parameter that is no number.
std::string CursorRule(const Url& link, const Url& page) {
  if (link.path() != page.path() || link.query().empty()) return {};
  std::string_view query = link.query();
  size_t begin = 0;
  while (begin < query.size()) {
    const size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view parameter = query.substr(begin, end - begin);
    if (page.query().find(parameter) == std::string_view::npos) {
      const std::string_view name = parameter.substr(0, parameter.find('='));
      return EscapedRegex(link.path()) + "\\?(?:.*&)?" + EscapedRegex(name) + "=";
    }
    begin = end + 1;
  }
  return {};
}

class PagerSearch {
 public:
  explicit PagerSearch(const PageView& page)
      : html_(page.text), page_(strip_.Strip(*page.url)), base_(page) {}

  std::optional<Pager> Find() {
    HtmlScanner scanner(html_);
    HtmlTag tag;
    for (size_t links = 0; links < kMaxLinks && scanner.Next(&tag);) {
      if (tag.is_end || !tag.NameIsOneOf({"a", "link"})) continue;
      ++links;
      Visit(tag);
    }
    return Best();
  }

 private:
  void Visit(const HtmlTag& tag) {
    const auto href = tag.Attribute("href");
    if (!href) return;
    const auto url = Url::Parse(DecodeEntities(*href, EntityContext::kAttribute), base_.Get());
    if (!url || url->origin() != page_.origin()) return;
    Candidate link{strip_.Strip(*url)};
    link.next = HasToken(tag.Attribute("rel").value_or(""), "next");
    if (tag.NameIs("a")) {
      const std::string text = TextOf(tag);
      link.next |= IsNextText(text);
      if (IsShortNumber(text)) link.number = text;
    } else if (!link.next) {
      return;
    }
    Count(link);
  }

  std::string TextOf(const HtmlTag& tag) const {
    const std::string_view rest = html_.substr(tag.end, kMaxLinkHtml);
    const size_t close = std::min(rest.find("</a"), rest.find("</A"));
    return close == std::string_view::npos ? "" : VisibleText(rest.substr(0, close));
  }

  void Count(const Candidate& link) {
    std::string rule;
    if (const auto number = PageNumber(link, page_)) {
      rule = FollowRuleFor(link.url.path_and_query(), *number);
    } else if (link.next) {
      rule = CursorRule(link.url, page_);
    }
    if (rule.empty()) return;
    Found& found = rules_[rule];
    found.urls.insert(link.url.href());
    if (found.example.empty() || link.next) found.example = link.url.href();
    found.next |= link.next;
  }

  std::optional<Pager> Best() const {
    const std::string* best = nullptr;
    size_t best_score = 0;
    for (const auto& [rule, found] : rules_) {
      const size_t score = found.urls.size() + (found.next ? 1000 : 0);
      if (score <= best_score) continue;
      best_score = score;
      best = &rule;
    }
    if (best == nullptr) return std::nullopt;
    const Found& found = rules_.at(*best);
    return Pager{*best, found.example, found.urls.size()};
  }

  struct Found {
    std::set<std::string> urls;
    std::string example;
    bool next = false;
  };
  const std::string_view html_;
  const ParameterStripper strip_ = ParameterStripper::Default();
  const Url page_;  // as links to it are written in a follow rule
  PageBase base_;
  std::map<std::string, Found> rules_;
};

size_t CommonStart(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                             a.begin());
}

size_t CommonEnd(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first -
                             a.rbegin());
}

}  // namespace

std::optional<Pager> FindPager(const PageView& page) { return PagerSearch(page).Find(); }

std::string CommonPath(const std::vector<Url>& examples) {
  if (examples.size() < 2) return {};
  const std::string_view first = examples.front().path_and_query();
  size_t start = first.size(), end = first.size();
  size_t shortest = first.size();
  for (const Url& example : examples) {
    if (example.origin() != examples.front().origin()) return {};
    const std::string_view text = example.path_and_query();
    start = std::min(start, CommonStart(first, text));
    end = std::min(end, CommonEnd(first, text));
    shortest = std::min(shortest, text.size());
  }
  // Words stay whole: what the examples share by chance is not a rule.
  const size_t slash = first.substr(0, start).find_last_of("/=");
  if (slash == std::string_view::npos) return {};
  start = slash + 1;
  end = std::min(end, shortest - std::min(shortest, start));
  std::string_view tail = first.substr(first.size() - end);
  const size_t word = tail.find_first_of("/.?");
  tail = word == std::string_view::npos ? std::string_view() : tail.substr(word);
  bool digits = true;
  bool parted = false;
  for (const Url& example : examples) {
    const std::string_view text = example.path_and_query();
    if (text.size() <= start + tail.size()) return {};
    const std::string_view own = text.substr(start, text.size() - start - tail.size());
    digits &= IsShortNumber(own);
    parted |= own.find('/') != std::string_view::npos;
  }
  if (start <= 1 && tail.empty() && !digits) return {};  // any page of the host
  const std::string own = digits ? "\\d+" : parted ? ".+" : "[^/?]+";
  return EscapedRegex(first.substr(0, start)) + own + EscapedRegex(tail) + "$";
}

}  // namespace thresh
