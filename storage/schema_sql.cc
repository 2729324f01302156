#include "storage/schema.h"

namespace thresh {
namespace {

// No unique index on the text of a URL: the crawl has fingerprints of all in memory, and at five
// million rows such an index costs 32 µs a URL where an appended row costs 2. `url_blocks` finds a
// URL by its text, see url_index.h. What a column may hold is asked with OR: for IN with more than
// two strings SQLite builds a temporary table, each time that a row is written.
constexpr std::string_view kTables = R"sql(
CREATE TABLE configs (
  config_hash TEXT PRIMARY KEY NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  run_id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  config_hash TEXT NOT NULL REFERENCES configs,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  outcome TEXT,
  exit_code INTEGER,
  pages INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  rows_added INTEGER NOT NULL DEFAULT 0,
  rows_changed INTEGER NOT NULL DEFAULT 0,
  rows_gone INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
-- A database may hold the runs of a thousand sites and a thousand nights.
CREATE INDEX runs_by_site ON runs (site);

-- A seed's own request, where it is more than a URL.
CREATE TABLE requests (
  body_hash TEXT PRIMARY KEY NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE urls (
  url_id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  url TEXT NOT NULL,
  method TEXT NOT NULL,
  body_hash TEXT,              -- of the request: a key of `requests`
  host TEXT NOT NULL,
  depth INTEGER NOT NULL,
  found_on INTEGER,            -- the URL whose page had it; NULL: a seed
  state TEXT NOT NULL CHECK (state = 'pending' OR state = 'done' OR state = 'failed'
                             OR state = 'skipped'),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at TEXT,
  last_status INTEGER,
  etag TEXT,
  last_modified TEXT,
  seed INTEGER,                -- the seed it descends from; NULL: itself
  request_headers TEXT,
  settled_in INTEGER,          -- the run that last brought it to a state other than pending
  interval_ms INTEGER,         -- between two fetches, as its changes suggest; NULL: none yet
  lone_deaths INTEGER NOT NULL DEFAULT 0   -- workers that died with this fetch alone
) STRICT;

-- For each 1,024 consecutive url_ids, 32 bits of a hash of each url, in their order.
CREATE TABLE url_blocks (
  block INTEGER PRIMARY KEY,
  hashes BLOB NOT NULL
) STRICT;

CREATE TABLE pages (
  page_id INTEGER PRIMARY KEY,
  url_id INTEGER NOT NULL REFERENCES urls,
  run_id INTEGER NOT NULL REFERENCES runs,
  fetched_at TEXT NOT NULL,
  status INTEGER NOT NULL,
  final_url TEXT,
  content_type TEXT,
  charset TEXT,
  bytes INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  headers TEXT,
  body_hash TEXT,              -- also of a body that was not kept, or no longer is
  error TEXT,
  flags TEXT,
  body_kept INTEGER NOT NULL DEFAULT 0   -- 1: counted in bodies.uses
) STRICT;
CREATE INDEX pages_by_url ON pages (url_id, body_kept);

CREATE TABLE bodies (
  body_hash TEXT PRIMARY KEY NOT NULL,
  encoding TEXT NOT NULL CHECK (encoding IN ('zstd', 'identity')),
  uses INTEGER NOT NULL,       -- by how many pages
  body BLOB NOT NULL
) STRICT;

CREATE TABLE hosts (
  host TEXT PRIMARY KEY NOT NULL,        -- an origin: 'https://x.test'
  next_at TEXT,
  delay_ms INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  robots_at TEXT,
  robots_status INTEGER,
  robots_text TEXT,
  added_ms INTEGER NOT NULL DEFAULT 0    -- by push-back, to what the config and robots.txt ask for
) STRICT, WITHOUT ROWID;

CREATE TABLE extraction (
  run_id INTEGER NOT NULL REFERENCES runs,
  table_name TEXT NOT NULL,
  rule TEXT NOT NULL,
  field TEXT NOT NULL,         -- '': the record as a whole
  pages INTEGER NOT NULL,      -- that the record applies to
  matched INTEGER NOT NULL,    -- pages that gave rows; of a field: rows where something was found
  rows INTEGER NOT NULL,
  filled INTEGER NOT NULL,     -- rows whose value is not NULL
  failed INTEGER NOT NULL,     -- values that did not convert; of a record: rows that were dropped
  conflicts INTEGER NOT NULL,  -- two pages of the run gave different values for a key
  too_few INTEGER NOT NULL,    -- pages with less rows than expect.min_rows
  example TEXT,                -- a value that did not convert
  example_pages TEXT,          -- a JSON array of page_ids: that gave no row, or not this field
  repeated INTEGER,            -- rows whose key the run had already given; NULL: not counted
  most_common INTEGER,         -- rows with a field's most common value, counted as
                               -- storage/common_values.h says; NULL: not counted
  most_common_value TEXT,
  PRIMARY KEY (run_id, table_name, rule, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE dropped (
  site TEXT NOT NULL,
  host TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  examples TEXT NOT NULL,      -- a JSON array
  PRIMARY KEY (site, host, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE progress (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  written_at TEXT NOT NULL,
  done INTEGER NOT NULL,
  queued INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  in_flight INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;

-- The columns of the records' tables, with the types that SQLite does not know.
CREATE TABLE record_columns (
  table_name TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  type TEXT NOT NULL,
  key_position INTEGER,        -- from 1; NULL: not in the key
  PRIMARY KEY (table_name, name)
) STRICT, WITHOUT ROWID;

-- Other pages that gave a row with a key, before the one that the row names.
CREATE TABLE row_sources (
  table_name TEXT NOT NULL,
  key_hash INTEGER NOT NULL,   -- of the row's site and key
  url_id INTEGER NOT NULL,
  page_id INTEGER NOT NULL,    -- the last page of the URL that gave it by the rule
  rule TEXT NOT NULL,          -- several may give a row on one page; '': from before this was kept
  filled TEXT NOT NULL,        -- as in row_rules, by this page; '': not known
  PRIMARY KEY (table_name, key_hash, url_id, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX row_sources_by_url ON row_sources (table_name, url_id);

-- What each record last gave of a row, where several records write a table.
CREATE TABLE row_rules (
  table_name TEXT NOT NULL,
  key_hash INTEGER NOT NULL,   -- of the row's site and key
  rule TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  filled TEXT NOT NULL,        -- '1' for each column of the table that it filled, else '0'
  PRIMARY KEY (table_name, key_hash, rule)
) STRICT, WITHOUT ROWID;

-- What was wrong with what a run extracted.
CREATE TABLE findings (
  run_id INTEGER NOT NULL REFERENCES runs,
  table_name TEXT NOT NULL,
  field TEXT NOT NULL,         -- '': the record as a whole
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  examples TEXT NOT NULL,      -- a JSON array of the URLs of pages
  rule TEXT NOT NULL,          -- '': from before this was kept
  since TEXT NOT NULL DEFAULT '',  -- the start of the first run in a row that has it
  PRIMARY KEY (run_id, table_name, field, kind, rule)
) STRICT, WITHOUT ROWID;

-- Pages that gave nothing good for a table that has rows of theirs, and how often in a row.
CREATE TABLE bad_pages (
  url_id INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  rule TEXT NOT NULL,
  times INTEGER NOT NULL,
  page_id INTEGER NOT NULL DEFAULT 0,  -- the last of them: a good one in between ends the count
  PRIMARY KEY (url_id, table_name, rule)
) STRICT, WITHOUT ROWID;
)sql";

// A database may hold the runs of a thousand sites and a thousand nights.
constexpr Migration kRunsBySite = "CREATE INDEX runs_by_site ON runs (site);";

// A host's delay is made of what the config and robots.txt ask for, and of this.
constexpr Migration kAddedDelay =
    "ALTER TABLE hosts ADD COLUMN added_ms INTEGER NOT NULL DEFAULT 0;";

// Whether a page gave rows of a record is asked when it is bad, and others may have given them
// since. Where two records give a row on one page, that page is a source of its own row. '' stands
// for the rules from before this was kept.
constexpr Migration kRuleOfSources = R"sql(
ALTER TABLE row_sources ADD COLUMN rule TEXT NOT NULL DEFAULT '';
CREATE INDEX row_sources_by_url ON row_sources (table_name, url_id);
)sql";

// A count goes on only where no page in between was good: what another rule found since counts.
constexpr Migration kPageOfCounts =
    "ALTER TABLE bad_pages ADD COLUMN page_id INTEGER NOT NULL DEFAULT 0;";

// What each of several pages fills is asked when one of them has no value. '' stands for what was
// not kept before: all that the row has.
constexpr Migration kFilledBySources =
    "ALTER TABLE row_sources ADD COLUMN filled TEXT NOT NULL DEFAULT '';";

// Rows whose key the run had already given; NULL: not counted.
constexpr Migration kRepeatedKeys = "ALTER TABLE extraction ADD COLUMN repeated INTEGER;";

// Several records may give a row on one page.
constexpr Migration kSourcesByRule = R"sql(
ALTER TABLE row_sources RENAME TO old_row_sources;
CREATE TABLE row_sources (
  table_name TEXT NOT NULL,
  key_hash INTEGER NOT NULL,   -- of the row's site and key
  url_id INTEGER NOT NULL,
  page_id INTEGER NOT NULL,    -- the last page of the URL that gave it by the rule
  rule TEXT NOT NULL,
  filled TEXT NOT NULL,        -- as in row_rules, by this page; '': not known
  PRIMARY KEY (table_name, key_hash, url_id, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO row_sources SELECT table_name, key_hash, url_id, page_id, rule, filled
  FROM old_row_sources;
DROP TABLE old_row_sources;
CREATE INDEX row_sources_by_url ON row_sources (table_name, url_id);
)sql";

// Two records of a table may have the same finding. '' stands for what was not kept before.
constexpr Migration kFindingsByRule = R"sql(
ALTER TABLE findings RENAME TO old_findings;
CREATE TABLE findings (
  run_id INTEGER NOT NULL REFERENCES runs,
  table_name TEXT NOT NULL,
  field TEXT NOT NULL,         -- '': the record as a whole
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  examples TEXT NOT NULL,      -- a JSON array of the URLs of pages
  rule TEXT NOT NULL,
  PRIMARY KEY (run_id, table_name, field, kind, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO findings SELECT run_id, table_name, field, kind, message, examples, ''
  FROM old_findings;
DROP TABLE old_findings;
)sql";

// How many rows have a field's most common value, counted as storage/common_values.h says, and that
// value; NULL: not counted.
constexpr Migration kMostCommonValues = R"sql(
ALTER TABLE extraction ADD COLUMN most_common INTEGER;
ALTER TABLE extraction ADD COLUMN most_common_value TEXT;
)sql";

// They were kept of pages that were changed in the very second of the answer, see
// pipeline/validators.h.
constexpr Migration kBlindValidators = R"sql(
UPDATE urls SET etag = NULL, last_modified = NULL WHERE last_modified IS NOT NULL
  AND EXISTS (SELECT 1 FROM pages AS p WHERE p.url_id = urls.url_id
              AND p.status BETWEEN 200 AND 299
              AND instr(p.headers, 'date: ' || urls.last_modified || char(10)) > 0);
)sql";

// Until then a finding's message alone said so, at its end, where it was not new.
constexpr Migration kSinceOfFindings = R"sql(
ALTER TABLE findings ADD COLUMN since TEXT NOT NULL DEFAULT '';
UPDATE findings SET since = CASE WHEN message GLOB '* (since 20??-??-??T??:??:??.???Z)'
  THEN substr(message, -25, 24)
  ELSE coalesce((SELECT started_at FROM runs WHERE runs.run_id = findings.run_id), '') END;
)sql";

constexpr Migration kMigrations[] = {
    kRunsBySite,       kAddedDelay,      kRuleOfSources,   kPageOfCounts,
    kFilledBySources,  kRepeatedKeys,    kSourcesByRule,   kFindingsByRule,
    kMostCommonValues, kBlindValidators, kSinceOfFindings,
};

}  // namespace

Schema CurrentSchema() { return {kTables, kMigrations}; }

}  // namespace thresh
