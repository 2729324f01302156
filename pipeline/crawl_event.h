// One thing that happened in a crawl, as a name and fields, and how it is written down.
//
// docs/events.md says which there are and what their fields mean, docs/events.schema.json says it
// to programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/timestamp.h"

namespace thresh {

enum class EventLevel : uint8_t { kDebug, kInfo, kWarning, kError };
std::string_view Name(EventLevel level);  // "warning"

struct Event {
  using Value = std::variant<std::string, int64_t, bool>;

  std::string_view name;  // of a string literal, as the fields' are
  EventLevel level = EventLevel::kInfo;
  std::vector<std::pair<std::string_view, Value>> fields{};

  Event& With(std::string_view field, std::string_view text) {
    fields.emplace_back(field, std::string(text));
    return *this;
  }
  Event& WithNumber(std::string_view field, int64_t number) {
    fields.emplace_back(field, number);
    return *this;
  }
  Event& WithFlag(std::string_view field, bool flag) {
    fields.emplace_back(field, flag);
    return *this;
  }
};

// `event=page site=books url=http://… reason="status 404"`: logfmt's pairs, on one line, visible
// (see Visible); quoted, with \" and \\ inside, where a value has spaces, quotes, = or \.
std::string ToLogfmt(const Event& event);
// One JSON object in ASCII, without an end of line; `time` first.
std::string ToJson(const Event& event, Timestamp time);

}  // namespace thresh
