#include "pipeline/guarded.h"

#include "pipeline/clock.h"
#include "pipeline/commands.h"
#include "pipeline/event_log.h"
#include "pipeline/message.h"
#include "storage/output.h"
#include "storage/query.h"
#include "storage/store.h"

namespace thresh {

void TellFailure(const std::exception& error) {
  PrintMessage("thresh: {}\n", Visible(error.what()));
}

void TellFailureAsEvent(const std::exception& error) {
  PrintMessage("{}\n", ToJson(ErrorEvent(error.what()), SystemClock().Wall()));
}

int RunGuarded(const std::function<int()>& run, void (*tell)(const std::exception&)) {
  try {
    return run();
  } catch (const OutputClosed&) {
    return kExitOk;
  } catch (const UsageError& error) {
    tell(error);
    return kExitUsage;
  } catch (const SqlError& error) {
    tell(error);
    return kExitUsage;
  } catch (const StoreLocked& error) {
    tell(error);
    return kExitLocked;
  } catch (const StorageError& error) {
    tell(error);
    return kExitStorage;
  } catch (const std::exception& error) {
    tell(error);
    return kExitError;
  }
}

}  // namespace thresh
