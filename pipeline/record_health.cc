#include "pipeline/record_health.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/fallen_share.h"
#include "pipeline/story_text.h"

namespace thresh {

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

namespace {

constexpr size_t kRunsToCompare = 5;
constexpr size_t kRunsToCompareAPart = 30;
// What less pages give may come and go: with five, one run in 150 has none by chance (Poisson).
constexpr int64_t kFewPages = 5;
// Less rows than these may all be of one thing.
constexpr int64_t kManyRows = 10;

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

// Whether a finding on a table may be on this record of it, by what the config expects today.
bool StillHolds(const Finding& finding, const RecordCounts& record, const RecordSpec& spec) {
  const auto& expect = spec.expect;
  const Share matched{record.matched, record.pages};
  if (finding.kind == "rows") return !expect.min_matched && record.matched < record.pages;
  if (finding.kind == "few_rows") return expect.min_rows != 0 && record.rows > 0;
  if (finding.kind == "keys") return record.repeated.value_or(0) > 0;
  if (finding.kind == "min_rows") return expect.min_rows && record.too_few > 0;
  if (finding.kind == "min_matched") {
    return expect.min_matched && matched.value() < *expect.min_matched;
  }
  const FieldCounts* field = FindField(record, finding.field);
  if (field == nullptr) return false;
  const Share filled{field->filled, field->rows};
  if (finding.kind == "filled") return !expect.min_filled && field->filled < field->rows;
  return finding.kind == "min_filled" && expect.min_filled && filled.value() < *expect.min_filled;
}

// Judges one record of one run.
class RecordJudge {
 public:
  RecordJudge(const RecordSpec& spec, const TableSchema& schema, int64_t of_table,
              const SiteHealth& health, std::vector<Finding>* findings)
      : spec_(spec),
        schema_(schema),
        of_table_(of_table),
        only_one_(of_table == 1),
        health_(health),
        now_(FindRecord(health.now, schema, false)),
        findings_(findings) {}

  void Judge() {
    const size_t found = findings_->size();
    if (LookedAt(now_)) {
      JudgeRows();
    } else if (health_.without_pages.contains(schema_.rule) && spec_.expect.min_matched != 0) {
      JudgePages();
    } else {
      CarryOn(false, [](const RecordCounts& record) { return record.pages; });
      CarryPages();
    }
    if (now_ == nullptr || now_->rows == 0) {
      if (findings_->size() > found) return;  // no row is enough said of its fields
      return CarryOn(true, [](const RecordCounts& record) { return record.rows; });
    }
    if (spec_.expect.min_rows != 0) CompareRowCounts();
    if (!schema_.key.empty() && !IsPart()) CompareKeys();
    for (const Column& column : schema_.columns) {
      if (const FieldCounts* field = FindField(*now_, column.name)) JudgeField(*field);
    }
  }

 private:
  // As far as is known: of several records of a table, one whose rules changed has no past.
  bool IsMine(const Finding& finding) const {
    if (finding.table != schema_.table) return false;
    return only_one_ || finding.rule.empty() || finding.rule == schema_.rule;
  }

  bool HasFinding(const std::vector<Finding>& findings, std::string_view field,
                  std::string_view kind) const {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return IsMine(finding) && finding.field == field && finding.kind == kind;
    });
  }

  // What the last run found that had something to look at holds until one has so again: of the
  // fields or of the record as a whole. Another rule has nothing to do with it.
  template <typename CountOf>
  void CarryOn(bool fields, const CountOf& looked_at) {
    for (const RunHealth& run : health_.before) {
      const RecordCounts* then = FindRecord(run, schema_, false);
      if (then == nullptr || looked_at(*then) == 0) continue;
      for (const Finding& finding : run.findings) {
        if (!IsMine(finding) || finding.field.empty() == fields) continue;
        if (StillHolds(finding, *then, spec_)) Carry(finding);
      }
      return;
    }
  }

