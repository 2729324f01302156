// Cookies that a user gives: files in the format of Netscape's cookies.txt, as browsers' exporters
// and curl write them, and fixed ones in the config.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/diagnostic.h"

namespace thresh {

struct GivenCookie {
  std::string domain;  // as hosts stand in URLs, without a leading dot
  bool host_only = true;
  std::string path;
  bool secure = false;
  std::optional<std::chrono::sys_seconds> expires;  // nothing: never
  std::string name;
  std::string value;
};

// Parses a cookies.txt: lines of seven fields between tabs, which are domain, TRUE when subdomains
// count, path, TRUE when Secure, expiry in seconds since 1970 (0: none), name, value. "#HttpOnly_"
// before a line is taken off; other lines with '#' are comments. `file` is for the messages, which
// never show a value. What is wrong is an error with its line, and its cookie is left out.
std::vector<GivenCookie> ParseCookieFile(std::string_view text, const std::string& file,
                                         std::vector<Diagnostic>* diagnostics);

// Reads and parses the file at `path`, of at most 16 MB.
std::vector<GivenCookie> LoadCookieFile(const std::filesystem::path& path,
                                        std::vector<Diagnostic>* diagnostics);

// Leaves of `cookies` those that a request to `host` may carry: a file that stands in one host's
// section of the config speaks for no other, whatever a browser has exported into it. Those of a
// domain still go to all of it.
void KeepCookiesFor(std::string_view host, std::vector<GivenCookie>* cookies);

// What is wrong with `cookie`, one of `cookies = ["name=value"]`, as the part of a sentence that
// does not show it; empty: nothing.
std::string_view ProblemOfFixedCookie(std::string_view cookie);

}  // namespace thresh
