#include "pipeline/command_table.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "pipeline/config_keys.h"
#include "pipeline/help_text.h"
#include "pipeline/version.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;

Json OptionAsJson(const CLI::Option& option) {
  Json names = Json::array();
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  if (option.get_positional()) names.push_back(option.get_name());
  return {{"names", std::move(names)},
          {"type", option.get_positional() ? "" : ValueName(option)},
          {"description", option.get_description()},
          {"positional", option.get_positional()},
          {"required", option.get_required()},
          {"repeats", option.get_items_expected_max() > 1}};
}

Json OptionsAsJson(const CLI::App& app) {
  Json options = Json::array();
  for (const CLI::Option* option : app.get_options({})) {
    if (!option->get_group().empty()) options.push_back(OptionAsJson(*option));
  }
  return options;
}

Json ConfigAsJson() {
  Json sections = Json::array();
  for (auto section = Section::kRoot; section <= Section::kReplace;
       section = static_cast<Section>(static_cast<int>(section) + 1)) {
    Json keys = Json::array();
    for (const std::string_view key : KnownKeys(section)) keys.push_back(key);
    sections.push_back({{"title", Title(section)}, {"keys", std::move(keys)}});
  }
  return sections;
}

}  // namespace

std::string CommandTable(const CLI::App& app) {
  Json commands = Json::array();
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back({{"name", command->get_name()},
                        {"description", command->get_description()},
                        {"options", OptionsAsJson(*command)}});
  }
  return Json({{"version", kVersion},
               {"description", app.get_description()},
               {"options", OptionsAsJson(app)},
               {"commands", std::move(commands)},
               {"config", ConfigAsJson()}})
             .dump(1) +
         "\n";
}

}  // namespace thresh
