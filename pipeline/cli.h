// The command line.
#pragma once

namespace thresh {

// Parses the flags, runs the command and gives the exit code. Whatever is thrown ends here, in one
// line on stderr: what failed, on what, what to do.
int RunCommandLine(int argc, char** argv);

}  // namespace thresh
