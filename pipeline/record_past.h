// How one record did in the runs before the one that is judged. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/fallen_share.h"
#include "storage/health.h"

namespace thresh {

// The counts of a rule in a run; of another version of it where the record is the only one of its
// table. Null: none.
const RecordCounts* FindRecord(const RunHealth& run, const TableSchema& schema, bool only_one);

// Whether pages of the record were parsed.
bool LookedAt(const RecordCounts* record);

// The references must outlive it.
class RecordPast {
 public:
  using ShareOf = std::function<Share(const RecordCounts&)>;
  using CountOf = std::function<int64_t(const RecordCounts&)>;

  // `of_table`: how many records write the table.
  RecordPast(const TableSchema& schema, int64_t of_table, const SiteHealth& health);

  // The record's counts in a run: by its rules, or by others as well where they are known to be
  // its. Null: none.
  const RecordCounts* ByItsRules(const RunHealth& run) const;
  const RecordCounts* ByAnyRules(const RunHealth& run) const;

  // As far as is known: of several records of a table, one whose rules changed has no past.
  bool IsMine(const Finding& finding) const;
  bool HasFinding(std::span<const Finding> findings, std::string_view field,
                  std::string_view kind) const;
  const Finding* FindFinding(std::span<const Finding> findings, std::string_view field,
                             std::string_view kind) const;
  // Whether what a run found on pages of the table is not another record's.
  bool AllOthersLooked(const RunHealth& run) const;

  // Whether most pages of the record were left out, since they had not changed or were not due.
  bool IsPart() const { return IsPart(*now_); }
  // The same of a run before: whether it read less than half of today's most pages.
  bool IsPart(const RecordCounts& record) const { return record.pages * 2 < now_->most_pages; }
  // Whether the record has had such a finding that began and ended without a change of its rules.
  bool ComesAndGoes(std::string_view kind) const;
  // The last runs that had no such finding and looked at such pages: five, or where the run is but
  // a part, thirty, and among them those whose finding has ended. It ended without another rule,
  // so that may be how the site is.
  SharesBefore Before(std::string_view field, std::string_view kind, const ShareOf& share_of,
                      const CountOf& pages_of) const;
  // The share in runs that followed each other, without such a finding, in which nearly all had it:
  // five at least, and so many that together they looked at as many as `whole`. Where it goes
  // little by little, those are not the last ones, but others by the same rules.
  std::optional<Share> NearlyAllHad(std::string_view field, std::string_view kind,
                                    const ShareOf& share_of, int64_t whole) const;
  // How many rows had a key of their own in the last five runs that were no parts of the site, in
  // which rows come by fewer of their pages.
  Share KeysBefore(const ShareOf& share_of) const;
  // The share in the last run of the rule that had something to look at, where it has the finding.
  std::optional<Share> LastDown(std::string_view field, std::string_view kind,
                                const ShareOf& share_of) const;
  // The greatest share in the runs of the rule that have the finding since one that was well.
  std::optional<Share> MostDown(std::string_view field, std::string_view kind,
                                const ShareOf& share_of) const;
  // The start of the first of the runs in a row that have this finding, the days of runs that had
  // nothing to look at between them; ISO 8601. The last of them knows it, also of runs that are too
  // long ago to be read.
  std::string Since(std::string_view field, std::string_view kind) const;

 private:
  struct RunsInAll {
    Share share;
    size_t runs = 0;
  };

  // Of the first of these runs that looked and had no such finding: five, or more until they looked
  // at as many as `whole`.
  RunsInAll SumOfWellRuns(std::span<const RunHealth> runs, std::string_view field,
                          std::string_view kind, const ShareOf& share_of, int64_t whole) const;

  const TableSchema& schema_;
  const int64_t of_table_;
  const SiteHealth& health_;
  const RecordCounts* const now_;
};

}  // namespace thresh
