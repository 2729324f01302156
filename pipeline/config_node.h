// A config as it was written: values with the places they stand at. What toml++ parsed, freed of
// toml++, so that its heavy header stays in one source file, and so that a file, its defaults.toml
// and --set can be laid over each other while each value keeps its own origin.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/diagnostic.h"

namespace thresh {

// A text that values come from. Nodes point to it: it must outlive them.
struct ConfigSource {
  std::string name;              // as diagnostics show it: a path, or "--set limits.depth"
  std::filesystem::path folder;  // where its relative paths begin
  std::string text;              // without a byte order mark
  bool has_lines = true;         // false: diagnostics name no line (--set)
};

struct Place {
  const ConfigSource* source = nullptr;
  size_t line = 0;    // from 1; 0: the whole source
  size_t column = 0;  // from 1, in characters
};

struct ConfigEntry;

// A value. Only the members of its kind have a meaning.
struct ConfigNode {
  enum class Kind : uint8_t { kString, kInteger, kReal, kBoolean, kDate, kArray, kTable };

  Kind kind = Kind::kTable;
  std::string string;  // also a date's text
  int64_t integer = 0;
  double real = 0;
  bool boolean = false;
  std::vector<ConfigNode> items;     // of an array
  std::vector<ConfigEntry> entries;  // of a table, in the order of the file
  bool is_inline = false;            // a table written as { … }
  Place place;                       // of its first character; a table's is its header's
  Place end;                         // just behind its last character

  bool Is(Kind other) const { return kind == other; }
  // The value of `key` in a table, or nullptr.
  const ConfigNode* Find(std::string_view key) const;
  ConfigNode* Find(std::string_view key);
  const ConfigEntry* FindEntry(std::string_view key) const;
};

struct ConfigEntry {
  std::string key;
  Place key_place;
  ConfigNode value;
};

// "a string", "a whole number", "a list": for messages.
std::string_view Describe(ConfigNode::Kind kind);

// Where byte `offset` of the value of a string node stands in its source: past the opening quotes,
// counting escapes, line ends that TOML drops and CR LF as they were written.
Place PlaceInString(const ConfigNode& string, size_t offset);

// The bytes of `source.text` that lie before `place`.
size_t ByteOffset(const Place& place);

// Lays `over` on `base`: tables are joined key by key, all else is replaced.
void Overlay(ConfigNode* base, ConfigNode over);

// Collects what is wrong in one config, kMaxErrors at most: a hostile file of a megabyte has a
// hundred thousand errors. Refers to the vector, which must outlive it.
class DiagnosticSink {
 public:
  static constexpr size_t kMaxErrors = 1000;

  explicit DiagnosticSink(std::vector<Diagnostic>* diagnostics) : diagnostics_(diagnostics) {}

  void Error(const Place& place, std::string message);
  void Warning(const Place& place, std::string message);
  size_t error_count() const { return error_count_; }
  // Nothing more is taken: the rest need not be looked for.
  bool full() const { return error_count_ > kMaxErrors; }

 private:
  void Add(Diagnostic::Severity severity, const Place& place, std::string message);

  std::vector<Diagnostic>* diagnostics_;
  size_t error_count_ = 0;
  size_t warning_count_ = 0;
};

}  // namespace thresh
