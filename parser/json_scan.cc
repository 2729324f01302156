#include "parser/json_scan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "parser/ascii.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

using ascii::IsDigit;

// Attempts together may look at this many times the text's bytes. Then a failed one is not tried
// again from inside, which only text made to be slow notices.
constexpr size_t kMaxWork = 32;

bool IsJsonSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsIdentifier(char c) { return ascii::IsAlphanumeric(c) || c == '_' || c == '$'; }

// Recognizes one value that begins with a bracket, by a stack of its own.
class Recognizer {
 public:
  enum class Outcome { kComplete, kNoJson, kTooDeep };

  Recognizer(std::string_view text, size_t begin) : text_(text), at_(begin) {}

  // On kComplete at() is behind the value, else where it went wrong.
  Outcome Run() {
    bool value_next = true;
    while (true) {
      if (value_next) {
        SkipSpace();
        if (Peek() == '{' || Peek() == '[') {
          if (open_.size() == kMaxJsonDepth) {
            Fail("it nests deeper than 1,000");
            return Outcome::kTooDeep;
          }
          if (!Open(&value_next)) return Outcome::kNoJson;
        } else {
          if (!Scalar()) return Outcome::kNoJson;
          value_next = false;
        }
      }
      if (!value_next) {
        if (open_.empty()) return Outcome::kComplete;
        if (!AfterValue(&value_next)) return Outcome::kNoJson;
      }
    }
  }

  size_t at() const { return at_; }
  // Where the brackets that are open begin: no value can begin there that this one did not give.
  const std::vector<size_t>& open() const { return open_; }
  // Whether it was a container of data, if not of JSON: then what it contains is not what was
  // looked for. ("{"name": "Lamp",, "brand": {"name": "Acme"}}" is not the brand.)
  bool is_data() const { return is_data_; }
  // Where that begins as JSON does; "{color: red}" does not.
  bool is_begun_json() const { return is_begun_json_; }
  // Of an outcome that is not kComplete.
  JsonFault fault(size_t begin) const { return {begin, fault_at_, why_}; }

 private:
  // False. The first fault counts.
  bool Fail(std::string_view why) { return Fail(why, at_); }
  bool Fail(std::string_view why, size_t at) {
    if (why_.empty()) {
      why_ = why;
      fault_at_ = at;
    }
    return false;
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void SkipSpace() {
    while (at_ < text_.size() && IsJsonSpace(text_[at_])) ++at_;
  }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // An opening bracket; an empty container is closed at once.
  bool Open(bool* value_next) {
    const bool object = Peek() == '{';
    open_.push_back(at_++);
    SkipSpace();
    if (Take(object ? '}' : ']')) {
      open_.pop_back();
      *value_next = false;
      return true;
    }
    return !object || Name();
  }

  bool Name() {
    SkipSpace();
    const size_t begin = at_;
    const bool quoted = Peek() == '"';
    if (quoted ? !String() : !Identifier()) return Fail(kNoName, begin);
    SkipSpace();
    if (!Take(':')) return quoted ? Fail("a colon is missing") : Fail(kNoName, begin);
    is_data_ = true;
    is_begun_json_ = is_begun_json_ || quoted;
    return quoted || Fail(kNoName, begin);
  }

  bool Identifier() {
    const size_t begin = at_;
    while (IsIdentifier(Peek())) ++at_;
    return at_ > begin;
  }

  // A comma and what follows it, or the end of the container.
  bool AfterValue(bool* value_next) {
    SkipSpace();
    const bool object = text_[open_.back()] == '{';
    if (Take(',')) {
      is_data_ = true;
      is_begun_json_ = true;
      *value_next = true;
      return !object || Name();
    }
    if (!Take(object ? '}' : ']')) {
      return Fail(object ? "a comma or } is missing" : "a comma or ] is missing");
    }
    open_.pop_back();
    return true;
  }

  bool Scalar() {
    if (Peek() == '"') return String();
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) != word) continue;
      at_ += word.size();
      return true;
    }
    return Number();
  }

  bool Digits() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ > begin;
  }

  bool Number() {
    const bool negative = Take('-');
    if (!Take('0') && !Digits()) return Fail(negative ? kNoDigit : "a value is missing");
    if (Take('.') && !Digits()) return Fail(kNoDigit);
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      return Digits() || Fail(kNoDigit);
    }
    return true;
  }

  bool String() {
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\' && !Escape()) return Fail("JSON has no such escape");
    }
    return Fail("a string is not closed");
  }

  // Leaves at() on the last character of the escape.
  bool Escape() {
    ++at_;
    if (Peek() != 'u') return std::string_view("\"\\/bfnrt").find(Peek()) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (!ascii::IsHexDigit(Peek())) return false;
    }
    return true;
  }

  static constexpr std::string_view kNoName = "a name in double quotes is missing";
  static constexpr std::string_view kNoDigit = "a digit is missing";

  std::string_view text_;
  size_t at_;
  std::vector<size_t> open_;
  bool is_data_ = false;
  bool is_begun_json_ = false;
  std::string_view why_;
  size_t fault_at_ = 0;
};

