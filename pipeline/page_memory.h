// How the process keeps the memory that pages come and go in.
#pragma once

namespace thresh {

// Pages are 10 KB to 1 MB, most of them: the C library would give each one's memory back to the
// system and clear it again for the next one. Those above 4 MB are still given back at once. To be
// called once, before the first page; processes that are forked later have it, too.
void KeepMemoryOfPages();

}  // namespace thresh
