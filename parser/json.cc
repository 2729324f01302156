#include "parser/json.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "parser/json_mend.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;

// Builds a value from nlohmann's events. Members are appended unsearched, since ordered_json looks
// through all it has before each insertion; of two of one name the later counts, see FindMember.
class Builder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  bool null() { return Add(nullptr); }
  bool boolean(bool value) { return Add(value); }
  bool number_integer(number_integer_t value) { return Add(value); }
  bool number_unsigned(number_unsigned_t value) { return Add(value); }
  // An integer too large for 64 bits stays the text that it was, so that no digit is lost.
  bool number_float(number_float_t value, const string_t& text) {
    if (text.find_first_of(".eE") == std::string::npos) return Add(text);
    return Add(value);
  }
  bool string(string_t& value) { return Add(std::move(value)); }
  bool binary(binary_t&) { return false; }
  bool start_object(size_t) { return Open(Json::object()); }
  bool key(string_t& name) {
    name_ = std::move(name);
    return true;
  }
  bool end_object() { return Close(); }
  bool start_array(size_t) { return Open(Json::array()); }
  bool end_array() { return Close(); }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

  Json Take() { return std::move(root_); }

 private:
  Json* Place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (Json& parent = *open_.back(); parent.is_array()) {
      auto& elements = parent.get_ref<Json::array_t&>();
      elements.push_back(std::move(value));
      return &elements.back();
    } else {
      auto& members = parent.get_ref<Json::object_t&>();
      members.push_back({std::move(name_), std::move(value)});
      return &members.back().second;
    }
  }
  bool Add(Json value) {
    Place(std::move(value));
    return true;
  }
  bool Open(Json value) {
    open_.push_back(Place(std::move(value)));
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // a parent grows only while no child of it is open
  std::string name_;
};

const Json* FindMember(const Json& object, std::string_view name) {
  const auto& members = object.get_ref<const Json::object_t&>();
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    if (member->first == name) return &member->second;
  }
  return nullptr;
}

// "0" or digits without a leading zero (RFC 6901 §4).
const Json* FindElement(const Json& array, std::string_view token) {
  if (token.empty() || (token.size() > 1 && token[0] == '0')) return nullptr;
  size_t index = 0;
  const auto [end, fault] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (fault != std::errc() || end != token.data() + token.size()) return nullptr;
  return index < array.size() ? &array[index] : nullptr;
}

// "~1" is '/', "~0" is '~' (RFC 6901 §4).
std::string Unescape(std::string_view token) {
  std::string result;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      result += token[++i] == '1' ? '/' : '~';
    } else {
      result += token[i];
    }
  }
  return result;
}

std::optional<Json> ParseStrictly(std::string_view text) {
  Builder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return builder.Take();
}

constexpr std::string_view kJsonSpace = " \t\r\n";  // RFC 8259 §2

// Takes the next line that is not blank off `text`, without the white space around it; empty
// at the end.
std::string_view TakeJsonLine(std::string_view* text) {
  text->remove_prefix(std::min(text->find_first_not_of(kJsonSpace), text->size()));
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(line.size());
  const size_t last = line.find_last_not_of(kJsonSpace);
  return line.substr(0, last == line.npos ? 0 : last + 1);
}

// Nothing when `text` is not JSON lines, or is one only.
std::optional<Json> JsonLines(std::string_view text) {
  Json lines = Json::array();
  for (std::string_view line = TakeJsonLine(&text); !line.empty(); line = TakeJsonLine(&text)) {
    const bool is_alone = lines.empty() && text.find_first_not_of(kJsonSpace) == text.npos;
    if (is_alone || (line.front() != '{' && line.front() != '[')) return std::nullopt;
    auto value = ParseJson(line);
    if (!value) return std::nullopt;
    lines.push_back(*std::move(value));
  }
  return lines.empty() ? std::nullopt : std::optional(std::move(lines));
}

}  // namespace

// What is mended nests as it did: nothing in it becomes a bracket, or a quote in a string.
std::optional<Json> ParseJson(std::string_view text) {
  if (!JsonNestsWithin(text, kMaxJsonDepth)) return std::nullopt;
  if (auto json = ParseStrictly(text)) return json;
  const std::string mended = MendJson(text);
  return mended == text ? std::nullopt : ParseStrictly(mended);
}

std::optional<Json> FirstJson(std::string_view text, JsonFault* fault) {
  if (auto lines = JsonLines(text)) return lines;
  const std::string_view found = FindFirstJson(text, fault);
  if (found.empty()) return std::nullopt;
  return ParseJson(found);
}

bool CheckJsonPointer(std::string_view pointer, std::string* error, size_t* offset) {
  const auto fail = [&](std::string message, size_t at) {
    if (error != nullptr) *error = std::move(message);
    if (offset != nullptr) *offset = at;
    return false;
  };
  if (!pointer.empty() && pointer[0] != '/') {
    const char* hint = pointer[0] == '$' ? "this is JSONPath; " : "";
    return fail(std::string(hint) + "a JSON pointer is empty or begins with /, such as /items/0",
                0);
  }
  for (size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] != '~') continue;
    if (i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) continue;
    return fail("in a JSON pointer ~ is written ~0, and / in a name ~1", i);
  }
  return true;
}

const Json* ResolveJsonPointer(const Json& value, std::string_view pointer) {
  const Json* at = &value;
  while (!pointer.empty() && at != nullptr) {
    const size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string token = Unescape(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
    if (at->is_object()) {
      at = FindMember(*at, token);
    } else {
      at = at->is_array() ? FindElement(*at, token) : nullptr;
    }
  }
  return at;
}

std::string CompactJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string JsonText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : CompactJson(value);
}

}  // namespace thresh
