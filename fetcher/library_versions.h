// What the fetcher is linked with.
#pragma once

#include <string>
#include <vector>

namespace thresh {

struct LibraryVersion {
  std::string name;
  std::string version;  // as the library itself says it, at run time
};

// libcurl with what it was built on, and the libraries that decode bodies.
std::vector<LibraryVersion> FetcherLibraries();

// The file of certificate authorities that libcurl trusts where no other is named; empty: none was
// compiled in.
std::string SystemCaFile();

}  // namespace thresh
