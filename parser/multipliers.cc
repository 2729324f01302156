#include "parser/multipliers.h"

#include <unicode/uchar.h>

#include <string>
#include <unordered_set>

namespace thresh {
namespace {

// In lower case: what CLDR has for a thousand, a million and so on, in full and in short, without
// what means something else more often ("mi", "bio", "mie"), and what people write besides.
constexpr std::u32string_view kMultipliers =
    U"hundred hundreds thousand thousands million millions mn mln billion billions bn bln "
    U"trillion trillions tn trn quadrillion lakh lakhs crore crores "
    // German, Dutch
    U"hundert tausend tsd teur million millionen mio meur milliarde milliarden mrd billion "
    U"billionen honderd duizend miljoen miljard mld biljoen "
    // French, Italian, Spanish, Portuguese, Catalan, Romanian
    U"mille millier milliers million millions milliard milliards md mds billion billions "
    U"mila milione milioni miliardo miliardi bilione bilioni mlrd "
    U"mil millar millares millón millon millones mill billón billon billones "
    U"milhar milhares milhão milhao milhões milhoes bilhão bilhao bilhões bilhoes trilhão trilhões "
    U"miler milers milió milions bilió bilions "
    U"mii milion milioane miliard miliarde trilion trilioane "
    // Danish, Norwegian, Swedish, Finnish, Estonian
    U"tusind tusen mia million millioner millionar milliard milliarder milliardar billion "
    U"billioner "
    U"miljon miljoner miljard miljarder biljon biljoner "
    U"tuhat tuhatta miljoona miljoonaa milj miljardi miljardia biljoona biljoonaa bilj "
    U"tuh miljonit miljardit triljon triljonit trln "
    // Polish, Czech, Slovak, Croatian, Slovenian, Hungarian, Lithuanian, Latvian
    U"tysiąc tysiące tysięcy tysiąca tys milion miliona milionów miliony miliard miliarda "
    U"miliardów miliardy bilion biliony bilionów "
    U"tisíc tisíce tisíců tis milionu milionů biliony bilionů "
    U"tisíca milión milióna miliónov milióny miliárd bilión biliónov "
    U"tisuća tisuće milijun milijuna milijarda milijarde milijardi mlrd bilijun "
    U"tisoč milijon milijona milijoni milijonov milijard bilijon hiljada hiljade hilj "
    U"ezer millió milliárd billió "
    U"tūkst tūkstantis tūkstančiai tūkstančių milijonas milijonai milijonų milijardas milijardai "
    U"milijardų tūkstotis tūkstoši miljons miljoni miljonu miljards miljardu mljrd "
    // Russian, Ukrainian, Bulgarian, Serbian
    U"тыс тысяча тысячи тысяч тысячу млн миллион миллиона миллионов млрд миллиард миллиарда "
    U"миллиардов трлн триллион триллиона триллионов "
    U"тис тисяча тисячі тисяч мільйон мільйона мільйонів мільйони мільярд мільярда мільярдів "
    U"мільярди трильйон трильйонів "
    U"хил хиляда хиляди милион милиона милиони милиард милиарда милиарди трилион "
    U"хиљ хиљада хиљаде мил милијарда милијарде милијарди "
    // Greek, Turkish, Indonesian, Vietnamese
    U"χιλιάδα χιλιάδες εκατ εκατομμύριο εκατομμύρια δις δισ δισεκατομμύριο δισεκατομμύρια "
    U"bin milyon milyar trilyon ribu rb juta jt miliar milyar triliun "
    U"nghìn ngàn triệu tỷ tỉ "
    // Arabic, Persian, Hebrew
    U"ألف آلاف مليون ملايين مليار هزار میلیون میلیارد אלף מיליון מיליארד ";

std::unordered_set<std::u32string_view> Split(std::u32string_view text) {
  std::unordered_set<std::u32string_view> words;
  while (!text.empty()) {
    const size_t end = text.find(U' ');
    words.insert(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return words;
}

std::u32string Lowered(std::u32string_view word) {
  std::u32string lower(word);
  for (char32_t& c : lower) c = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
  return lower;
}

// Letters that stand for a unit in the other case.
bool IsMultiplyingLetter(char32_t letter, bool attached) {
  if (letter == U'm') return attached;
  return std::u32string_view(U"kKMBbTt").find(letter) != std::u32string_view::npos;
}

}  // namespace

bool IsMultiplier(std::u32string_view word, bool attached) {
  if (word.empty()) return false;
  if (word.size() == 1 && word[0] < 0x80) return IsMultiplyingLetter(word[0], attached);
  constexpr std::u32string_view kIdeographs = U"十百千万萬億亿兆만억천";
  if (kIdeographs.find(word[0]) != std::u32string_view::npos) return true;
  static const auto* const words = new std::unordered_set<std::u32string_view>(Split(kMultipliers));
  return words->contains(Lowered(word));
}

}  // namespace thresh
