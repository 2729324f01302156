// Checks JSON against a JSON Schema that uses no more than the schemas of this tree do.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace thresh {

// What is wrong with `value`, or empty. Throws std::runtime_error on a keyword it does not know: a
// schema is not to be believed half.
inline std::string SchemaComplaint(const nlohmann::json& schema, const nlohmann::json& value) {
  const auto has_type = [&value](const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    throw std::runtime_error("schema: unknown type " + type);
  };
  for (const auto& [keyword, what] : schema.items()) {
    if (keyword == "$schema" || keyword == "title") continue;
    if (keyword == "type") {
      if (!has_type(what)) return value.dump() + " is no " + what.get<std::string>();
    } else if (keyword == "const") {
      if (value != what) return value.dump() + " is not " + what.dump();
    } else if (keyword == "enum") {
      if (std::find(what.begin(), what.end(), value) == what.end())
        return value.dump() + " is none of " + what.dump();
    } else if (keyword == "minimum") {
      if (value < what) return value.dump() + " is too small";
    } else if (keyword == "pattern") {
      if (!RE2::PartialMatch(value.get<std::string>(), what.get<std::string>()))
        return value.dump() + " does not match " + what.dump();
    } else if (keyword == "required") {
      for (const auto& name : what) {
        if (!value.contains(name.get<std::string>())) return name.dump() + " is missing";
      }
    } else if (keyword == "properties") {
      for (const auto& [name, of_property] : what.items()) {
        if (!value.contains(name)) continue;
        const std::string complaint = SchemaComplaint(of_property, value[name]);
        if (!complaint.empty()) return name + ": " + complaint;
      }
    } else if (keyword == "additionalProperties") {
      for (const auto& [name, ignored] : value.items()) {
        if (!schema["properties"].contains(name)) return name + " is not in the schema";
      }
    } else if (keyword == "oneOf") {
      std::string complaints;
      int fits = 0;
      for (const auto& choice : what) {
        const std::string complaint = SchemaComplaint(choice, value);
        complaints += complaint.empty() ? "" : complaint + "; ";
        if (complaint.empty()) ++fits;
      }
      if (fits != 1) return std::to_string(fits) + " choices fit: " + complaints;
    } else {
      throw std::runtime_error("schema: unknown keyword " + keyword);
    }
  }
  return "";
}

}  // namespace thresh
