#include "storage/url_story.h"

#include <algorithm>
#include <set>
#include <utility>

#include "storage/runs.h"
#include "storage/stored_schema.h"
#include "storage/url_index.h"
#include "storage/urls.h"

namespace thresh {
namespace {

UrlStory ReadUrl(Database& database, UrlId id) {
  Statement select(database,
                   "SELECT site, url, method, body_hash, depth, state, reason, attempts, "
                   "last_status, next_at, settled_in FROM urls WHERE url_id = ?1");
  UrlStory story;
  story.id = id;
  auto rows = select.Start(id);
  if (!rows.Next()) return story;
  story.site = rows.Text(0);
  story.url = rows.Text(1);
  story.method = rows.Text(2);
  story.sends_body = !rows.IsNull(3);
  story.depth = static_cast<int>(rows.Int(4));
  story.state = UrlStateFromName(rows.Text(5));
  story.reason = rows.Text(6);
  story.failures = static_cast<int>(rows.Int(7));
  story.last_status = static_cast<int>(rows.Int(8));
  story.next_at = FromIso8601(rows.Text(9));
  story.settled_in = rows.Int(10);
  return story;
}

void ReadLastRun(Database& database, UrlStory* story) {
  Statement select(database,
                   "SELECT run_id, finished_at IS NULL FROM runs WHERE site = ?1 "
                   "ORDER BY run_id DESC LIMIT 1");
  for (auto rows = select.Start(story->site); rows.Next();) {
    story->last_run = rows.Int(0);
    story->last_run_is_unfinished = rows.Int(1) != 0;
  }
}

// Goes back from page to page. Each was there before what was found on it, which ends the way
// also in a damaged database.
void ReadPath(Database& database, UrlStory* story) {
  Statement select(database,
                   "SELECT p.url_id, p.url, p.depth, p.depth = u.depth AND "
                   "(p.last_status BETWEEN 300 AND 399 OR EXISTS (SELECT 1 FROM pages AS f "
                   "WHERE f.url_id = p.url_id AND f.status BETWEEN 300 AND 399)) "
                   "FROM urls AS u JOIN urls AS p ON p.url_id = u.found_on "
                   "WHERE u.url_id = ?1 AND p.url_id < u.url_id");
  for (UrlId id = story->id; id != 0;) {
    auto rows = select.Start(id);
    if (!rows.Next()) break;
    id = rows.Int(0);
    story->path.push_back(
        {id, std::string(rows.Text(1)), static_cast<int>(rows.Int(2)), rows.Int(3) != 0});
  }
  std::reverse(story->path.begin(), story->path.end());
}

void ReadAttempts(Database& database, UrlStory* story) {
  Statement count(database, "SELECT count(*) FROM pages WHERE url_id = ?1");
  for (auto rows = count.Start(story->id); rows.Next();) story->attempts_in_all = rows.Int(0);
  Statement select(database,
                   "SELECT fetched_at, run_id, status, error, flags, bytes, elapsed_ms, "
                   "CASE WHEN status BETWEEN 300 AND 399 THEN headers END "
                   "FROM pages WHERE url_id = ?1 ORDER BY page_id DESC LIMIT ?2");
  for (auto rows = select.Start(story->id, kMaxToldAttempts); rows.Next();) {
    FetchAttempt& attempt = story->attempts.emplace_back();
    attempt.fetched_at = rows.Text(0);
    attempt.run = rows.Int(1);
    attempt.status = static_cast<int>(rows.Int(2));
    attempt.error = rows.Text(3);
    attempt.flags = rows.Text(4);
    attempt.bytes = rows.Int(5);
    attempt.elapsed_ms = rows.Int(6);
    attempt.redirect_headers = rows.Text(7);
  }
  std::reverse(story->attempts.begin(), story->attempts.end());
}

void ReadRows(Database& database, UrlStory* story) {
  for (const std::string& table : RecordTableNames(database)) {
    GivenRows given;
    given.table = table;
    Statement count(database, "SELECT count(*), count(_gone_at) FROM " + QuoteName(given.table) +
                                  " WHERE _url_id = ?1");
    for (auto rows = count.Start(story->id); rows.Next();) {
      given.gone = rows.Int(1);
      given.present = rows.Int(0) - given.gone;
    }
    if (given.present + given.gone > 0) story->rows.push_back(std::move(given));
  }
}

std::vector<DroppedLinks> ReadDropped(Database& database, std::string_view url,
                                      std::string_view host) {
  Statement select(database,
                   "SELECT site, reason, count, named FROM (SELECT site, reason, count, host, "
                   "EXISTS (SELECT 1 FROM json_each(CASE WHEN json_valid(examples) THEN examples "
                   "ELSE '[]' END) WHERE value = ?1) AS named FROM dropped) "
                   "WHERE host = ?2 OR named ORDER BY named DESC, count DESC");
  std::vector<DroppedLinks> dropped;
  for (auto rows = select.Start(url, host); rows.Next();) {
    dropped.push_back(
        {std::string(rows.Text(0)), std::string(rows.Text(1)), rows.Int(2), rows.Int(3) != 0});
  }
  return dropped;
}

std::vector<SiteRules> ReadSiteRules(Database& database) {
  std::vector<SiteRules> sites;
  for (LatestConfig& config : LatestConfigs(database)) {
    sites.push_back({std::move(config.site), std::move(config.text), false});
  }
  return sites;
}

// Which sites begin on `host`, or came there from a seed by a redirect.
void MarkSeedHosts(Database& database, std::string_view host, std::vector<SiteRules>* sites) {
  Statement select(database, "SELECT DISTINCT site FROM urls WHERE host = ?1 AND depth = 0");
  std::set<std::string, std::less<>> found;
  for (auto rows = select.Start(host); rows.Next();) found.emplace(rows.Text(0));
  for (SiteRules& site : *sites) site.has_seed_on_host = found.contains(site.site);
}

}  // namespace

UrlInquiry InquireUrl(Database& database, std::string_view url, std::string_view host,
                      std::string_view origin) {
  UrlInquiry inquiry;
  for (const UrlId id : FindUrls(database, url)) {
    UrlStory& story = inquiry.stories.emplace_back(ReadUrl(database, id));
    ReadLastRun(database, &story);
    ReadPath(database, &story);
    ReadAttempts(database, &story);
    ReadRows(database, &story);
  }
  inquiry.dropped = ReadDropped(database, url, host);
  inquiry.origin = FindHost(database, origin);
  inquiry.sites = ReadSiteRules(database);
  if (inquiry.stories.empty()) MarkSeedHosts(database, host, &inquiry.sites);
  return inquiry;
}

}  // namespace thresh
