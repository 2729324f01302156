// How a site's extraction did in a run and in those before it: what health is judged by.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace thresh {

// Counts of one field of a record in one run.
struct FieldCounts {
  std::string name;
  int64_t rows = 0;
  int64_t filled = 0;              // of them, not NULL
  int64_t matched = 0;             // in which something was found, rows that were left out included
  int64_t failed = 0;              // values that did not convert
  std::string example;             // the first of those; may be empty
  std::vector<std::string> pages;  // up to three URLs whose rows lack it
  std::optional<int64_t> most_common{};  // at least so many of `filled` have one value, if known
  std::string most_common_value{};       // its beginning
};

// Counts of one record in one run.
struct RecordCounts {
  std::string table;
  std::string rule;
  int64_t pages = 0;    // that the record is for, now or when they gave its rows
  int64_t matched = 0;  // of them, those that gave rows
  int64_t too_few = 0;  // of them, those with less than expect.min_rows
  int64_t rows = 0;
  int64_t left_out = 0;              // besides: without their key or a required field
  std::optional<int64_t> repeated;   // of `rows`, with a key that it had given before, if known
  int64_t conflicts = 0;             // values in which those differ from the one before
  int64_t most_pages = 0;            // that any run parsed, this one among them; of `now` alone
  std::vector<std::string> without;  // up to three URLs that gave none or too few
  std::vector<FieldCounts> fields;
};

// Something that is wrong with what a run extracted.
struct Finding {
  std::string table;
  std::string field;    // empty: the record as a whole
  std::string kind;     // "rows", "min_rows", "min_matched", "filled", "min_filled",
                        // "few_rows", "keys", "values", "pages"
  std::string message;  // one line, for people
  std::vector<std::string> examples{};  // URLs of pages
  std::string rule{};                   // of the record; empty: not known
  std::string since{};                  // the start of the first run that has it, ISO 8601

  friend bool operator==(const Finding&, const Finding&) = default;
};

struct RunHealth {
  RunId run = 0;
  std::string started_at;  // ISO 8601
  std::string config;      // its config_hash
  std::vector<RecordCounts> records;
  std::vector<Finding> findings;  // as stored
};

struct SiteHealth {
  RunHealth now;
  // Rules of which `now` had no page, and left none out that may be one.
  std::set<std::string, std::less<>> without_pages;
  // Rules that gave less rows than before in `now`, which read all pages that gave rows.
  std::set<std::string, std::less<>> nothing_left_out;
  std::vector<RunHealth> before;  // runs that came to an end, the latest first
};

}  // namespace thresh
