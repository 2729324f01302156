#include "fetcher/pool/process/mutex.h"

namespace thresh::pool {

Mutex::Mutex() : region_(SharedRegion::Need<RobustLock>()), lock_(region_.Make<RobustLock>()) {}

}  // namespace thresh::pool
