// Text from the web, made harmless for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace thresh {

// Appends `text` as one line that no terminal acts on: control characters (escape sequences begin
// with one) show as their pictures, "↵" for a newline, "⇥" for a tab, "␛" for escape; C1 controls,
// bidirectional controls and line separators as "<U+202E>"; invalid UTF-8 as U+FFFD. Reads at most
// `max_bytes` of it, and ends with "…" when there was more.
void AppendTerminalText(std::string_view text, std::string* out,
                        size_t max_bytes = std::string_view::npos);

std::string TerminalText(std::string_view text);

// Likewise `lines`, whose newlines (LF, CR LF) and tabs are its own and stay.
std::string TerminalLines(std::string_view lines);

// `json` with escapes in the place of what a terminal would act on, all of which stands in strings:
// the values are the same.
std::string TerminalJson(std::string_view json);

}  // namespace thresh
