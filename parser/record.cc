#include "parser/record.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstdio>

namespace thresh {
namespace {

constexpr std::array<std::string_view, 8> kTypeNames = {"text", "integer",  "real", "boolean",
                                                        "date", "datetime", "url",  "json"};

// Writes parts so that no two lists of parts give the same bytes.
class Fingerprint {
 public:
  void Add(std::string_view text) {
    Add(static_cast<uint64_t>(text.size()));
    bytes_ += text;
  }
  void Add(const char* text) { Add(std::string_view(text)); }
  void Add(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(number >> shift);
  }
  void Add(bool flag) { bytes_ += flag ? '\1' : '\0'; }
  void Add(const std::optional<std::string>& text) {
    Add(text.has_value());
    if (text) Add(std::string_view(*text));
  }
  void Add(const CleanStep& step) {
    Add(static_cast<uint64_t>(step.kind));
    Add(std::string_view(step.re));
    Add(std::string_view(step.rewrite));
  }
  template <typename T>
  void Add(const std::vector<T>& parts) {
    Add(static_cast<uint64_t>(parts.size()));
    for (const T& part : parts) Add(part);
  }
  void Add(const std::string& text) { Add(std::string_view(text)); }
  void Add(const FieldSpec& field) {
    for (const std::string* text : {&field.name, &field.text, &field.attr, &field.from, &field.in,
                                    &field.format, &field.lang, &field.decimal}) {
      Add(*text);
    }
    Add(field.re);
    Add(field.json);
    Add(field.carry);
    Add(field.many);
    Add(field.required);
    Add(field.default_value);
    Add(Name(field.type));
    Add(field.clean.has_value());
    if (field.clean) Add(*field.clean);
  }

  std::string Hex() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx",
                  static_cast<unsigned long long>(XXH64(bytes_.data(), bytes_.size(), 0)));
    return digits;
  }

 private:
  std::string bytes_;
};

}  // namespace

std::string_view Name(ValueType type) { return kTypeNames[static_cast<size_t>(type)]; }

std::optional<ValueType> ValueTypeFromName(std::string_view name) {
  for (size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) return static_cast<ValueType>(i);
  }
  return std::nullopt;
}

RecordSpec RecordFromRegex(std::string_view table, std::string_view regex) {
  RecordSpec spec;
  spec.table = table;
  spec.match = regex;
  spec.positional = true;
  return spec;
}

std::string RuleVersion(const RecordSpec& spec) {
  Fingerprint print;
  for (const std::string* text :
       {&spec.match, &spec.scope, &spec.element, &spec.each, &spec.until, &spec.url,
        &spec.content_type, &spec.when, &spec.unless, &spec.lang}) {
    print.Add(*text);
  }
  print.Add(spec.positional);
  print.Add(spec.rows);
  print.Add(spec.fields);
  return print.Hex();
}

}  // namespace thresh
