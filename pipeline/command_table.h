// All commands with their flags, and all keys of the config, as data: what man pages and
// completions are made of when the program is built, so that they say what --help says.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace thresh {

// A JSON object: `version`, `description`, `commands` (name, description, options, each with its
// names, type, description and whether it is positional, required, or may be repeated) and `config`
// (sections with their title and keys). Hidden options are not in it.
std::string CommandTable(const CLI::App& app);

}  // namespace thresh