  // The same for there being no page at all, which no counts show.
  void CarryPages() {
    const auto looked = [&](const RunHealth& run) {
      return LookedAt(FindRecord(run, schema_, false));
    };
    const bool same_rule = std::any_of(health_.before.begin(), health_.before.end(), looked);
    for (const RunHealth& run : health_.before) {
      if (looked(run)) return;
      for (const Finding& finding : run.findings) {
        if (!IsMine(finding) || finding.kind != "pages") continue;
        if (finding.rule.empty() && !AllOthersLooked(run)) return;
        if (same_rule || run.config == health_.now.config) Carry(finding);
        return;
      }
    }
  }

  // Whether what a run found on pages of the table is not another record's.
  bool AllOthersLooked(const RunHealth& run) const {
    return std::count_if(run.records.begin(), run.records.end(), [&](const RecordCounts& record) {
             return record.table == schema_.table && record.rule != schema_.rule &&
                    record.pages > 0;
           }) == of_table_ - 1;
  }

  void JudgePages() {
    const auto last = std::find_if(
        health_.before.begin(), health_.before.end(),
        [&](const RunHealth& run) { return LookedAt(FindRecord(run, schema_, only_one_)); });
    if (last == health_.before.end()) return Add("", "pages", {}, "applies to no page of the site");
    const int64_t pages = FindRecord(*last, schema_, only_one_)->pages;
    if (pages < kFewPages && ComesAndGoes("pages")) return;
    Add("", "pages", {}, fmt::format("applies to no page any more, before to {}", pages));
  }

  // Whether the record has had such a finding that began and ended without a change of its rules.
  bool ComesAndGoes(std::string_view kind) const {
    bool well = false, ended = false;
    for (const RunHealth& run : health_.before) {
      if (HasFinding(run.findings, "", kind)) {
        ended = well;
      } else if (LookedAt(FindRecord(run, schema_, false))) {
        if (ended) return true;
        well = true;
      }
    }
    return false;
  }

