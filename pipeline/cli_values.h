// Options of which the values are checked, and told in the words of people.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "pipeline/units.h"

namespace thresh {

// Arguments of any number, each taken as it is. Where extra ones are allowed CLI11 reads "[a,b]" as
// a list of two; elsewhere it takes as many as are expected at least: so that is a large number,
// which is not insisted on.
template <typename Value>
CLI::Option* AddArguments(CLI::App* command, const std::string& name, std::vector<Value>* values,
                          const std::string& description) {
  constexpr int kAnyNumber = 1 << 24;
  return command->add_option(name, *values, description)
      ->expected(kAnyNumber)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

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

// An empty value is most often a variable that the shell does not have, and stands for nothing: a
// crawl would go on with another database than the one that was meant. Few values may be empty.
inline void RefuseEmptyValues(CLI::App* command) {
  for (CLI::Option* option : command->get_options()) {
    const std::string name = option->get_single_name();
    const bool may_be_empty = option->get_positional()
                                  ? name != "DB" && name != "CONFIG"
                                  : name == "rows" || name == "data" || name == "follow";
    if (may_be_empty) continue;
    option->check([](const std::string& value) {
      return value.empty() ? std::string("the value is empty") : std::string();
    });
  }
}

}  // namespace thresh
