#include "storage/diff_ranges.h"

#include <optional>
#include <stdexcept>

namespace thresh {
namespace {

// Later than any time that is written.
const std::string kForever = "~";

std::string EndOf(Database& database, RunId run, std::string* site) {
  Statement select(database, "SELECT site, coalesce(finished_at, '~') FROM runs WHERE run_id = ?1");
  auto rows = select.Start(run);
  if (!rows.Next()) throw std::invalid_argument("there is no run " + std::to_string(run));
  if (!site->empty() && *site != rows.Text(0)) {
    throw std::invalid_argument("run " + std::to_string(run) + " is of another site, " +
                                std::string(rows.Text(0)));
  }
  *site = rows.Text(0);
  return std::string(rows.Text(1));
}

// When the site's last run but one ended; nothing when there was none.
std::optional<std::string> EndBeforeLast(Database& database, const std::string& site) {
  Statement select(database,
                   "SELECT finished_at FROM runs WHERE site = ?1 AND finished_at IS NOT NULL "
                   "ORDER BY run_id DESC LIMIT 1 OFFSET 1");
  auto rows = select.Start(site);
  if (!rows.Next()) return std::nullopt;
  return std::string(rows.Text(0));
}

}  // namespace

SiteRange::SiteRange(Database& database, std::string site, std::string from, std::string to)
    : site_(std::move(site)), from_(std::move(from)), to_(std::move(to)) {
  Statement select(database,
                   "SELECT e.table_name, e.rule, min(r.started_at), "
                   "max(coalesce(r.finished_at, '~')) FROM extraction AS e "
                   "JOIN runs AS r ON r.run_id = e.run_id WHERE r.site = ?1 GROUP BY 1, 2");
  for (auto rows = select.Start(site_); rows.Next();) {
    lives_[{std::string(rows.Text(0)), std::string(rows.Text(1))}] = {std::string(rows.Text(2)),
                                                                      std::string(rows.Text(3))};
  }
}

bool SiteRange::Succeeds(const std::string& table, const Version& before,
                         const Version& after) const {
  if (before.rule == after.rule || !IsNew(table, after)) return false;
  const auto old = lives_.find({table, before.rule});
  return old == lives_.end() || old->second.end <= lives_.at({table, after.rule}).begin;
}

bool SiteRange::IsNew(const std::string& table, const Version& version) const {
  const auto life = lives_.find({table, version.rule});
  return life != lives_.end() && life->second.begin > from_ && life->second.begin <= version.start;
}

bool SiteRange::WasReplaced(const std::string& table, const std::string& rule) const {
  const auto life = lives_.find({table, rule});
  if (life != lives_.end() && life->second.end > from_) return false;
  for (const auto& [key, other] : lives_) {
    if (key.first == table && other.begin > from_) return true;
  }
  return false;
}

SiteRanges ReadRanges(Database& database, const DiffRequest& request,
                      std::vector<std::string>* notes) {
  SiteRanges ranges;
  if (request.from) {
    std::string site;
    const std::string from = EndOf(database, *request.from, &site);
    const std::string to = request.to ? EndOf(database, *request.to, &site) : kForever;
    if (to < from) {
      throw std::invalid_argument("run " + std::to_string(*request.to) + " ended before run " +
                                  std::to_string(*request.from) + ": name the earlier one first");
    }
    ranges.emplace(site, SiteRange(database, site, from, to));
    return ranges;
  }
  Statement select(database, "SELECT DISTINCT site FROM runs ORDER BY site");
  for (auto rows = select.Start(); rows.Next();) {
    const std::string site(rows.Text(0));
    const auto from =
        request.since ? std::optional(ToIso8601(*request.since)) : EndBeforeLast(database, site);
    if (from) {
      ranges.emplace(site, SiteRange(database, site, *from, kForever));
    } else {
      notes->push_back(site + ": fewer than two runs have ended, nothing to compare");
    }
  }
  return ranges;
}

}  // namespace thresh
