// The first schema that databases were made with: what all migrations begin at.
#pragma once

#include <string_view>

namespace thresh {

inline constexpr std::string_view kTablesOfVersion1 = R"sql(
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

CREATE TABLE requests (
  body_hash TEXT PRIMARY KEY NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE urls (
  url_id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  url TEXT NOT NULL,
  method TEXT NOT NULL,
  body_hash TEXT,
  host TEXT NOT NULL,
  depth INTEGER NOT NULL,
  found_on INTEGER,
  state TEXT NOT NULL CHECK (state = 'pending' OR state = 'done' OR state = 'failed'
                             OR state = 'skipped'),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at TEXT,
  last_status INTEGER,
  etag TEXT,
  last_modified TEXT,
  seed INTEGER,
  request_headers TEXT,
  settled_in INTEGER,
  interval_ms INTEGER,
  lone_deaths INTEGER NOT NULL DEFAULT 0
) STRICT;

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
  body_hash TEXT,
  error TEXT,
  flags TEXT,
  body_kept INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX pages_by_url ON pages (url_id, body_kept);

CREATE TABLE bodies (
  body_hash TEXT PRIMARY KEY NOT NULL,
  encoding TEXT NOT NULL CHECK (encoding IN ('zstd', 'identity')),
  uses INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE hosts (
  host TEXT PRIMARY KEY NOT NULL,
  next_at TEXT,
  delay_ms INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  robots_at TEXT,
  robots_status INTEGER,
  robots_text TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE extraction (
  run_id INTEGER NOT NULL REFERENCES runs,
  table_name TEXT NOT NULL,
  rule TEXT NOT NULL,
  field TEXT NOT NULL,
  pages INTEGER NOT NULL,
  matched INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  filled INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  too_few INTEGER NOT NULL,
  example TEXT,
  example_pages TEXT,
  PRIMARY KEY (run_id, table_name, rule, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE dropped (
  site TEXT NOT NULL,
  host TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  examples TEXT NOT NULL,
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

CREATE TABLE record_columns (
  table_name TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  type TEXT NOT NULL,
  key_position INTEGER,
  PRIMARY KEY (table_name, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE row_sources (
  table_name TEXT NOT NULL,
  key_hash INTEGER NOT NULL,
  url_id INTEGER NOT NULL,
  page_id INTEGER NOT NULL,
  PRIMARY KEY (table_name, key_hash, url_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE row_rules (
  table_name TEXT NOT NULL,
  key_hash INTEGER NOT NULL,
  rule TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  filled TEXT NOT NULL,
  PRIMARY KEY (table_name, key_hash, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
  run_id INTEGER NOT NULL REFERENCES runs,
  table_name TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  examples TEXT NOT NULL,
  PRIMARY KEY (run_id, table_name, field, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE bad_pages (
  url_id INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  rule TEXT NOT NULL,
  times INTEGER NOT NULL,
  PRIMARY KEY (url_id, table_name, rule)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace thresh