  void Carry(const Finding& finding) {
    if (HasFinding(*findings_, finding.field, finding.kind)) return;
    Finding& carried = findings_->emplace_back(finding);
    const std::string since = SinceWords(Since(finding.field, finding.kind));
    if (!carried.message.ends_with(since)) carried.message += since;
  }

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
    } else if (now_->too_few < now_->pages - now_->matched) {
      CompareRows(matched);  // of pages that lead elsewhere, say, no rows were expected
    }
  }

  void CompareRows(const Share& now) {
    const auto share = [](const RecordCounts& record) {
      return Share{record.matched, record.pages};
    };
    const SharesBefore past =
        Before("", "rows", share, [](const RecordCounts& record) { return record.pages; });
    const Share& before = past.sum;
    const std::optional<Share> last_down = LastDown("", "rows", share);
    if (HasFallen(now, now_->pages, past, last_down)) {
      if (!last_down && now_->most_pages < kFewPages && ComesAndGoes("rows")) return;
      Add("", "rows", now_->without,
          fmt::format("{} of {} pages gave rows ({}), {}", now.part, now.whole, Percent(now),
                      before.whole == 0 ? "as in the run before" : "before " + Percent(before)));
    } else if (now.part == 0 && before.part == 0) {
      Add("", "rows", now_->without,
          fmt::format("no rows on {} it looked at", Counted(now.whole, "page")));
    }
  }

  // In all and a page, of runs that are no parts of the site.
  struct RowsBefore {
    std::vector<double> all, a_page;
  };

  RowsBefore CountRowsBefore() const {
    RowsBefore rows;
    for (const RunHealth& run : health_.before) {
      const RecordCounts* then = FindRecord(run, schema_, false);
      if (then == nullptr || then->matched == 0 || then->pages * 2 < now_->most_pages) continue;
      if (rows.all.empty() && HasFinding(run.findings, "", "few_rows")) continue;
      rows.all.push_back(static_cast<double>(then->rows));
      rows.a_page.push_back(Rate(*then));
    }
    return rows;
  }

  void CompareRowCounts() {
    const RowsBefore before = CountRowsBefore();
    const auto share = [](const RecordCounts& record) {
      return Share{record.rows, record.matched};
    };
    const std::optional<Share> last_down = LastDown("", "few_rows", share);
    if (!(last_down ? IsStillFew(*last_down, before) : IsFew(before))) return;
    std::string what =
        fmt::format("{} on {}", Counted(now_->rows, "row"), Counted(now_->matched, "page"));
    if (!before.all.empty()) {
      what += fmt::format(", before never less than {:.0f}, or {:.1f} a page", Least(before.all),
                          Least(before.a_page));
    }
    Add("", "few_rows", {}, what);
  }

  // Where a list is cut into more pages, or some of its pages are unchanged, only one of the two is
  // less. Where no page was left out that gave rows, those in all tell enough; expect.min_rows
  // bounds but those of a page.
  bool IsFew(const RowsBefore& before) const {
    if (!IsFarBelow(static_cast<double>(now_->rows), before.all)) return false;
    if (health_.nothing_left_out.contains(schema_.rule)) return true;
    return !spec_.expect.min_rows && !IsPart() && IsFarBelow(Rate(*now_), before.a_page);
  }

  // Pages that are unchanged leave open how many there are in all.
  bool IsStillFew(const Share& last_down, const RowsBefore& before) const {
    if (before.all.empty()) return last_down.value() >= Rate(*now_) * kFellTo;
    const double few_a_page = Least(before.a_page) * kFellTo;
    if (last_down.value() < few_a_page) return Rate(*now_) < few_a_page;
    return static_cast<double>(now_->rows) < Least(before.all) * kFellTo;
  }

  // How many rows have a key of their own, not one that another page or place has given: a key that
  // is the same on all pages leaves one row. Of runs that are no parts of the site, in which rows
  // come by fewer of their pages.
  void CompareKeys() {
    if (AreOneKey(*now_)) {
      return Add("", "keys", {},
                 fmt::format("all {} rows have one key, though their values differ: one of them is "
                             "kept",
                             now_->rows));
    }
    const auto share = [](const RecordCounts& record) {
      return record.repeated ? Share{record.rows - *record.repeated, record.rows} : Share{};
    };
    SharesBefore past;
    size_t runs = 0;
    for (const RunHealth& run : health_.before) {
      const RecordCounts* then = FindRecord(run, schema_, only_one_);
      if (then == nullptr || !then->repeated || then->pages * 2 < now_->most_pages) continue;
      if (HasFinding(run.findings, "", "keys")) continue;
      past.sum.part += share(*then).part;
      past.sum.whole += share(*then).whole;
      if (++runs == kRunsToCompare) break;
    }
    const Share now = share(*now_);
    if (!HasFallen(now, now_->pages, past, LastDown("", "keys", share))) return;
    Add("", "keys", {},
        fmt::format("{} of {} rows have a key of their own ({}), {}", now.part, now.whole,
                    Percent(now),
                    past.sum.whole == 0 ? "as in the run before" : "before " + Percent(past.sum)));
  }

  // Whether what is taken for a key is the same on all pages, from the first run on. Where the
  // other values are the same as well, as those of a page's foot, one row is right.
  static bool AreOneKey(const RecordCounts& record) {
    return record.rows >= kManyRows && record.repeated == record.rows - 1 &&
           record.conflicts * 2 >= *record.repeated;
  }

  static double Rate(const RecordCounts& record) {
    return Share{record.rows, record.matched}.value();
  }

  static double Least(const std::vector<double>& numbers) {
    return *std::min_element(numbers.begin(), numbers.end());
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
    const auto share = [&](const RecordCounts& record) {
      const FieldCounts* then = FindField(record, field.name);
      return then == nullptr ? Share{} : Share{then->filled, then->rows};
    };
    const SharesBefore past = Before(field.name, "filled", share,
                                     [](const RecordCounts& record) { return record.matched; });
    const Share& before = past.sum;
    if (HasFallen(now, now_->matched, past, LastDown(field.name, "filled", share))) {
      Add(field.name, "filled", field.pages,
          fmt::format("filled in {} of {} rows ({}), {}{}", now.part, now.whole, Percent(now),
                      before.whole == 0 ? "as in the run before" : "before in " + Percent(before),
                      Failed(field)));
    } else if (now.part == 0 && before.part == 0 && field.failed > 0) {
      Add(field.name, "filled", field.pages,
          fmt::format("filled in none of {} rows{}", now.whole, Failed(field)));
    }
  }

  static std::string Failed(const FieldCounts& field) {
    if (field.failed == 0) return {};
    return fmt::format("; {} values did not convert, such as '{}'", field.failed, field.example);
  }

  // Whether most pages of the record were left out, since they had not changed or were not due.
  bool IsPart() const { return now_->pages * 2 < now_->most_pages; }

  // The last runs that had no such finding and looked at such pages: five, or where the run is but
  // a part, thirty, and among them those whose finding has ended. It ended without another rule,
  // so that may be how the site is.
  template <typename ShareOf, typename PagesOf>
  SharesBefore Before(std::string_view field, std::string_view kind, const ShareOf& share_of,
                      const PagesOf& pages_of) const {
    SharesBefore past;
    size_t runs = 0;
    for (const RunHealth& run : health_.before) {
      if (runs == (IsPart() ? kRunsToCompareAPart : kRunsToCompare)) break;
      const RecordCounts* record = FindRecord(run, schema_, only_one_);
      if (record == nullptr) continue;
      if (HasFinding(run.findings, field, kind)) {
        const bool ended_by_itself = runs > 0 && FindRecord(run, schema_, false) != nullptr;
        if (!IsPart() || !ended_by_itself) continue;
      }
      const Share share = share_of(*record);
      if (share.whole == 0) continue;
      past.sum.part += share.part;
      past.sum.whole += share.whole;
      if (IsPart()) past.runs.push_back(ScaledTo(share, pages_of(*record)));
      ++runs;
    }
    return past;
  }

  // The share in the last run of the rule that had something to look at, where it has the finding.
  template <typename ShareOf>
  std::optional<Share> LastDown(std::string_view field, std::string_view kind,
                                const ShareOf& share_of) const {
    for (const RunHealth& run : health_.before) {
      const RecordCounts* record = FindRecord(run, schema_, false);
      const Share then = record == nullptr ? Share{} : share_of(*record);
      if (then.whole == 0) continue;
      if (HasFinding(run.findings, field, kind)) return then;
      return {};
    }
    return {};
  }

  // The start of the first of the runs in a row that have this finding, the days of runs that had
  // nothing to look at between them.
  std::string Since(std::string_view field, std::string_view kind) const {
    std::string since = health_.now.started_at;
    for (const RunHealth& run : health_.before) {
      if (HasFinding(run.findings, field, kind)) {
        since = run.started_at;
      } else if (const RecordCounts* record = FindRecord(run, schema_, only_one_);
                 LookedAt(record)) {
        break;
      }
    }
    return since;
  }

  static std::string SinceWords(const std::string& since) {
    return fmt::format(" (since {})", since);
  }

  void Add(const std::string& field, const std::string& kind,
           const std::vector<std::string>& examples, const std::string& what) {
    const std::string since = Since(field, kind);
    std::string message = fmt::format("record {}{}{}: {}", schema_.table,
                                      field.empty() ? "" : ", field ", field, what);
    if (since != health_.now.started_at) message += SinceWords(since);
    findings_->push_back({schema_.table, field, kind, message, examples, schema_.rule});
  }

  const RecordSpec& spec_;
  const TableSchema& schema_;
  const int64_t of_table_;  // how many records write the table
  const bool only_one_;
  const SiteHealth& health_;
  const RecordCounts* const now_;
  std::vector<Finding>* const findings_;
};

}  // namespace

void JudgeRecord(const RecordSpec& spec, const TableSchema& schema, int64_t of_table,
                 const SiteHealth& health, std::vector<Finding>* findings) {
  RecordJudge(spec, schema, of_table, health, findings).Judge();
}

}  // namespace thresh
