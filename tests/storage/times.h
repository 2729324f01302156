// Points in time for tests, that read as numbers of seconds.
#pragma once

#include <chrono>

#include "storage/timestamp.h"

namespace thresh {

inline Timestamp At(int seconds) {
  return Timestamp(std::chrono::seconds(1'772'000'000 + seconds));
}

}  // namespace thresh
