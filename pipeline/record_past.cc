#include "pipeline/record_past.h"

#include <algorithm>

namespace thresh {
namespace {

constexpr size_t kRunsToCompare = 5;
constexpr size_t kRunsToCompareAPart = 30;
constexpr double kNearlyAll = 0.99;

}  // namespace

const RecordCounts* FindRecord(const RunHealth& run, const TableSchema& schema, bool only_one) {
  const RecordCounts* of_table = nullptr;
  size_t in_table = 0;
  for (const RecordCounts& record : run.records) {
    if (record.table != schema.table) continue;
    if (record.rule == schema.rule) return &record;
    of_table = &record;
    ++in_table;
  }
  return only_one && in_table == 1 ? of_table : nullptr;
}

bool LookedAt(const RecordCounts* record) { return record != nullptr && record->pages > 0; }

RecordPast::RecordPast(const TableSchema& schema, int64_t of_table, const SiteHealth& health)
    : schema_(schema), of_table_(of_table), health_(health), now_(ByItsRules(health.now)) {}

const RecordCounts* RecordPast::ByItsRules(const RunHealth& run) const {
  return FindRecord(run, schema_, false);
}

const RecordCounts* RecordPast::ByAnyRules(const RunHealth& run) const {
  return FindRecord(run, schema_, of_table_ == 1);
}

bool RecordPast::IsMine(const Finding& finding) const {
  if (finding.table != schema_.table) return false;
  return of_table_ == 1 || finding.rule.empty() || finding.rule == schema_.rule;
}

const Finding* RecordPast::FindFinding(std::span<const Finding> findings, std::string_view field,
                                       std::string_view kind) const {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return IsMine(finding) && finding.field == field && finding.kind == kind;
  });
  return found == findings.end() ? nullptr : &*found;
}

bool RecordPast::HasFinding(std::span<const Finding> findings, std::string_view field,
                            std::string_view kind) const {
  return FindFinding(findings, field, kind) != nullptr;
}

bool RecordPast::AllOthersLooked(const RunHealth& run) const {
  return std::count_if(run.records.begin(), run.records.end(), [&](const RecordCounts& record) {
           return record.table == schema_.table && record.rule != schema_.rule && record.pages > 0;
         }) == of_table_ - 1;
}

bool RecordPast::ComesAndGoes(std::string_view kind) const {
  bool well = false, ended = false;
  for (const RunHealth& run : health_.before) {
    if (HasFinding(run.findings, "", kind)) {
      ended = well;
    } else if (LookedAt(ByItsRules(run))) {
      if (ended) return true;
      well = true;
    }
  }
  return false;
}

SharesBefore RecordPast::Before(std::string_view field, std::string_view kind,
                                const ShareOf& share_of, const CountOf& pages_of) const {
  SharesBefore past;
  if (!IsPart()) {
    past.sum = SumOfWellRuns(health_.before, field, kind, share_of, 0).share;
    return past;
  }
  for (const RunHealth& run : health_.before) {
    if (past.runs.size() == kRunsToCompareAPart) break;
    const RecordCounts* record = ByAnyRules(run);
    if (record == nullptr) continue;
    const bool ended_by_itself = !past.runs.empty() && ByItsRules(run) != nullptr;
    if (HasFinding(run.findings, field, kind) && !ended_by_itself) continue;
    const Share share = share_of(*record);
    if (share.whole == 0) continue;
    past.sum.part += share.part;
    past.sum.whole += share.whole;
    past.runs.push_back(ScaledTo(share, pages_of(*record)));
  }
  return past;
}

RecordPast::RunsInAll RecordPast::SumOfWellRuns(std::span<const RunHealth> runs,
                                                std::string_view field, std::string_view kind,
                                                const ShareOf& share_of, int64_t whole) const {
  RunsInAll all;
  for (const RunHealth& run : runs) {
    if (all.runs >= kRunsToCompare && all.share.whole >= whole) break;
    const RecordCounts* record = ByAnyRules(run);
    if (record == nullptr || HasFinding(run.findings, field, kind)) continue;
    const Share share = share_of(*record);
    if (share.whole == 0) continue;
    all.share.part += share.part;
    all.share.whole += share.whole;
    ++all.runs;
  }
  return all;
}

std::optional<Share> RecordPast::NearlyAllHad(std::string_view field, std::string_view kind,
                                              const ShareOf& share_of, int64_t whole) const {
  const std::span<const RunHealth> runs = health_.before;
  const auto others = std::find_if(runs.begin(), runs.end(), [&](const RunHealth& run) {
    return ByItsRules(run) != ByAnyRules(run);
  });
  const auto by_its_rules = runs.first(static_cast<size_t>(others - runs.begin()));
  RunsInAll all = SumOfWellRuns(runs, field, kind, share_of, whole);
  for (size_t i = 1; i < by_its_rules.size() && all.share.value() < kNearlyAll; ++i) {
    all = SumOfWellRuns(by_its_rules.subspan(i), field, kind, share_of, whole);
  }
  const bool enough = all.runs >= kRunsToCompare && all.share.whole >= whole;
  if (!enough || all.share.value() < kNearlyAll) return std::nullopt;
  return all.share;
}

Share RecordPast::KeysBefore(const ShareOf& share_of) const {
  const auto of_whole_runs = [&](const RecordCounts& record) {
    return IsPart(record) ? Share{} : share_of(record);
  };
  return SumOfWellRuns(health_.before, "", "keys", of_whole_runs, 0).share;
}

std::optional<Share> RecordPast::LastDown(std::string_view field, std::string_view kind,
                                          const ShareOf& share_of) const {
  for (const RunHealth& run : health_.before) {
    const RecordCounts* record = ByItsRules(run);
    const Share then = record == nullptr ? Share{} : share_of(*record);
    if (then.whole == 0) continue;
    if (HasFinding(run.findings, field, kind)) return then;
    return {};
  }
  return {};
}

std::optional<Share> RecordPast::MostDown(std::string_view field, std::string_view kind,
                                          const ShareOf& share_of) const {
  std::optional<Share> most;
  for (const RunHealth& run : health_.before) {
    const RecordCounts* record = ByItsRules(run);
    const Share then = record == nullptr ? Share{} : share_of(*record);
    if (then.whole == 0) continue;
    if (!HasFinding(run.findings, field, kind)) break;
    if (!most || then.value() > most->value()) most = then;
  }
  return most;
}

std::string RecordPast::Since(std::string_view field, std::string_view kind) const {
  for (const RunHealth& run : health_.before) {
    if (const Finding* finding = FindFinding(run.findings, field, kind)) return finding->since;
    if (LookedAt(ByAnyRules(run))) break;
  }
  return health_.now.started_at;
}

}  // namespace thresh
