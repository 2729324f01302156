// thresh check: what is wrong in configs, before a crawl.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <vector>

namespace thresh {

// Checks the configs that `arguments` name (files and folders). `err` gets every error and warning,
// sorted; `out` a line for each config without errors: "books.toml: ok, 2 records, 3 seeds". Gives
// the exit code: 0, or 2 when there is an error; warnings alone are 0. Opens no database and no
// connection.
int RunCheck(const std::vector<std::filesystem::path>& arguments, std::ostream& out,
             std::ostream& err);

}  // namespace thresh
