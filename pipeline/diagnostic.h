// What is wrong in a file that a person wrote, and where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

struct Diagnostic {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  std::string file;
  size_t line = 0;    // from 1; 0: the whole file
  size_t column = 0;  // from 1, in characters; 0: the whole line
  std::string message;

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

// `text` for a terminal: control and bidirectional characters, which a hostile file may have
// brought in, as escapes such as \u{1B}, invalid UTF-8 as U+FFFD.
std::string Visible(std::string_view text);

// "books.toml:12:9: error: …", one line, visible.
std::string ToString(const Diagnostic& diagnostic);
bool HasErrors(const std::vector<Diagnostic>& diagnostics);

// Brings them into the order of files (as they first appear), lines and columns, each once: what
// defaults.toml has wrong is found again with every site.
void SortDiagnostics(std::vector<Diagnostic>* diagnostics);

}  // namespace thresh
