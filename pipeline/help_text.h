// How --help and `thresh help` look.
#pragma once

#include <string>

namespace CLI {
class App;
class Option;
class ParseError;
}  // namespace CLI

namespace thresh {

// Groups the commands of `app`, which has all of them already, by what people want of them, gives
// each its examples, and lets all say their flags in one short way.
void SetHelp(CLI::App* app);

// What is wrong with a command line that `app` could not parse, and where to read on: one line.
std::string UsageProblem(const CLI::App& app, const CLI::ParseError& error);

// What stands for an option's value in help and man pages: "FILE", "N"; empty for a flag.
std::string ValueName(const CLI::Option& option);

}  // namespace thresh
