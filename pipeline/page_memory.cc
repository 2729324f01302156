#include "pipeline/page_memory.h"

#include <malloc.h>

namespace thresh {

// With what the C library calls fast bins each freed page would also have all small free blocks
// tidied up.
void KeepMemoryOfPages() {
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  mallopt(M_TOP_PAD, 1 << 18);
  mallopt(M_MXFAST, 0);
}

}  // namespace thresh
