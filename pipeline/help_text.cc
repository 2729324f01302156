#include "pipeline/help_text.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string_view>
#include <vector>

#include "pipeline/config_keys.h"

namespace thresh {
namespace {

constexpr size_t kColumn = 28;  // where descriptions begin

struct CommandHelp {
  const char* name;
  const char* group;
  std::vector<const char*> examples;
};

const std::vector<CommandHelp>& Commands() {
  static const std::vector<CommandHelp> commands = {
      {"crawl",
       "Get pages and rows",
       {"thresh crawl books.toml", "thresh crawl sites/ --max-pages 100 --report today.html",
        "thresh crawl books.toml --set 'host.\"*\".delay=\"2s\"'"}},
      {"scrape",
       "Get pages and rows",
       {"thresh scrape https://books.example/book/7 -r '<h1[^>]*>(?P<title>.*?)</h1>'",
        "thresh scrape page.html --element '<li\\b[^>]*class=\"book\"' --field "
        "'price:real=£([\\d.]+)'",
        "thresh scrape https://api.example/items --rows /items --field 'name=/name' -o items.csv"}},
      {"init",
       "Write a config",
       {"thresh init https://books.example/list", "thresh init https://books.example/list sites/"}},
      {"try",
       "Write a config",
       {"thresh try books.toml https://books.example/list?page=1",
        "thresh try books.toml page.html --watch"}},
      {"check", "Write a config", {"thresh check books.toml", "thresh check sites/"}},
      {"reparse",
       "Write a config",
       {"thresh reparse books.toml --diff", "thresh reparse books.toml"}},
      {"query",
       "Look at what is there",
       {"thresh query books.db",
        "thresh query books.db 'select title, price from book' -o books.csv"}},
      {"diff",
       "Look at what is there",
       {"thresh diff books.db", "thresh diff books.db --since 7d --table book"}},
      {"export",
       "Look at what is there",
       {"thresh export books.db book -o books.xlsx",
        "thresh export books.db -f warc -o pages.warc"}},
      {"report",
       "Look at what is there",
       {"thresh report books.db -o report.html",
        "thresh report books.db -o prices.html --plot book.price --by title"}},
      {"serve",
       "Look at what is there",
       {"thresh serve books.db", "thresh serve books.db --listen 127.0.0.1:0"}},
      {"cat",
       "Look at what is there",
       {"thresh cat books.db https://books.example/book/7 --headers"}},
      {"runs", "Keep it going", {"thresh runs books.db"}},
      {"status", "Keep it going", {"thresh status books.db"}},
      {"why", "Keep it going", {"thresh why books.db https://books.example/book/7"}},
      {"prune", "Keep it going", {"thresh prune books.db --keep 90d"}},
      {"doctor", "Keep it going", {"thresh doctor"}},
      {"robots", "Smaller ones", {"thresh robots robots.txt thresh /private/"}},
      {"url", "Smaller ones", {"thresh url --base https://books.example/list '?page=2'"}},
      {"help", "Smaller ones", {"thresh help crawl"}},
  };
  return commands;
}

// CLI11's, without the words that are of the library: types of C++, validators, "REQUIRED".
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(kColumn);
    label("Positionals", "Arguments");
    label("SUBCOMMAND", "COMMAND");
    label("OPTIONS", "OPTION...");
  }

  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    if (is_positional) return option->get_name(true, false);
    std::string names;
    for (const std::string& name : option->get_snames()) names += "-" + name;
    for (const std::string& name : option->get_lnames()) {
      names += (names.empty() ? "    --" : ", --") + name;
    }
    return names;
  }

  std::string make_option_opts(const CLI::Option* option) const override {
    const char* dots = option->get_items_expected_max() > 1 ? " ..." : "";
    if (option->get_positional()) return dots;
    const std::string value = ValueName(*option);
    return value.empty() ? "" : " " + value + dots;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    const std::string value = option->get_default_str();
    return option->get_description() + (value.empty() ? "" : fmt::format(" ({})", value));
  }

  std::string make_option_usage(const CLI::Option* option) const override {
    const std::string name =
        option->get_name(true, false) + (option->get_items_expected_max() > 1 ? "..." : "");
    return option->get_required() ? name : "[" + name + "]";
  }
};

std::string Footer(const CommandHelp& help) {
  return fmt::format("{}:\n  {}", help.examples.size() == 1 ? "Example" : "Examples",
                     fmt::join(help.examples, "\n  "));
}

std::vector<std::string> FlagsOf(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

// Why a command does not know the first of `arguments`.
std::string Unexpected(const CLI::App& command, const std::vector<std::string>& arguments) {
  const std::string& first = arguments.front();
  if (!first.starts_with('-')) return fmt::format("one argument too many: {}", first);
  const std::vector<std::string> flags = FlagsOf(command);
  const std::string name = first.substr(0, first.find('='));
  const std::vector<std::string_view> known(flags.begin(), flags.end());
  const std::string_view nearest = Nearest(name, known);
  return fmt::format("there is no flag {}{}", name,
                     nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest));
}

// What is wrong, in our words where CLI11's are about types.
std::string ProblemOf(const CLI::App& command, const CLI::ParseError& error) {
  const std::string what = error.what();
  const std::vector<std::string> extras = command.remaining();
  const bool is_app = command.get_parent() == nullptr;
  if (is_app && extras.empty()) return "a command is missing";
  if (is_app || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    return extras.empty() ? what : Unexpected(command, extras);
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string name = what.substr(0, what.find(':'));
    if (what.find("At Most") == std::string::npos) return name + " needs a value";
    return name + (name.starts_with('-') ? " is given more than once" : " is given too often");
  }
  return what;
}

}  // namespace

void SetHelp(CLI::App* app) {
  const auto formatter = std::make_shared<HelpFormatter>();
  app->formatter(formatter);
  app->footer(
      "First steps: thresh init URL, then thresh try and thresh crawl with the config it writes.\n"
      "thresh help COMMAND and man thresh-COMMAND say more.");
  for (const CommandHelp& help : Commands()) {
    CLI::App* command = app->get_subcommand(help.name);
    command->formatter(formatter);
    command->group(help.group);
    command->footer(Footer(help));
  }
}

std::string UsageProblem(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<CLI::App*> called = app.get_subcommands();
  const CLI::App& command = called.empty() ? app : *called.front();
  const std::string name = called.empty() ? "" : " " + command.get_name();
  std::string problem = ProblemOf(command, error);
  if (!called.empty()) problem = command.get_name() + ": " + problem;
  return problem.ends_with('?') ? problem : fmt::format("{}; see: thresh help{}", problem, name);
}

std::string ValueName(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  return option.get_type_name();
}

}  // namespace thresh
