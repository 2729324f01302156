#include "pipeline/crawl_event.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/diagnostic.h"

namespace thresh {
namespace {

std::string LogfmtValue(const Event::Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  const std::string text = Visible(std::get<std::string>(value));
  if (!text.empty() && text.find_first_of(" =\"\\") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string_view Name(EventLevel level) {
  switch (level) {
    case EventLevel::kDebug:
      return "debug";
    case EventLevel::kInfo:
      return "info";
    case EventLevel::kWarning:
      return "warning";
    case EventLevel::kError:
      return "error";
  }
  return "";
}

std::string ToLogfmt(const Event& event) {
  std::string line = fmt::format("event={}", event.name);
  for (const auto& [field, value] : event.fields) {
    line += fmt::format(" {}={}", field, LogfmtValue(value));
  }
  return line;
}

std::string ToJson(const Event& event, Timestamp time) {
  using Json = nlohmann::ordered_json;
  Json json;
  json["time"] = ToIso8601(time);
  json["level"] = Name(event.level);
  json["event"] = event.name;
  for (const auto& [field, value] : event.fields) {
    std::visit([&json, name = field](const auto& held) { json[std::string(name)] = held; }, value);
  }
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

}  // namespace thresh
