#include "pipeline/toml_errors.h"

#include <fmt/format.h>

#include <algorithm>

#include "parser/ascii.h"

namespace thresh {
namespace {

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view Trim(std::string_view text) {
  return ascii::Trimmed(text, [](char c) { return ascii::IsBlank(c) || c == '\r'; });
}

// The text between the first pair of single quotes of toml++'s sentence: a key or a character.
std::string_view QuotedPart(std::string_view description) {
  const size_t begin = description.find('\'');
  const size_t end = description.rfind('\'');
  if (begin == std::string_view::npos || end <= begin) return {};
  return description.substr(begin + 1, end - begin - 1);
}

constexpr std::string_view kWordStops = " \t\r,]}#=[{";

// The bare word that the error is in: how much of 5m, yes or /book/ lies in front of the place.
size_t WordBehind(std::string_view before) {
  const size_t begin = before.find_last_of(kWordStops);
  return begin == std::string_view::npos ? before.size() : before.size() - begin - 1;
}

// Of a word that is no value.
std::string ExplainValue(std::string_view word) {
  if (word.starts_with("“") || word.starts_with("‘") || word.starts_with("”") ||
      word.starts_with("„")) {
    return "curly quotes do not quote: write '…' or \"…\"";
  }
  const std::string lower = ascii::Lowered(word);
  if (lower == "true" || lower == "yes" || lower == "on") return "write true";
  if (lower == "false" || lower == "no" || lower == "off") return "write false";
  if (lower == "null" || lower == "none" || lower == "nil") {
    return "TOML has no null: leave the key out";
  }
  if (word.empty()) return "a value is missing here";
  if (word.find('\'') != std::string_view::npos) return "a value must be quoted: \"…\" or '…'";
  return fmt::format("'{}' must stand in quotes: write '{}'", word, word);
}

std::string ExplainRedefinition(std::string_view description, std::string_view before,
                                std::string_view after) {
  const std::string_view key = QuotedPart(description);
  if (Contains(description, "as array-of-tables") ||
      (Contains(description, "existing array '") && Contains(description, "as table"))) {
    return fmt::format("[{0}] and [[{0}]] are both here: write [[{0}]] above each of them", key);
  }
  if (Contains(description, "as dotted key-value pair")) {
    return "this key has a value already and cannot have keys below it";
  }
  const bool is_header = (std::string(before) + std::string(after)).starts_with("[");
  if (is_header && Contains(description, "existing table")) {
    return fmt::format("[{0}] is here for the second time: join the two", key);
  }
  return fmt::format("\"{}\" is set for the second time", key);
}

std::string ExplainString(std::string_view description, std::string_view after) {
  if (Contains(description, "unknown escape sequence")) {
    return fmt::format(
        "{} means nothing in a \"…\" string: write regexes in single quotes, '…' or '''…'''",
        QuotedPart(description));
  }
  if (Contains(description, "hex digit")) {
    return "\\u wants four hexadecimal digits and \\U eight; write regexes in single quotes, '…'";
  }
  if (Contains(description, "control characters") && Trim(after).empty()) {
    return "this string is not closed at the end of its line: for several lines write '''…'''";
  }
  if (Contains(description, "control characters")) {
    return "a control character stands in this string: take it out";
  }
  if (Contains(description, "end-of-file")) return "this string is not closed";
  return {};
}

std::string ExplainHeader(std::string_view description, std::string_view before,
                          std::string_view after) {
  if (Trim(after).empty() || Contains(description, "end-of-file")) {
    return "this header is not closed: a ']' is missing";
  }
  std::string line(Trim(before));
  line += Trim(after);
  if (line.starts_with("[host.")) {
    const size_t end = std::min(line.find(']'), line.size());
    const std::string host = line.substr(6, end - 6);
    if (!Contains(host, "\"")) {
      return fmt::format("a host's name must be quoted: write [host.\"{}\"]", host);
    }
  }
  if (Contains(description, "comment or whitespace")) {
    return "nothing may follow a header on its line";
  }
  return "only letters a to z, digits, - and _ can stand in a header without quotes: write "
         "[table.\"name\"]";
}

std::string ExplainInlineTable(std::string_view description) {
  if (Contains(description, "\\n") || Contains(description, "\\r") ||
      Contains(description, "saw '#'") || Contains(description, "end-of-file")) {
    return "an inline table { … } must stand on one line: write it on one, or give it a header of "
           "its own, such as [record.fields.price], with a key a line below it";
  }
  if (Contains(description, "dangling comma")) {
    return "no comma may stand before the '}' of an inline table: take it out";
  }
  if (Contains(description, "expected comma")) {
    return "a comma between two keys, or the table's '}', is missing here";
  }
  return "an inline table is written { key = value, key = value }";
}

std::string ExplainPair(std::string_view description, std::string_view before) {
  if (Contains(description, "expected '='") && Contains(description, "saw ':'")) {
    return "between a key and its value stands '=', not ':'";
  }
  if (Contains(description, "expected '='") ||
      (Contains(description, "end-of-file") && !Contains(before, "="))) {
    return "a key needs a value: key = value";
  }
  if (Contains(description, "expected value") || Contains(description, "end-of-file")) {
    return "a value is missing here";
  }
  if (!Contains(description, "comment or whitespace")) return {};
  if (Trim(before).ends_with('\'')) {
    return "something follows the end of this string; where the text itself has a ', write it "
           "between ''' and '''";
  }
  if (Trim(before).ends_with('"')) {
    return "something follows the end of this string; where the text itself has a \", write it "
           "between ' and '";
  }
  return "something follows the value: write one key = value a line";
}

std::string ExplainArray(std::string_view description) {
  if (Contains(description, "end-of-file")) return "this list is not closed: a ']' is missing";
  return "a comma between two values, or the list's ']', is missing here";
}

std::string ExplainRoot(std::string_view after) {
  if (!after.empty() && static_cast<unsigned char>(after.front()) >= 0x80) {
    return "a key with other letters than a to z must be quoted: \"größe\" = …";
  }
  return "a line is key = value, a [header] or a # comment";
}

bool IsAboutNumber(std::string_view description) {
  for (const char* kind : {"integer", "float", "date", "time", "boolean", "parsing value"}) {
    if (Contains(description, kind)) return true;
  }
  return false;
}

// toml++'s own words, when they are none that we know.
std::string Fallback(std::string_view description) {
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (description.starts_with(kPrefix)) description.remove_prefix(kPrefix.size());
  return "this is not TOML: " + std::string(description);
}

}  // namespace

TomlExplanation ExplainTomlError(std::string_view description, std::string_view before,
                                 std::string_view after) {
  std::string words;
  if (Contains(description, "invalid utf-8")) {
    words = "this is not UTF-8: save the file as UTF-8";
  } else if (Contains(description, "cannot redefine") || Contains(description, "cannot insert")) {
    words = ExplainRedefinition(description, before, after);
  } else if (Contains(description, "leading zeroes")) {
    words = "a number cannot begin with 0: for a text write it in quotes";
  } else if (Contains(description, "maximum nested value depth")) {
    words = "values are nested too deeply here";
  } else if (Contains(description, "parsing inline table")) {
    words = ExplainInlineTable(description);
  } else if (Contains(description, "parsing table header") ||
             (Contains(description, "parsing key:") && Trim(before).starts_with("["))) {
    words = ExplainHeader(description, before, after);
  } else if (Contains(description, "string") || Contains(description, "unicode scalar")) {
    words = ExplainString(description, after);
  } else if (Contains(description, "parsing array")) {
    words = ExplainArray(description);
  } else if (Contains(description, "parsing key-value pair")) {
    words = ExplainPair(description, before);
  } else if (Contains(description, "parsing root table")) {
    words = ExplainRoot(after);
  } else if (IsAboutNumber(description)) {
    const size_t back = WordBehind(before);
    const size_t ahead = std::min(after.find_first_of(kWordStops), after.size());
    const std::string word(before.substr(before.size() - back));
    return {ExplainValue(word + std::string(after.substr(0, ahead))), back};
  }
  return {words.empty() ? Fallback(description) : words, 0};
}

}  // namespace thresh
