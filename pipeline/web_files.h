// The style sheet and the script of the pages, compiled into the program: they stand in
// pipeline/web/, and the build makes web_files.cc of them.
#pragma once

#include <string_view>

namespace thresh {

// Lives as long as the program.
struct WebFile {
  std::string_view text;
  std::string_view sha256;  // in base64, as Content-Security-Policy names it
};

extern const WebFile kStyleSheet;
extern const WebFile kScript;

}  // namespace thresh
