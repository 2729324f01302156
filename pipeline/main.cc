#include "pipeline/cli.h"
#include "pipeline/page_memory.h"

int main(int argc, char** argv) {
  thresh::KeepMemoryOfPages();
  return thresh::RunCommandLine(argc, argv);
}
