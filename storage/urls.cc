#include "storage/urls.h"

#include <array>
#include <string>

#include "parser/hex_hash.h"
#include "storage/json_writer.h"

namespace thresh {
namespace {

constexpr std::string_view kStates[] = {"pending", "done", "failed", "skipped"};

std::optional<int64_t> NullIfZero(int64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

}  // namespace

std::string_view Name(UrlState state) { return kStates[static_cast<size_t>(state)]; }

UrlState UrlStateFromName(std::string_view name) {
  for (size_t i = 0; i < std::size(kStates); ++i) {
    if (kStates[i] == name) return static_cast<UrlState>(i);
  }
  return UrlState::kPending;  // cannot be: the table has a CHECK
}

std::string RequestBodyHash(std::string_view body) { return body.empty() ? "" : HexHash(body); }

UrlUpdate AsItIs(const UrlDetails& details) {
  return {.state = details.state,
          .reason = details.reason,
          .attempts = details.attempts,
          .last_status = details.last_status,
          .etag = details.etag,
          .last_modified = details.last_modified,
          .interval = details.interval,
          .lone_deaths = details.lone_deaths};
}

bool IsGone(int status) { return status == 404 || status == 410; }

bool IsGoneAgain(const UrlUpdate& update) {
  return update.state == UrlState::kFailed && IsGone(update.last_status) && update.attempts > 1;
}

UrlTable::UrlTable(Database& database)
    : database_(database),
      insert_(database,
              "INSERT INTO urls (site, url, method, body_hash, host, depth, found_on, state, "
              "reason, seed, request_headers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
              "?11)"),
      select_(database,
              "SELECT url, method, body_hash, request_headers, seed, found_on, depth, attempts, "
              "etag, last_modified, state, reason, last_status, interval_ms, lone_deaths "
              "FROM urls WHERE url_id = ?1"),
      select_url_(database, "SELECT url FROM urls WHERE url_id = ?1"),
      select_request_(database, "SELECT body FROM requests WHERE body_hash = ?1"),
      update_(database,
              "UPDATE urls SET state = ?2, reason = ?3, attempts = ?4, next_at = ?5, "
              "last_status = ?6, etag = ?7, last_modified = ?8, "
              "interval_ms = ?10, lone_deaths = ?11, "
              "settled_in = CASE WHEN ?2 = 'pending' THEN settled_in ELSE ?9 END "
              "WHERE url_id = ?1"),
      make_seed_(database,
                 "UPDATE urls SET found_on = NULL, seed = NULL, depth = 0, request_headers = ?2 "
                 "WHERE url_id = ?1"),
      insert_request_(database, "INSERT OR IGNORE INTO requests (body_hash, body) VALUES (?1, ?2)"),
      index_(database) {}

void UrlTable::ForEach(std::span<const std::string> sites,
                       const std::function<void(const KnownUrl&)>& visit) {
  Statement select(database_,
                   "SELECT url_id, site, url, method, body_hash, host, state, settled_in, next_at, "
                   "depth, found_on, state = 'skipped' AND substr(reason, 1, ?2) = ?3, "
                   "last_status, attempts, seed, request_headers FROM urls "
                   "WHERE site IN (SELECT value FROM json_each(?1)) "
                   "ORDER BY url_id");
  const std::string names = JsonArray(sites);
  for (auto rows = select.Start(names, std::ssize(kRobotsReason), kRobotsReason); rows.Next();) {
    KnownUrl url;
    url.id = rows.Int(0);
    url.site = rows.Text(1);
    url.url = rows.Text(2);
    url.method = rows.Text(3);
    url.body_hash = rows.Text(4);
    url.host = rows.Text(5);
    url.state = UrlStateFromName(rows.Text(6));
    url.settled_in = rows.Int(7);
    url.next_at = FromIso8601(rows.Text(8));
    url.depth = static_cast<int>(rows.Int(9));
    url.found_on = rows.Int(10);
    url.refused_by_robots = rows.Int(11) != 0;
    const int64_t last_status = rows.Int(12);
    url.gone = IsGone(static_cast<int>(last_status));
    url.gone_again = url.gone && url.state == UrlState::kFailed && rows.Int(13) > 1;
    url.redirects = last_status >= 300 && last_status <= 399;
    url.seed = rows.Int(14);
    url.request_headers = rows.Text(15);
    visit(url);
  }
}

UrlId UrlTable::Add(std::string_view site, const NewUrl& url) {
  const std::string body_hash = RequestBodyHash(url.request_body);
  if (!body_hash.empty()) insert_request_.Run(body_hash, Bytes{url.request_body});
  insert_.Run(site, url.url, url.method, NullIfEmpty(body_hash), url.host, url.depth,
              NullIfZero(url.found_on), Name(url.state), NullIfEmpty(url.reason),
              NullIfZero(url.seed), NullIfEmpty(url.request_headers));
  const UrlId id = database_.last_insert_id();
  index_.Append(id, url.url);
  return id;
}

UrlDetails UrlTable::Read(UrlId id) {
  auto rows = select_.Start(id);
  if (!rows.Next()) {
    throw StorageError(database_.name() + ": there is no URL " + std::to_string(id));
  }
  UrlDetails details;
  details.url = rows.Text(0);
  details.method = rows.Text(1);
  if (!rows.IsNull(2)) details.request_body = ReadRequest(rows.Text(2));
  details.request_headers = rows.Text(3);
  details.seed = rows.Int(4);
  if (details.seed != 0) details.seed_url = SeedUrl(details.seed);
  if (details.seed_url.empty()) details.seed_url = details.url;
  details.found_on = rows.Int(5);
  details.depth = static_cast<int>(rows.Int(6));
  details.attempts = static_cast<int>(rows.Int(7));
  details.etag = rows.Text(8);
  details.last_modified = rows.Text(9);
  details.state = UrlStateFromName(rows.Text(10));
  details.reason = rows.Text(11);
  details.last_status = static_cast<int>(rows.Int(12));
  if (!rows.IsNull(13)) details.interval = std::chrono::milliseconds(rows.Int(13));
  details.lone_deaths = static_cast<int>(rows.Int(14));
  return details;
}

void UrlTable::MakeSeed(UrlId id, std::string_view request_headers) {
  make_seed_.Run(id, NullIfEmpty(request_headers));
}

void UrlTable::ForEachSeedNotDone(std::span<const UrlRange> seeds,
                                  const std::function<void(const SeedNotDone&)>& visit) {
  Statement select(database_,
                   "SELECT url, state, reason FROM urls WHERE url_id BETWEEN ?1 AND ?2 "
                   "AND state <> 'done' ORDER BY url_id");
  for (const UrlRange& range : seeds) {
    for (auto rows = select.Start(range.first, range.last); rows.Next();) {
      visit({rows.Text(0), UrlStateFromName(rows.Text(1)), rows.Text(2)});
    }
  }
}

// Most URLs that are read one after the other come from one seed. URLs do not change.
const std::string& UrlTable::SeedUrl(UrlId seed) {
  if (seed != last_seed_) {
    last_seed_ = 0;
    last_seed_url_.clear();
    for (auto rows = select_url_.Start(seed); rows.Next();) last_seed_url_ = rows.Text(0);
    last_seed_ = seed;
  }
  return last_seed_url_;
}

std::string UrlTable::ReadRequest(std::string_view body_hash) {
  std::string body;
  for (auto rows = select_request_.Start(body_hash); rows.Next();) body = rows.Text(0);
  return body;
}

void UrlTable::Update(UrlId id, RunId run, const UrlUpdate& update) {
  const std::string next_at = update.next_at ? ToIso8601(*update.next_at) : std::string();
  update_.Run(id, Name(update.state), NullIfEmpty(update.reason), update.attempts,
              NullIfEmpty(next_at), NullIfZero(update.last_status), NullIfEmpty(update.etag),
              NullIfEmpty(update.last_modified), run,
              NullIfZero(update.interval.value_or(std::chrono::milliseconds(0)).count()),
              update.lone_deaths);
}

void UrlTable::ForgetValidators(std::span<const std::string> sites) {
  const std::string names = JsonArray(sites);
  Statement(database_,
            "UPDATE urls SET etag = NULL, last_modified = NULL "
            "WHERE (etag IS NOT NULL OR last_modified IS NOT NULL) "
            "AND site IN (SELECT value FROM json_each(?1))")
      .Run(names);
}

void ForgetValidators(Database& database) {
  database.Execute(
      "UPDATE urls SET etag = NULL, last_modified = NULL "
      "WHERE etag IS NOT NULL OR last_modified IS NOT NULL");
}

}  // namespace thresh
