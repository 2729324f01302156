// What stands between a command and its exit code.
#pragma once

#include <exception>
#include <functional>

namespace thresh {

// Prints a failure as a line to stderr: in words, or with `json` as the event of `crawl --json`.
void TellFailure(const std::exception& error, bool json);

// Runs a command, or a part of one that others do not depend on, and returns its exit code. Each
// class of failure that it throws is told and has a code of its own; a closed output is the
// reader's wish, and none.
int RunGuarded(const std::function<int()>& run, bool json);

}  // namespace thresh
