// What is wrong in a file that a person wrote, and where.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace thresh {

struct Diagnostic {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  std::string file;
  size_t line = 0;    // from 1; 0: the whole file
  size_t column = 0;  // from 1, in characters; 0: the whole line
  std::string message;
};

// "books.toml:12:9: error: …"
std::string ToString(const Diagnostic& diagnostic);
bool HasErrors(const std::vector<Diagnostic>& diagnostics);

}  // namespace thresh
