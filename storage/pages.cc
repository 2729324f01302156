#include "storage/pages.h"

#include <string>
#include <utility>
#include <vector>

#include "storage/stored_body.h"

namespace thresh {
namespace {

bool IsGood(const PageRecord& page) {
  return page.error.empty() && page.status >= 200 && page.status <= 299;
}

}  // namespace

PageTable::PageTable(Database& database)
    : database_(database),
      insert_(database,
              "INSERT INTO pages (url_id, run_id, fetched_at, status, final_url, content_type, "
              "charset, bytes, elapsed_ms, headers, body_hash, error, flags, body_kept) "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"),
      insert_body_(database,
                   "INSERT INTO bodies (body_hash, encoding, uses, body) VALUES (?1, ?2, 1, ?3) "
                   "ON CONFLICT (body_hash) DO UPDATE SET uses = uses + 1 "
                   "WHERE bodies.body = excluded.body RETURNING uses"),
      select_kept_(database,
                   "SELECT page_id, body_hash FROM pages WHERE url_id = ?1 AND body_kept = 1 "
                   "AND page_id < ?2 AND (?3 = 0 OR instr(coalesce(flags, ''), 'kept-rows') > 0)"),
      forget_(database, "UPDATE pages SET body_kept = 0 WHERE page_id = ?1"),
      release_(database, "UPDATE bodies SET uses = uses - 1 WHERE body_hash = ?1 RETURNING uses"),
      delete_unused_(database, "DELETE FROM bodies WHERE body_hash = ?1 AND uses <= 0"),
      remove_(database, "DELETE FROM pages WHERE page_id = ?1") {}

PageId PageTable::Add(RunId run, const PageRecord& page) {
  const bool kept = !page.stored_body.empty() && !page.body_hash.empty();
  const std::string body_hash = kept ? KeepBody(page) : std::string(page.body_hash);
  const std::string fetched_at = ToIso8601(page.fetched_at);
  insert_.Run(page.url_id, run, fetched_at, page.status, NullIfEmpty(page.final_url),
              NullIfEmpty(page.content_type), NullIfEmpty(page.charset), page.bytes,
              page.elapsed.count(), NullIfEmpty(page.headers), NullIfEmpty(body_hash),
              NullIfEmpty(page.error), NullIfEmpty(page.flags), kept);
  const PageId id = database_.last_insert_id();
  if (kept && !page.keep_all_bodies && IsGood(page)) replacements_.push_back({page.url_id, id});
  return id;
}

// Further bodies of one URL that have one hash are numbered.
std::string PageTable::KeepBody(const PageRecord& page) {
  const std::string hash(page.body_hash);
  std::string key = hash;
  for (int number = 1; !KeepBodyAs(key, page.stored_body); ++number) {
    key = hash + "-" + std::to_string(page.url_id);
    if (number > 1) key += "-" + std::to_string(number);
  }
  return key;
}

bool PageTable::KeepBodyAs(const std::string& key, std::string_view body) {
  bool kept = false;
  for (auto rows = insert_body_.Start(key, EncodingOf(body), Bytes{body}); rows.Next();)
    kept = true;
  return kept;
}

void PageTable::ReleaseReplaced() {
  for (const Replacement& one : replacements_) ReleaseOlderBodies(one.url, one.by, one.is_bad);
  replacements_.clear();
}

void PageTable::ReleaseOlderBodies(UrlId url, PageId latest, bool bad_ones) {
  std::vector<std::pair<PageId, std::string>> older;
  for (auto rows = select_kept_.Start(url, latest, bad_ones); rows.Next();) {
    older.emplace_back(rows.Int(0), rows.Text(1));
  }
  for (const auto& [page, body_hash] : older) {
    forget_.Run(page);
    ReleaseBody(body_hash);
  }
}

// Whether that was its last use, and it is gone.
bool PageTable::ReleaseBody(std::string_view body_hash) {
  int64_t uses = 1;
  for (auto rows = release_.Start(body_hash); rows.Next();) uses = rows.Int(0);
  if (uses > 0) return false;
  delete_unused_.Run(body_hash);
  return true;
}

int PageTable::Remove(PageId page, std::string_view body_hash) {
  remove_.Run(page);
  return !body_hash.empty() && ReleaseBody(body_hash);
}

std::string PageTable::LatestBodyHash(UrlId url) {
  Statement select(
      database_,
      "SELECT substr(body_hash, 1, 32) FROM pages WHERE url_id = ?1 AND error IS NULL AND "
      "status BETWEEN 200 AND 299 ORDER BY page_id DESC LIMIT 1");
  std::string hash;
  for (auto rows = select.Start(url); rows.Next();) hash = rows.Text(0);
  return hash;
}

std::optional<bool> PageTable::WasGoneBefore(UrlId url) {
  Statement select(database_,
                   "SELECT status IN (404, 410) FROM pages WHERE url_id = ?1 AND (status IN (404, "
                   "410) OR (status BETWEEN 200 AND 399 AND error IS NULL)) "
                   "ORDER BY page_id DESC LIMIT 1 OFFSET 1");
  auto rows = select.Start(url);
  return rows.Next() ? std::optional(rows.Int(0) != 0) : std::nullopt;
}

std::string PageTable::LastHeaders(UrlId url) {
  Statement select(database_,
                   "SELECT headers FROM pages WHERE url_id = ?1 ORDER BY page_id DESC LIMIT 1");
  std::string headers;
  for (auto rows = select.Start(url); rows.Next();) headers = rows.Text(0);
  return headers;
}

void PageTable::FlagKeptRows(PageId page) {
  Statement(database_,
            "UPDATE pages SET flags = trim(coalesce(flags, '') || ' kept-rows') "
            "WHERE page_id = ?1 AND instr(coalesce(flags, ''), 'kept-rows') = 0")
      .Run(page);
  for (Replacement& one : replacements_) one.is_bad |= one.by == page;
}

}  // namespace thresh
