// A reparse of one site, which has all the tables.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "storage/reparse.h"
#include "storage/store.h"

namespace thresh {

class LoneReparse {
 public:
  LoneReparse(Store* store, const std::vector<TableSchema>& schemas, std::optional<bool> history,
              Timestamp now)
      : reparse_(store->BeginReparse(schemas, now)),
        site_(reparse_->BeginSite("s", schemas, history)) {}

  SiteReparse* operator->() const { return site_.get(); }

 private:
  std::unique_ptr<Reparse> reparse_;
  std::unique_ptr<SiteReparse> site_;  // dies first
};

}  // namespace thresh
