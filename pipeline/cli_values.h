// Options of which the values are checked, and told in the words of people.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>

#include "pipeline/units.h"

namespace thresh {

// An option whose value is a duration such as "90s".
template <typename Target>
void AddDuration(CLI::App* command, const std::string& name, Target* target,
                 const std::string& description) {
  command
      ->add_option_function<std::string>(
          name,
          [name, target](const std::string& text) {
            const auto duration = ParseDuration(text);
            if (!duration)
              throw CLI::ValidationError(name, text + " is not a duration such as 90s");
            *target = *duration;
          },
          description)
      ->type_name("DUR");
}

// The whole number from `least` on that the value of option `name` is.
template <typename Number>
Number CountOf(const std::string& name, const std::string& text, Number least) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) {
    throw CLI::ValidationError(name,
                               fmt::format("{} is not a whole number from {} on", text, least));
  }
  return number;
}

// An option whose value is a whole number from `least` on.
template <typename Number>
void AddCount(CLI::App* command, const std::string& name, Number least,
              std::optional<Number>* target, const std::string& description) {
  command
      ->add_option_function<std::string>(
          name,
          [name, least, target](const std::string& text) { *target = CountOf(name, text, least); },
          description)
      ->type_name("N");
}

}  // namespace thresh
