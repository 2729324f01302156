#include "pipeline/record_health.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/carried_finding.h"
#include "pipeline/fallen_share.h"
#include "pipeline/record_past.h"
#include "pipeline/story_text.h"

namespace thresh {
namespace {

// What less pages give may come and go: with five, one run in 150 has none by chance (Poisson).
constexpr int64_t kFewPages = 5;
// Less rows than these may all be of one thing.
constexpr int64_t kManyRows = 10;
// What nearly all had is part of such pages: that a tenth lacks it, and so many, comes of a change.
constexpr double kMost = 0.9;
constexpr int64_t kManyLacking = 30;
// A field differs from row to row where no value is on more than a fifth of them.
constexpr double kVaried = 0.8;
constexpr int64_t kManyValues = 30;

std::string ShareText(const Share& share) {
  const double percent = 100 * share.value();
  return percent > 0 && percent < 1 ? "under 1%" : fmt::format("{:.0f}%", percent);
}

// Of the last change, say, which a site may well give all its pages at once.
bool IsTime(ValueType type) { return type == ValueType::kDate || type == ValueType::kDatetime; }

// How the message of a finding ends that is not new.
std::string SinceWords(const std::string& since) { return " (since " + since + ")"; }

// A share as a bound is printed: "0.9" is 90%.
std::string BoundText(double bound) { return fmt::format("{:g}%", 100 * bound); }

// Judges one record of one run.
class RecordJudge {
 public:
  RecordJudge(const RecordSpec& spec, const TableSchema& schema, int64_t of_table,
              const SiteHealth& health, std::vector<Finding>* findings)
      : spec_(spec),
        schema_(schema),
        health_(health),
        past_(schema, of_table, health),
        now_(past_.ByItsRules(health.now)),
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
    if (!schema_.key.empty() && !past_.IsPart()) CompareKeys();
    for (const Column& column : schema_.columns) {
      const FieldCounts* field = FindField(*now_, column.name);
      if (field == nullptr) continue;
      JudgeField(*field);
      if (!IsTime(column.type) && spec_.expect.min_filled != 0) JudgeValues(*field);
    }
  }

 private:
  // What the last run found that had something to look at holds until one has so again: of the
  // fields or of the record as a whole. Another rule has nothing to do with it.
  template <typename CountOf>
  void CarryOn(bool fields, const CountOf& looked_at) {
    for (const RunHealth& run : health_.before) {
      const RecordCounts* then = past_.ByItsRules(run);
      if (then == nullptr || looked_at(*then) == 0) continue;
      for (const Finding& finding : run.findings) {
        if (!past_.IsMine(finding) || finding.field.empty() == fields) continue;
        if (StillHolds(finding, *then, spec_)) Carry(finding, run);
      }
      return;
    }
  }

  // The same for there being no page at all, which no counts show.
  void CarryPages() {
    const auto looked = [&](const RunHealth& run) { return LookedAt(past_.ByItsRules(run)); };
    const bool same_rule = std::any_of(health_.before.begin(), health_.before.end(), looked);
    for (const RunHealth& run : health_.before) {
      if (looked(run)) return;
      for (const Finding& finding : run.findings) {
        if (!past_.IsMine(finding) || finding.kind != "pages") continue;
        if (finding.rule.empty() && !past_.AllOthersLooked(run)) return;
        if (same_rule || run.config == health_.now.config) Carry(finding, run);
        return;
      }
    }
  }

  void JudgePages() {
    const auto last =
        std::find_if(health_.before.begin(), health_.before.end(),
                     [&](const RunHealth& run) { return LookedAt(past_.ByAnyRules(run)); });
    if (last == health_.before.end()) return Add("", "pages", {}, "applies to no page of the site");
    const int64_t pages = past_.ByAnyRules(*last)->pages;
    if (pages < kFewPages && past_.ComesAndGoes("pages")) return;
    Add("", "pages", {}, fmt::format("applies to no page any more, before to {}", pages));
  }

  void Carry(const Finding& finding, const RunHealth& from) {
    if (past_.HasFinding(*findings_, finding.field, finding.kind)) return;
    Finding& carried = findings_->emplace_back(finding);
    if (finding.since == from.started_at) carried.message += SinceWords(finding.since);
  }

