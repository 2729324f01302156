#include "pipeline/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "pipeline/story_text.h"

namespace thresh {
namespace {

constexpr size_t kRunsToCompare = 5;
// A share that fell to less than this part of what it was is worth a word,
constexpr double kFellTo = 0.5;
// unless as many runs as this would have so small a one by chance.
constexpr double kByChance = 0.01;
// With more than so many, chance has no say any more.
constexpr int64_t kMany = 1000;

struct Share {
  int64_t part = 0;
  int64_t whole = 0;
  double value() const { return whole == 0 ? 0 : double(part) / double(whole); }
};

// How likely it is that of `now.whole` no more than `now.part` come, where each comes with
// `probability`: the binomial distribution.
double ChanceOf(const Share& now, double probability) {
  if (now.whole > kMany) return 0;
  if (probability >= 1) return now.part < now.whole ? 0 : 1;
  const auto n = static_cast<double>(now.whole);
  double chance = 0;
  for (int64_t i = 0; i <= now.part; ++i) {
    const auto k = static_cast<double>(i);
    chance += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                       k * std::log(probability) + (n - k) * std::log1p(-probability));
  }
  return chance;
}

bool HasFallen(const Share& now, const Share& before) {
  if (now.whole == 0 || before.part == 0) return false;
  return now.value() < before.value() * kFellTo && ChanceOf(now, before.value()) <= kByChance;
}

std::string Percent(const Share& share) {
  const double percent = 100 * share.value();
  return percent > 0 && percent < 1 ? "under 1%" : fmt::format("{:.0f}%", percent);
}

// A share as a bound is printed: "0.9" is 90%.
std::string Percent(double bound) { return fmt::format("{:g}%", 100 * bound); }

const FieldCounts* FindField(const RecordCounts& record, std::string_view name) {
  const auto found = std::find_if(record.fields.begin(), record.fields.end(),
                                  [&](const FieldCounts& field) { return field.name == name; });
  return found == record.fields.end() ? nullptr : &*found;
}

// The record of a rule; of another version of it where the table has but one.
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

bool HasFinding(const RunHealth& run, std::string_view table, std::string_view field,
                std::string_view kind) {
  return std::any_of(run.findings.begin(), run.findings.end(), [&](const Finding& finding) {
    return finding.table == table && finding.field == field && finding.kind == kind;
  });
}

// Judges one record of one run.
class RecordJudge {
 public:
  RecordJudge(const RecordSpec& spec, const TableSchema& schema, bool only_one,
              const SiteHealth& health, std::vector<Finding>* findings)
      : spec_(spec),
        schema_(schema),
        only_one_(only_one),
        health_(health),
        now_(FindRecord(health.now, schema, false)),
        findings_(findings) {}

  void Judge() {
    if (now_ == nullptr || now_->pages == 0) return;
    JudgeRows();
    if (now_->rows == 0) return;
    for (const Column& column : schema_.columns) {
      if (const FieldCounts* field = FindField(*now_, column.name)) JudgeField(*field);
    }
  }

 private:
  void JudgeRows() {
    const auto& expect = spec_.expect;
    const Share matched{now_->matched, now_->pages};
    if (now_->too_few > 0) {
      Add("", "min_rows", now_->without,
          fmt::format("{} of {} pages gave fewer rows than expect.min_rows, {}", now_->too_few,
                      now_->pages, expect.min_rows.value_or(1)));
    }
    if (expect.min_matched) {
      if (matched.value() < *expect.min_matched) {
        Add("", "min_matched", now_->without,
            fmt::format("{} of {} pages gave rows ({}), expect.min_matched is {}", now_->matched,
                        now_->pages, Percent(matched), Percent(*expect.min_matched)));
      }
    } else if (now_->too_few == 0) {
      CompareRows(matched);
    }
  }

  void CompareRows(const Share& now) {
    const auto share = [](const RecordCounts& record) {
      return Share{record.matched, record.pages};
    };
    const Share before = Before("", "rows", share);
    if (HasFallen(now, before)) {
      Add("", "rows", now_->without,
          fmt::format("{} of {} pages gave rows ({}), before {}", now.part, now.whole, Percent(now),
                      Percent(before)));
    } else if (now.part == 0 && before.part == 0) {
      Add("", "rows", now_->without,
          fmt::format("no rows on {} it looked at", Counted(now.whole, "page")));
    }
  }

