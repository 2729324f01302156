#include "pipeline/guarded.h"

#include "pipeline/clock.h"
#include "pipeline/commands.h"
#include "pipeline/event_log.h"
#include "pipeline/message.h"
#include "storage/output.h"
#include "storage/query.h"
#include "storage/store.h"

namespace thresh {

void TellFailure(const std::exception& error, bool json) {
  if (json) {
    PrintMessage("{}\n", ToJson(ErrorEvent(error.what()), SystemClock().Wall()));
  } else {
    PrintMessage("thresh: {}\n", Visible(error.what()));
  }
}

int RunGuarded(const std::function<int()>& run, bool json) {
  try {
    return run();
  } catch (const OutputClosed&) {
    return kExitOk;
  } catch (const UsageError& error) {
    TellFailure(error, json);
    return kExitUsage;
  } catch (const SqlError& error) {
    TellFailure(error, json);
    return kExitUsage;
  } catch (const StoreLocked& error) {
    TellFailure(error, json);
    return kExitLocked;
  } catch (const StorageError& error) {
    TellFailure(error, json);
    return kExitStorage;
  } catch (const std::exception& error) {
    TellFailure(error, json);
    return kExitError;
  }
}

}  // namespace thresh