// "x[0]" and "f()[1]" are no arrays.
bool IsSubscript(std::string_view text, size_t bracket) {
  if (text[bracket] != '[' || bracket == 0) return false;
  const char before = text[bracket - 1];
  return IsIdentifier(before) || before == ')' || before == ']';
}

// Behind the bracket that closes the one at `begin`, strings left out; the text's end when there is
// none.
size_t BehindBalanced(std::string_view text, size_t begin) {
  size_t depth = 0;
  char quote = '\0';
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

// "line 2, column 7"
std::string PlaceInWords(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  const auto inside = std::count_if(line.begin(), line.end(), IsContinuation);
  const size_t characters = line.size() - static_cast<size_t>(inside);
  return "line " + std::to_string(lines + 1) + ", column " + std::to_string(characters + 1);
}

}  // namespace

std::string InWords(const JsonFault& fault, std::string_view text) {
  const char* const stops = fault.at < text.size() ? " stops in " : " is cut off in ";
  return "the JSON from " + PlaceInWords(text, fault.begin) + stops + PlaceInWords(text, fault.at) +
         ": " + std::string(fault.why);
}

std::string_view FindFirstJson(std::string_view text, JsonFault* fault) {
  size_t work = 0;
  size_t begin = 0;
  const size_t first = text.find_first_not_of(" \t\n\r");
  std::vector<size_t> hopeless;
  while ((begin = text.find_first_of("{[", begin)) != std::string_view::npos) {
    if (IsSubscript(text, begin) || std::binary_search(hopeless.begin(), hopeless.end(), begin)) {
      ++begin;
      continue;
    }
    Recognizer recognizer(text, begin);
    const Recognizer::Outcome outcome = recognizer.Run();
    if (outcome == Recognizer::Outcome::kComplete) {
      return text.substr(begin, recognizer.at() - begin);
    }
    if (fault != nullptr && fault->why.empty() && (recognizer.is_begun_json() || begin == first)) {
      *fault = recognizer.fault(begin);
    }
    if (outcome == Recognizer::Outcome::kTooDeep) return {};
    work += recognizer.at() - begin;
    hopeless = recognizer.open();
    if (recognizer.is_data()) {
      begin = BehindBalanced(text, begin);
    } else {
      begin = work > kMaxWork * text.size() ? std::max(begin + 1, recognizer.at()) : begin + 1;
    }
  }
  return {};
}

bool JsonNestsWithin(std::string_view text, size_t depth) {
  size_t open = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++open > depth) return false;
    } else if ((c == '}' || c == ']') && open > 0) {
      --open;
    }
  }
  return true;
}

}  // namespace thresh
