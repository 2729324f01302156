// What a fetcher process has no business with.
#pragma once

namespace thresh {

// Empties the environment, and the memory that it stood in, so that neither this process nor who
// takes it over finds a secret there. What the resolver obeys (RES_OPTIONS, LOCALDOMAIN) stays.
// Call it with one thread; what getenv gave before is gone.
void ScrubEnvironment();

}  // namespace thresh