  void JudgeRows() {
    const auto& expect = spec_.expect;
    const Share matched{now_->matched, now_->pages};
    if (now_->too_few > 0) {
      Add("", "min_rows", now_->without,
          fmt::format("{} of {} pages gave fewer rows than expect.min_rows, {}{}", now_->too_few,
                      now_->pages, expect.min_rows.value_or(1), LeftOut()));
    }
    if (expect.min_matched) {
      if (matched.value() < *expect.min_matched) {
        Add("", "min_matched", now_->without,
            fmt::format("{} of {} pages gave rows ({}), expect.min_matched is {}{}", now_->matched,
                        now_->pages, ShareText(matched), BoundText(*expect.min_matched),
                        LeftOut()));
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
        past_.Before("", "rows", share, [](const RecordCounts& record) { return record.pages; });
    const std::optional<Share> last_down = past_.LastDown("", "rows", share);
    if (const auto before = ShareBeforeItFell("", "rows", share, now_->pages, past)) {
      if (!last_down && now_->most_pages < kFewPages && past_.ComesAndGoes("rows")) return;
      Add("", "rows", now_->without,
          fmt::format("{} of {} pages gave rows ({}), {}{}", now.part, now.whole, ShareText(now),
                      before->whole == 0 ? "as in the run before" : "before " + ShareText(*before),
                      LeftOut()));
    } else if (now.part == 0 && past.sum.part == 0) {
      Add("", "rows", now_->without,
          fmt::format("no rows on {} it looked at{}", Counted(now.whole, "page"), LeftOut()));
    }
  }

  // The share before, as far as it is known, where it has fallen or what nearly all had is lacking;
  // else nothing. `pages`: those that the share of today is on.
  std::optional<Share> ShareBeforeItFell(const std::string& field, const std::string& kind,
                                         const RecordPast::ShareOf& share, int64_t pages,
                                         const SharesBefore& past) const {
    if (HasFallen(share(*now_), pages, past, past_.LastDown(field, kind, share))) return past.sum;
    return LackWhatAllHad(field, kind, share, past.sum);
  }

  // Once that is told, it holds until they have it again: what fell to less than half is judged
  // otherwise. Gives the share then; where that is not known any more, `recently`.
  std::optional<Share> LackWhatAllHad(const std::string& field, const std::string& kind,
                                      const RecordPast::ShareOf& share,
                                      const Share& recently) const {
    const Share now = share(*now_);
    if (now.value() >= kMost) return std::nullopt;
    const std::optional<Share> all_had = past_.NearlyAllHad(field, kind, share, now.whole);
    const std::optional<Share> most_down = past_.MostDown(field, kind, share);
    const bool begins = all_had && !past_.IsPart() && now_->pages >= kFewPages &&
                        now.whole - now.part >= kManyLacking;
    if (!begins && (!most_down || most_down->value() < kFellTo)) return std::nullopt;
    return all_had.value_or(recently);
  }

  // How many rows were found and are none, and for want of what.
  std::string LeftOut() const {
    if (now_->left_out == 0) return {};
    std::vector<std::string> wanted;
    for (const Column& column : schema_.columns) {
      const FieldCounts* field = FindField(*now_, column.name);
      if (field == nullptr || !IsNeeded(column.name)) continue;
      if (field->failed > 0) {
        wanted.push_back(fmt::format("{} ('{}' did not convert)", field->name, field->example));
      } else if (field->matched < now_->rows + now_->left_out) {
        wanted.push_back(field->name);
      }
    }
    if (wanted.empty()) wanted.emplace_back("a required field");
    return fmt::format("; {} left out for want of {}", Counted(now_->left_out, "row"),
                       fmt::join(wanted, ", "));
  }

  bool IsNeeded(const std::string& column) const {
    const auto names_it = [&](const FieldSpec& field) {
      return field.name == column && field.required;
    };
    return std::find(schema_.key.begin(), schema_.key.end(), column) != schema_.key.end() ||
           std::any_of(spec_.fields.begin(), spec_.fields.end(), names_it);
  }

  // In all and a page, of runs that are no parts of the site.
  struct RowsBefore {
    std::vector<double> all, a_page;
  };

  RowsBefore CountRowsBefore() const {
    RowsBefore rows;
    for (const RunHealth& run : health_.before) {
      const RecordCounts* then = past_.ByItsRules(run);
      if (then == nullptr || then->matched == 0 || past_.IsPart(*then)) continue;
      if (rows.all.empty() && past_.HasFinding(run.findings, "", "few_rows")) continue;
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
    const std::optional<Share> last_down = past_.LastDown("", "few_rows", share);
    if (!(last_down ? IsStillFew(*last_down, before) : IsFew(before))) return;
    std::string what =
        fmt::format("{} on {}", Counted(now_->rows, "row"), Counted(now_->matched, "page"));
    if (!before.all.empty()) {
      what += fmt::format(", before never less than {:.0f}, or {:.1f} a page", Least(before.all),
                          Least(before.a_page));
    }
    Add("", "few_rows", {}, what + LeftOut());
  }

  // Where a list is cut into more pages, or some of its pages are unchanged, only one of the two is
  // less. Where no page was left out that gave rows, those in all tell enough; expect.min_rows
  // bounds but those of a page.
  bool IsFew(const RowsBefore& before) const {
    if (!IsFarBelow(static_cast<double>(now_->rows), before.all)) return false;
    if (health_.nothing_left_out.contains(schema_.rule)) return true;
    return !spec_.expect.min_rows && !past_.IsPart() && IsFarBelow(Rate(*now_), before.a_page);
  }

  // Pages that are unchanged leave open how many there are in all.
  bool IsStillFew(const Share& last_down, const RowsBefore& before) const {
    if (before.all.empty()) return last_down.value() >= Rate(*now_) * kFellTo;
    const double few_a_page = Least(before.a_page) * kFellTo;
    if (last_down.value() < few_a_page) return Rate(*now_) < few_a_page;
    return static_cast<double>(now_->rows) < Least(before.all) * kFellTo;
  }

  // How many rows have a key of their own, not one that another page or place has given: a key that
  // is the same on all pages leaves one row.
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
    const SharesBefore past{.sum = past_.KeysBefore(share), .runs = {}};
    const Share now = share(*now_);
    if (!HasFallen(now, now_->pages, past, past_.LastDown("", "keys", share))) return;
    Add("", "keys", {},
        fmt::format(
            "{} of {} rows have a key of their own ({}), {}", now.part, now.whole, ShareText(now),
            past.sum.whole == 0 ? "as in the run before" : "before " + ShareText(past.sum)));
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
                        now.whole, ShareText(now), BoundText(*spec_.expect.min_filled),
                        Failed(field)));
      }
      return;
    }
    const auto share = [&](const RecordCounts& record) {
      const FieldCounts* then = FindField(record, field.name);
      return then == nullptr ? Share{} : Share{then->filled, then->rows};
    };
    const SharesBefore past = past_.Before(
        field.name, "filled", share, [](const RecordCounts& record) { return record.matched; });
    if (const auto before = ShareBeforeItFell(field.name, "filled", share, now_->matched, past)) {
      Add(field.name, "filled", field.pages,
          fmt::format(
              "filled in {} of {} rows ({}), {}{}", now.part, now.whole, ShareText(now),
              before->whole == 0 ? "as in the run before" : "before in " + ShareText(*before),
              Failed(field)));
    } else if (now.part == 0 && past.sum.part == 0 && field.failed > 0) {
      Add(field.name, "filled", field.pages,
          fmt::format("filled in none of {} rows{}", now.whole, Failed(field)));
    }
  }

  // A pattern that finds one thing on all pages, as a banner, a placeholder or a wall's text, fills
  // the field all the same.
  void JudgeValues(const FieldCounts& field) {
    const auto share = [&](const RecordCounts& record) {
      const FieldCounts* then = FindField(record, field.name);
      if (then == nullptr || !then->most_common) return Share{};
      return Share{then->filled - *then->most_common, then->filled};
    };
    const Share now = share(*now_);
    const std::optional<Share> last_down = past_.LastDown(field.name, "values", share);
    if (!last_down && (past_.IsPart() || now_->pages < kFewPages || now.whole < kManyValues)) {
      return;
    }
    const SharesBefore past = past_.Before(
        field.name, "values", share, [](const RecordCounts& record) { return record.matched; });
    if (!last_down && past.sum.whole * 2 < now.whole) return;
    if (past.sum.whole > 0 && past.sum.value() < kVaried) return;
    if (!HasFallen(now, now_->matched, past, last_down)) return;
    Add(field.name, "values", {},
        fmt::format("at least {} of {} values are '{}' ({}), which differed before",
                    now.whole - now.part, now.whole, field.most_common_value,
                    ShareText({now.whole - now.part, now.whole})));
  }

  static std::string Failed(const FieldCounts& field) {
    if (field.failed == 0) return {};
    return fmt::format("; {} values did not convert, such as '{}'", field.failed, field.example);
  }

  void Add(const std::string& field, const std::string& kind,
           const std::vector<std::string>& examples, const std::string& what) {
    const std::string since = past_.Since(field, kind);
    std::string message = fmt::format("record {}{}{}: {}", schema_.table,
                                      field.empty() ? "" : ", field ", field, what);
    if (since != health_.now.started_at) message += SinceWords(since);
    findings_->push_back({schema_.table, field, kind, message, examples, schema_.rule, since});
  }

  const RecordSpec& spec_;
  const TableSchema& schema_;
  const SiteHealth& health_;
  const RecordPast past_;
  const RecordCounts* const now_;
  std::vector<Finding>* const findings_;
};

}  // namespace

void JudgeRecord(const RecordSpec& spec, const TableSchema& schema, int64_t of_table,
                 const SiteHealth& health, std::vector<Finding>* findings) {
  RecordJudge(spec, schema, of_table, health, findings).Judge();
}

}  // namespace thresh
