#include <malloc.h>

#include "pipeline/cli.h"

namespace {

// Pages come and go, most of them 10 KB to 1 MB: the C library would give each one's memory back to
// the system and clear it again for the next one. Those above 4 MB are still given back at once.
// With what it calls fast bins each freed page would also have all small free blocks tidied up.
void KeepMemoryOfPages() {
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  mallopt(M_TOP_PAD, 1 << 18);
  mallopt(M_MXFAST, 0);
}

}  // namespace

int main(int argc, char** argv) {
  KeepMemoryOfPages();
  return thresh::RunCommandLine(argc, argv);
}