  void JudgeField(const FieldCounts& field) {
    const Share now{field.filled, field.rows};
    if (spec_.expect.min_filled) {
      if (now.value() < *spec_.expect.min_filled) {
        Add(field.name, "min_filled", field.pages,
            fmt::format("filled in {} of {} rows ({}), expect.min_filled is {}{}", now.part,
                        now.whole, Percent(now), Percent(*spec_.expect.min_filled), Failed(field)));
      }
      return;
    }
    const Share before = Before(field.name, "filled", [&](const RecordCounts& record) {
      const FieldCounts* then = FindField(record, field.name);
      return then == nullptr ? Share{} : Share{then->filled, then->rows};
    });
    if (HasFallen(now, before)) {
      Add(field.name, "filled", field.pages,
          fmt::format("filled in {} of {} rows ({}), before in {}{}", now.part, now.whole,
                      Percent(now), Percent(before), Failed(field)));
    } else if (now.part == 0 && before.part == 0 && field.failed > 0) {
      Add(field.name, "filled", field.pages,
          fmt::format("filled in none of {} rows{}", now.whole, Failed(field)));
    }
  }

  static std::string Failed(const FieldCounts& field) {
    if (field.failed == 0) return {};
    return fmt::format("; {} values did not convert, such as '{}'", field.failed, field.example);
  }

  // The sum over the last runs that had no such finding and looked at such pages.
  template <typename ShareOf>
  Share Before(std::string_view field, std::string_view kind, const ShareOf& share_of) const {
    Share sum;
    size_t runs = 0;
    for (const RunHealth& run : health_.before) {
      if (runs == kRunsToCompare) break;
      const RecordCounts* record = FindRecord(run, schema_, only_one_);
      if (record == nullptr || HasFinding(run, schema_.table, field, kind)) continue;
      const Share share = share_of(*record);
      if (share.whole == 0) continue;
      sum.part += share.part;
      sum.whole += share.whole;
      ++runs;
    }
    return sum;
  }

  // The start of the first of the runs in a row that have this finding, the days of runs that had
  // nothing to look at between them.
  std::string Since(std::string_view field, std::string_view kind) const {
    std::string since = health_.now.started_at;
    for (const RunHealth& run : health_.before) {
      if (HasFinding(run, schema_.table, field, kind)) {
        since = run.started_at;
      } else if (const RecordCounts* record = FindRecord(run, schema_, only_one_);
                 record != nullptr && record->pages > 0) {
        break;
      }
    }
    return since;
  }

  void Add(const std::string& field, const std::string& kind,
           const std::vector<std::string>& examples, const std::string& what) {
    const std::string since = Since(field, kind);
    std::string message = fmt::format("record {}{}{}: {}", schema_.table,
                                      field.empty() ? "" : ", field ", field, what);
    if (since != health_.now.started_at) message += fmt::format(" (since {})", since);
    findings_->push_back({schema_.table, field, kind, message, examples});
  }

  const RecordSpec& spec_;
  const TableSchema& schema_;
  const bool only_one_;  // record of its table
  const SiteHealth& health_;
  const RecordCounts* const now_;
  std::vector<Finding>* const findings_;
};

}  // namespace

std::vector<Finding> JudgeHealth(const std::vector<RecordSpec>& specs,
                                 const std::vector<TableSchema>& schemas,
                                 const SiteHealth& health) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < specs.size(); ++i) {
    const auto of_table =
        std::count_if(schemas.begin(), schemas.end(),
                      [&](const TableSchema& schema) { return schema.table == schemas[i].table; });
    RecordJudge(specs[i], schemas[i], of_table == 1, health, &findings).Judge();
  }
  return findings;
}

std::vector<std::string> CheckHealth(Store& store, std::string_view site, RunId run,
                                     const Extractor& extractor) {
  const std::vector<Finding> findings =
      JudgeHealth(extractor.specs(), extractor.schemas(), store.ReadHealth(site, run));
  store.SaveFindings(run, findings);
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    std::string& line = lines.emplace_back(finding.message);
    if (!finding.examples.empty())
      line += fmt::format("; see {}", fmt::join(finding.examples, " "));
  }
  return lines;
}

}  // namespace thresh
