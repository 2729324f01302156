// Commands that users copy from what is printed.
#pragma once

#include <string>

namespace thresh {

// `text`, a path or a URL, as one argument of a shell's command: quoted where it must be, and never
// a flag.
std::string ShellWord(const std::string& text);

}  // namespace thresh
