#include "pipeline/cli.h"

int main(int argc, char** argv) { return thresh::RunCommandLine(argc, argv); }
