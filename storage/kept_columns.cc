#include "storage/kept_columns.h"

#include <algorithm>

namespace thresh {
namespace {

// The last page of each URL that gave the row of table ?1 and key ?2, where the reparse of site ?6
// does not read it, and what its record filled. The row itself names one of them: URL ?3, page ?4,
// rule ?5.
std::string SourcesSql() {
  return "WITH s AS (SELECT url_id, page_id, rule, filled FROM main.row_sources"
         " WHERE table_name = ?1 AND key_hash = ?2 AND url_id <> ?3"
         " UNION ALL SELECT ?3, ?4, ?5, '') "
         "SELECT s.page_id, coalesce(r.filled, s.filled) FROM s LEFT JOIN main.row_rules AS r"
         " ON r.table_name = ?1 AND r.key_hash = ?2 AND r.rule = s.rule "
         "WHERE s.page_id = (SELECT max(page_id) FROM s AS l WHERE l.url_id = s.url_id)"
         " AND NOT EXISTS (SELECT 1 FROM temp._pages_of_sites AS o"
         " WHERE o.site = ?6 AND o.page_id = s.page_id)";
}

std::vector<size_t> PlacesIn(const TableSchema& whole, const TableSchema& record) {
  std::vector<size_t> places;
  for (const Column& column : record.columns) {
    const auto found = std::find(whole.columns.begin(), whole.columns.end(), column);
    places.push_back(static_cast<size_t>(found - whole.columns.begin()));
  }
  return places;
}

}  // namespace

KeptColumns::KeptColumns(Database& database, std::string_view site, const TableSchema& whole,
                         const std::vector<TableSchema>& records)
    : site_(site),
      whole_(whole),
      places_(database, whole),
      givers_(database,
              "SELECT page_id, rule FROM temp.row_sources WHERE table_name = ?1 AND key_hash = ?2 "
              "UNION ALL SELECT ?3, ?4"),
      sources_(database, SourcesSql()) {
  for (const TableSchema& record : records) {
    if (record.table == whole.table) records_.push_back({record.rule, PlacesIn(whole, record)});
  }
}

void KeptColumns::Keep(int64_t key_hash, const StoredRow& old, StoredRow* fresh) {
  if (records_.size() < 2 || fresh->values == old.values) return;
  const std::vector<PageId> givers = LastGivers(key_hash, *fresh);
  for (auto rows = sources_.Start(whole_.table, key_hash, old.url, old.page, old.rule, site_);
       rows.Next();) {
    const PageId page = rows.Int(0);
    const std::string_view filled = rows.Text(1);
    for (size_t i = 0; i < givers.size(); ++i) {
      const bool is_its = filled.empty() || places_.Has(filled, i);
      if (is_its && givers[i] < page) fresh->values[i] = old.values[i];
    }
  }
}

// For each column the last page of the shadow whose record knows it, or 0.
std::vector<PageId> KeptColumns::LastGivers(int64_t key_hash, const StoredRow& fresh) {
  std::vector<PageId> last(whole_.columns.size());
  for (auto rows = givers_.Start(whole_.table, key_hash, fresh.page, fresh.rule); rows.Next();) {
    for (const Columns& record : records_) {
      if (record.rule != rows.Text(1)) continue;
      for (const size_t column : record.columns) last[column] = std::max(last[column], rows.Int(0));
    }
  }
  return last;
}

}  // namespace thresh
