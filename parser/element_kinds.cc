#include "parser/element_kinds.h"

#include "parser/html_names.h"

namespace thresh::html {
namespace {

constexpr uint32_t kSpecialBarrier = FlagOf(kSpecial) | FlagOf(kItemBarrier);

constexpr NameFlags kKinds = [] {
  NameFlags names;
  names.Add("address div p", FlagOf(kSpecial));
  names.Add(
      "applet area article aside base basefont bgsound blockquote body br button caption "
      "center col colgroup dd details dir dl dt embed fieldset figcaption figure footer "
      "frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen "
      "li link listing main marquee menu meta nav noembed noframes noscript object ol",
      kSpecialBarrier);
  names.Add(
      "param plaintext pre script search section select source style summary table tbody "
      "td template textarea tfoot th thead title tr track ul wbr xmp mi mo mn ms mtext "
      "annotation-xml foreignobject desc",
      kSpecialBarrier);
  names.Add(
      "applet caption html table td th marquee object template mi mo mn ms "
      "mtext annotation-xml foreignobject desc",
      FlagOf(kScope));
  names.Add("button", FlagOf(kButton));
  names.Add("ol ul", FlagOf(kList));
  names.Add("html table template", FlagOf(kTable));
  names.Add("caption colgroup tbody thead tfoot tr td th", FlagOf(kTablePart));
  names.Add("svg math", FlagOf(kForeign));
  names.Add("mi mo mn ms mtext annotation-xml foreignobject desc", FlagOf(kHtmlPoint));
  names.Add(
      "area base basefont bgsound br col embed frame hr img input keygen link meta "
      "param source track wbr",
      kVoid);
  names.Add("a b big code em font i nobr s small strike strong tt u", kFormatting);
  names.Add(
      "address article aside blockquote center details dialog dir div dl dd dt "
      "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr "
      "li listing main menu nav ol p plaintext pre search section summary table "
      "ul xmp",
      kClosesP);
  names.Add("h1 h2 h3 h4 h5 h6", kHeading);
  names.Add(
      "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr "
      "i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup "
      "table tt u ul var",
      kLeavesForeign);
  names.Add(
      "base basefont bgsound head link meta noframes noscript script style "
      "template title",
      kInHead);
  names.Add("dd dt li optgroup option p rb rp rt rtc", kImpliedEnd);
  names.Add(
      "body caption colgroup dd dt head html li optgroup option p rb rp rt "
      "rtc tbody td tfoot th thead tr",
      kOptionalEnd);
  names.Add(
      "abbr acronym audio bdi bdo canvas cite data datalist del dfn ins kbd label "
      "legend map mark meter output picture progress q samp slot time video",
      kOtherHtml);
  names.Add(
      "address article aside blockquote body br button caption center col colgroup dd details "
      "dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 "
      "h6 head header hgroup hr html iframe legend li listing main menu nav ol optgroup option p "
      "plaintext pre search section select summary table tbody td template textarea tfoot th "
      "thead title tr ul xmp",
      kPartsWords);
  return names;
}();

}  // namespace

uint32_t KindsOf(uint64_t key) { return kKinds.Find(key); }

bool IsHtmlPoint(uint64_t key, uint32_t kinds) {
  return (kinds & FlagOf(kHtmlPoint)) != 0 || key == NameKey("title");
}

}  // namespace thresh::html
