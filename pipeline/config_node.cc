#include "pipeline/config_node.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "parser/utf8.h"

namespace thresh {
namespace {

// Walks over a TOML string as it is written and tells how many bytes of value each step gives.
class StringWalk {
 public:
  explicit StringWalk(const ConfigNode& string)
      : text_(string.place.source->text), place_(string.place), at_(ByteOffset(string.place)) {
    quote_ = Peek();
    const bool multi_line = Peek(1) == quote_ && Peek(2) == quote_;
    Skip(multi_line ? 3 : 1);
    if (!multi_line) return;
    if (Peek() == '\r' && Peek(1) == '\n') Skip(1);  // the first line end is no part of the value
    if (Peek() == '\n') Skip(1);
  }

  const Place& place() const { return place_; }

  // Steps over the next character or escape; gives its bytes in the value. 0 at a line's
  // continuation and at the end of the text.
  size_t Step() {
    if (Peek() == '\r' && Peek(1) == '\n') Skip(1);  // CR LF is one byte of the value
    if (quote_ == '"' && Peek() == '\\') return StepEscape();
    const size_t before = at_;
    Skip(1);
    return at_ - before;
  }
  bool AtEnd() const { return at_ >= text_.size(); }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void Skip(size_t characters) {
    for (; characters > 0 && at_ < text_.size(); --characters) {
      const bool line_end = text_[at_] == '\n';
      do ++at_;
      while (at_ < text_.size() && IsContinuation(text_[at_]));
      place_.line += line_end ? 1 : 0;
      place_.column = line_end ? 1 : place_.column + 1;
    }
  }

  size_t StepEscape() {
    const char kind = Peek(1);
    if (kind != 'u' && kind != 'U') {
      const bool continuation = kind == ' ' || kind == '\t' || kind == '\r' || kind == '\n';
      Skip(continuation ? 1 : 2);
      if (!continuation) return 1;
      while (!AtEnd() && std::string_view(" \t\r\n").find(Peek()) != std::string_view::npos)
        Skip(1);
      return 0;
    }
    const size_t digits = kind == 'u' ? 4 : 8;
    const std::string hex = text_.substr(std::min(at_ + 2, text_.size()), digits);
    const unsigned long code = std::strtoul(hex.c_str(), nullptr, 16);
    Skip(2 + digits);
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  const std::string& text_;
  Place place_;
  size_t at_;
  char quote_ = '"';
};

}  // namespace

const ConfigEntry* ConfigNode::FindEntry(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const ConfigEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

const ConfigNode* ConfigNode::Find(std::string_view key) const {
  const ConfigEntry* entry = FindEntry(key);
  return entry ? &entry->value : nullptr;
}

ConfigNode* ConfigNode::Find(std::string_view key) {
  return const_cast<ConfigNode*>(std::as_const(*this).Find(key));
}

std::string_view Describe(ConfigNode::Kind kind) {
  switch (kind) {
    case ConfigNode::Kind::kString:
      return "a string";
    case ConfigNode::Kind::kInteger:
      return "a whole number";
    case ConfigNode::Kind::kReal:
      return "a number";
    case ConfigNode::Kind::kBoolean:
      return "true or false";
    case ConfigNode::Kind::kDate:
      return "a date or time";
    case ConfigNode::Kind::kArray:
      return "a list";
    case ConfigNode::Kind::kTable:
      return "a table";
  }
  return "";
}

size_t ByteOffset(const Place& place) {
  const std::string& text = place.source->text;
  size_t at = 0;
  for (size_t line = 1; line < place.line && at < text.size(); ++line) {
    const size_t end = text.find('\n', at);
    at = end == std::string::npos ? text.size() : end + 1;
  }
  for (size_t column = 1; column < place.column && at < text.size(); ++column) {
    do ++at;
    while (at < text.size() && IsContinuation(text[at]));
  }
  return at;
}

Place PlaceInString(const ConfigNode& string, size_t offset) {
  if (!string.place.source || !string.place.source->has_lines || string.place.line == 0) {
    return string.place;
  }
  StringWalk walk(string);
  Place place = walk.place();
  for (size_t bytes = 0; bytes <= offset && !walk.AtEnd();) {
    place = walk.place();
    bytes += walk.Step();
  }
  return place;
}

void Overlay(ConfigNode* base, ConfigNode over) {
  if (!base->Is(ConfigNode::Kind::kTable) || !over.Is(ConfigNode::Kind::kTable)) {
    *base = std::move(over);
    return;
  }
  base->place = over.place;
  std::unordered_map<std::string, size_t> known;  // index into base->entries
  for (const ConfigEntry& entry : base->entries) known.emplace(entry.key, known.size());
  for (ConfigEntry& entry : over.entries) {
    const auto found = known.find(entry.key);
    if (found == known.end()) {
      base->entries.push_back(std::move(entry));
    } else {
      ConfigEntry& own = base->entries[found->second];
      own.key_place = entry.key_place;
      Overlay(&own.value, std::move(entry.value));
    }
  }
}

void DiagnosticSink::Add(Diagnostic::Severity severity, const Place& place, std::string message) {
  const bool has_lines = place.source && place.source->has_lines;
  diagnostics_->push_back({.severity = severity,
                           .file = place.source ? place.source->name : "",
                           .line = has_lines ? place.line : 0,
                           .column = has_lines ? place.column : 0,
                           .message = std::move(message)});
}

void DiagnosticSink::Error(const Place& place, std::string message) {
  if (full()) return;
  if (++error_count_ > kMaxErrors) message = "there are more errors, which are not shown";
  Add(Diagnostic::Severity::kError, place, std::move(message));
}

void DiagnosticSink::Warning(const Place& place, std::string message) {
  if (++warning_count_ <= kMaxErrors) {
    Add(Diagnostic::Severity::kWarning, place, std::move(message));
  }
}

}  // namespace thresh
