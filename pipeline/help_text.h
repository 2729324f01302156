// How --help and `thresh help` look.
#pragma once

#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace thresh {

// Groups the commands of `app`, which has all of them already, by what people want of them, gives
// each its examples, and lets all say their flags in one short way.
void SetHelp(CLI::App* app);

// What stands for an option's value in help and man pages: "FILE", "N"; empty for a flag.
std::string ValueName(const CLI::Option& option);

}  // namespace thresh
