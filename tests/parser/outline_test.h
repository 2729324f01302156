// A page outlined, for tests of what `thresh init` guesses.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/page_outline.h"

namespace thresh {

inline PageOutline OutlineOf(const std::string& text, const std::string& address,
                             const std::string& content_type) {
  const auto url = Url::Parse(address);
  PageView view;
  view.text = text;
  view.url = &*url;
  view.content_type = content_type;
  return OutlinePage(view);
}

inline std::vector<std::string> Names(const PageOutline& outline) {
  std::vector<std::string> names;
  for (const FieldSpec& field : outline.record.fields) names.push_back(field.name);
  return names;
}

inline std::string LinkedData(const std::string& json) {
  return "<script type=\"application/ld+json\">" + json + "</script>";
}

inline FieldSpec FieldOf(const PageOutline& outline, const std::string& name) {
  for (const FieldSpec& field : outline.record.fields) {
    if (field.name == name) return field;
  }
  ADD_FAILURE() << "no field " << name;
  return {};
}

}  // namespace thresh
