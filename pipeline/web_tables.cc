// The pages of `serve` that show tables, and answers to SQL.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "parser/ascii.h"
#include "parser/url.h"
#include "parser/utf8.h"
#include "pipeline/report_parts.h"
#include "pipeline/story_text.h"
#include "pipeline/web_pages.h"
#include "storage/table_page.h"
#include "storage/timestamp.h"

namespace thresh {
namespace {

constexpr size_t kShortBytes = 40;    // may be one word that makes its column wide
constexpr size_t kFoldedBytes = 240;  // a longer one is folded away
constexpr int64_t kDefaultPageSize = 50;
constexpr std::string_view kFilterPrefix = "f.";

const std::vector<std::string> kTableFormats = {"csv", "tsv",  "json", "ndjson",
                                                "md",  "xlsx", "sql"};
const std::vector<std::string> kQueryFormats = {"csv", "tsv", "json", "ndjson", "md"};

int64_t ToInteger(const std::string& text, int64_t otherwise) {
  int64_t value = otherwise;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size() ? value : otherwise;
}

TableRequest ToTableRequest(const WebRequest& request) {
  TableRequest table;
  table.table = request.Get("name");
  table.sort = request.Get("sort");
  table.descending = request.Get("dir") == "desc";
  table.page = std::max<int64_t>(1, ToInteger(request.Get("page"), 1));
  table.page_size = std::clamp<int64_t>(ToInteger(request.Get("size"), kDefaultPageSize), 1, 500);
  for (const auto& [name, value] : request.parameters) {
    if (name.starts_with(kFilterPrefix) && !value.empty()) {
      table.filters.emplace_back(name.substr(kFilterPrefix.size()), value);
    }
  }
  return table;
}

// The same view of the table, but for what `change` changes.
template <typename Change>
Address Elsewhere(TableRequest request, Change&& change) {
  change(&request);
  Address::Query query = {{"name", request.table}};
  if (!request.sort.empty()) query.emplace_back("sort", request.sort);
  if (request.descending) query.emplace_back("dir", "desc");
  if (request.page > 1) query.emplace_back("page", std::to_string(request.page));
  if (request.page_size != kDefaultPageSize) {
    query.emplace_back("size", std::to_string(request.page_size));
  }
  for (const auto& [column, filter] : request.filters) {
    query.emplace_back(std::string(kFilterPrefix) + column, filter);
  }
  return Address("/table", query);
}

std::string FilterOf(const TableRequest& request, const std::string& column) {
  for (const auto& [name, filter] : request.filters) {
    if (name == column) return filter;
  }
  return {};
}

// Columns that have numbers and nothing else are aligned as numbers are.
std::vector<bool> NumberColumns(const ShownRows& rows) {
  std::vector<bool> has_number(rows.columns.size()), has_other(rows.columns.size());
  for (const auto& row : rows.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i].kind == ShownCell::Kind::kNull) continue;
      (row[i].kind == ShownCell::Kind::kNumber ? has_number : has_other)[i] = true;
    }
  }
  for (size_t i = 0; i < has_number.size(); ++i) has_number[i] = has_number[i] && !has_other[i];
  return has_number;
}

void WriteSortableHead(const TableRequest& request, const TablePage& page, HtmlWriter& html) {
  const auto row = html.Open("tr");
  const std::vector<bool> numbers = NumberColumns(page.rows);
  for (size_t i = 0; i < page.rows.columns.size(); ++i) {
    const std::string& column = page.rows.columns[i];
    const bool sorted = request.sort == column;
    const char* order = !sorted ? "none" : request.descending ? "descending" : "ascending";
    const auto head = html.Open(
        "th", {{"scope", "col"}, {"class", numbers[i] ? "n" : "t"}, {"aria-sort", order}});
    const auto link =
        html.Open("a", {{"class", "sort"}, {"href", Elsewhere(request, [&](TableRequest* next) {
                                              next->sort = column;
                                              next->descending = sorted && !request.descending;
                                              next->page = 1;
                                            })}});
    html.Text(column);
    html.Leaf("span", {{"aria-hidden", "true"}, {"class", "arrow"}},
              !sorted              ? ""
              : request.descending ? "▼"
                                   : "▲");
  }
}

// One field a column; the form around the table sends them.
void WriteFilterRow(const TableRequest& request, const TablePage& page, HtmlWriter& html) {
  const auto row = html.Open("tr", {{"class", "filters"}});
  for (const std::string& column : page.rows.columns) {
    const auto cell = html.Open("td");
    html.Void("input", {{"type", "search"},
                        {"name", std::string(kFilterPrefix) + column},
                        {"value", FilterOf(request, column)},
                        {"aria-label", "Filter " + column},
                        {"placeholder", "filter"},
                        {"autocomplete", "off"}});
  }
}

void WriteRows(const ShownRows& rows, HtmlWriter& html) {
  const auto body = html.Open("tbody");
  for (const auto& row : rows.rows) {
    const auto line = html.Open("tr");
    for (const ShownCell& cell : row) {
      const auto td =
          html.Open("td", {{"class", cell.kind == ShownCell::Kind::kNumber ? "n" : "t"}});
      WriteShownCell(cell, html);
    }
  }
}

void WritePaging(const TableRequest& request, const TablePage& page, HtmlWriter& html) {
  const int64_t last = (page.total + request.page_size - 1) / request.page_size;
  const int64_t first_row = (request.page - 1) * request.page_size + 1;
  const auto shown = static_cast<int64_t>(page.rows.rows.size());
  const auto nav = html.Open("nav", {{"class", "paging"}, {"aria-label", "Pages of rows"}});
  const auto link = [&](const char* text, const char* rel, int64_t to, bool there) {
    if (!there) return html.Leaf("span", {{"class", "muted"}}, text);
    html.Leaf("a",
              {{"rel", rel}, {"href", Elsewhere(request, [&](TableRequest* r) { r->page = to; })}},
              text);
  };
  link("First", "first", 1, request.page > 1);
  link("Previous", "prev", request.page - 1, request.page > 1);
  const std::string total =
      page.total > kMostCounted ? "more than " + Grouped(kMostCounted) : Grouped(page.total);
  html.Leaf("span", {{"class", "where"}},
            shown == 0 ? "no rows of " + total
                       : fmt::format("{} to {} of {}", Grouped(first_row),
                                     Grouped(first_row + shown - 1), total));
  const bool more = page.total > kMostCounted ? shown == request.page_size : request.page < last;
  link("Next", "next", request.page + 1, more);
  link("Last", "last", last, request.page < last && page.total <= kMostCounted);
}

void WriteTableForm(const TableRequest& request, const TablePage& page, HtmlWriter& html) {
  const auto form = html.Open("form", {{"action", Address("/table")}, {"method", "get"}});
  html.Void("input", {{"type", "hidden"}, {"name", "name"}, {"value", request.table}});
  if (!request.sort.empty()) {
    html.Void("input", {{"type", "hidden"}, {"name", "sort"}, {"value", request.sort}});
    if (request.descending) {
      html.Void("input", {{"type", "hidden"}, {"name", "dir"}, {"value", "desc"}});
    }
  }
  {
    const auto bar = html.Open("p", {{"class", "tools"}});
    html.Leaf("button", {{"type", "submit"}}, "Filter");
    if (!request.filters.empty()) {
      html.Leaf("a",
                {{"href", Elsewhere(request,
                                    [](TableRequest* next) {
                                      next->filters.clear();
                                      next->page = 1;
                                    })}},
                "Clear");
    }
    html.Leaf("span", {{"class", "muted"}}, "a text that is in it, =x, !x, <x, >=x, null or !null");
  }
  const auto scroll = html.Open(
      "div",
      {{"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", request.table}});
  const auto table = html.Open("table");
  html.Leaf("caption", {{"class", "hidden"}}, "Rows of " + request.table);
  {
    const auto head = html.Open("thead");
    WriteSortableHead(request, page, html);
    WriteFilterRow(request, page, html);
  }
  WriteRows(page.rows, html);
}

void WriteTableList(const std::vector<TableInfo>& tables, bool records, HtmlWriter& html) {
  HtmlTable table(records ? "Tables of your records" : "Other tables and views",
                  {"Name", "Columns", "Download"}, html);
  const auto body = html.Open("tbody");
  for (const TableInfo& info : tables) {
    if (info.is_record != records) continue;
    const auto row = table.Row();
    {
      const auto head = html.Open("th", {{"scope", "row"}});
      html.Leaf("a", {{"href", Address("/table", {{"name", info.name}})}}, info.name);
      if (info.is_view) html.Leaf("small", {{"class", "muted"}}, " view");
    }
    std::string columns;
    for (const TableColumn& column : info.columns) {
      columns += (columns.empty() ? "" : ", ") + column.name;
    }
    html.Leaf("td", {{"class", "muted"}}, columns);
    const auto cell = html.Open("td");
    WriteDownloads({{"table", info.name}}, kTableFormats, html);
  }
}

// The tables beside the SQL box: a click puts a name into it (page.js).
void WriteSchema(const std::vector<TableInfo>& tables, HtmlWriter& html) {
  const auto aside = html.Open("aside", {{"aria-label", "Tables and columns"}});
  html.Leaf("h2", {}, "Tables");
  for (const TableInfo& info : tables) {
    const auto details = html.Open("details");
    html.Leaf("summary", {}, info.name);
    const auto list = html.Open("ul");
    for (const TableColumn& column : info.columns) {
      const auto item = html.Open("li");
      html.Leaf("button", {{"type", "button"}, {"class", "insert"}}, column.name);
      html.Leaf("small", {{"class", "muted"}}, " " + column.type);
    }
  }
}

void WriteAnswer(const std::string& sql, const ShownRows& rows, Milliseconds took,
                 HtmlWriter& html) {
  const auto count = static_cast<int64_t>(rows.rows.size());
  html.Leaf("p", {{"role", "status"}, {"class", "muted"}},
            rows.columns.empty() ? "No rows."
                                 : fmt::format("{}{} in {}", rows.has_more ? "The first " : "",
                                               Counted(count, "row"), InWords(took)));
  if (rows.columns.empty()) return;
  WriteDownloads({{"sql", sql}}, kQueryFormats, html);
  const auto scroll = html.Open(
      "div",
      {{"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", "The answer"}});
  const auto table = html.Open("table");
  html.Leaf("caption", {{"class", "hidden"}}, "The answer");
  {
    const std::vector<bool> numbers = NumberColumns(rows);
    const auto head = html.Open("thead");
    const auto row = html.Open("tr");
    for (size_t i = 0; i < rows.columns.size(); ++i) {
      html.Leaf("th", {{"scope", "col"}, {"class", numbers[i] ? "n" : "t"}}, rows.columns[i]);
    }
  }
  WriteRows(rows, html);
}

}  // namespace

void WriteShownCell(const ShownCell& cell, HtmlWriter& html) {
  if (cell.kind == ShownCell::Kind::kNull) {
    return html.Leaf("span", {{"class", "null"}}, "null");
  }
  const bool is_address =
      cell.kind == ShownCell::Kind::kText && !cell.is_cut && BeginsAsUrl(cell.text);
  if (is_address) {
    return html.Leaf("a", {{"class", "url"}, {"href", Address("/page", {{"url", cell.text}})}},
                     cell.text);
  }
  if (cell.kind == ShownCell::Kind::kText && FromIso8601(cell.text)) {
    return WriteTime(cell.text, html);
  }
  if (cell.text.size() <= kShortBytes) return html.Text(cell.text);
  if (cell.text.size() <= kFoldedBytes) {
    return html.Leaf("span", {{"class", "long"}}, cell.text + (cell.is_cut ? "…" : ""));
  }
  const auto details = html.Open("details", {{"class", "cell"}});
  html.Leaf("summary", {}, std::string(Utf8Prefix(cell.text, kFoldedBytes / 2)) + "…");
  html.Text(cell.text + (cell.is_cut ? "… (cut; a download has all of it)" : ""));
}

void WriteDownloads(const Address::Query& what, const std::vector<std::string>& formats,
                    HtmlWriter& html) {
  const auto list = html.Open("span", {{"class", "downloads"}});
  for (const std::string& format : formats) {
    Address::Query query = what;
    query.emplace_back("format", format);
    html.Leaf("a", {{"href", Address("/download", query)}, {"download", ""}}, format);
  }
}

WebResponse WebPages::ShowTables() const {
  const auto reader = OpenReader();
  const std::vector<TableInfo> tables = ListTables(*reader);
  WebResponse response;
  response.body = Page("Tables", "/tables", [&](HtmlWriter& html) {
    html.Leaf("h1", {}, "Tables");
    {
      const auto section = html.Open("section");
      WriteTableList(tables, true, html);
      const auto all = html.Open("p", {{"class", "tools"}});
      html.Text("All of your records: ");
      WriteDownloads({}, {"xlsx", "sql"}, html);
      html.Text(" All stored pages: ");
      WriteDownloads({}, {"warc"}, html);
    }
    const auto section = html.Open("section");
    WriteTableList(tables, false, html);
  });
  return response;
}

WebResponse WebPages::ShowTable(const WebRequest& request) const {
  const auto reader = OpenReader();
  const TableRequest asked = ToTableRequest(request);
  const TablePage page = ReadTablePage(*reader, asked);
  WebResponse response;
  response.body = Page(asked.table, "", [&](HtmlWriter& html) {
    html.Leaf("h1", {}, asked.table);
    const auto section = html.Open("section", {{"class", "rows"}});
    WriteTableForm(asked, page, html);
    WritePaging(asked, page, html);
    const auto tools = html.Open("p", {{"class", "tools"}});
    html.Text("The whole table as ");
    WriteDownloads({{"table", asked.table}}, kTableFormats, html);
  });
  return response;
}

WebResponse WebPages::ShowSql(const WebRequest& request) const {
  const auto reader = OpenReader();
  const std::vector<TableInfo> tables = ListTables(*reader);
  const std::string sql = request.Get("q");
  ShownRows rows;
  std::string error;
  const SteadyTime begin = clock_.Steady();
  try {
    if (!sql.empty()) rows = CollectRows(*reader, sql, {});
  } catch (const SqlError& wrong) {
    error = wrong.what();
  }
  const auto took = std::chrono::duration_cast<Milliseconds>(clock_.Steady() - begin);
  WebResponse response;
  response.status = error.empty() ? 200 : 400;
  response.body = Page("SQL", "/sql", [&](HtmlWriter& html) {
    html.Leaf("h1", {}, "SQL");
    {
      const auto section = html.Open("section", {{"class", "sql"}});
      {
        const auto form = html.Open("form", {{"action", Address("/sql")}, {"method", "get"}});
        html.Leaf("label", {{"for", "q"}}, "A query; it only reads");
        html.Leaf("textarea",
                  {{"id", "q"},
                   {"name", "q"},
                   {"rows", 8},
                   {"spellcheck", "false"},
                   {"autocapitalize", "off"},
                   {"aria-describedby", "q-error"}},
                  "\n" + sql);
        html.Leaf("p", {{"id", "q-error"}, {"class", "error"}, {"role", "alert"}}, error);
        const auto tools = html.Open("p", {{"class", "tools"}});
        html.Leaf("button", {{"type", "submit"}}, "Run");
        html.Leaf("span", {{"class", "muted"}}, "Ctrl+Enter; at most 1,000 rows and 10 seconds");
      }
      WriteSchema(tables, html);
    }
    if (sql.empty() || !error.empty()) return;
    const auto section = html.Open("section", {{"class", "rows"}, {"id", "answer"}});
    html.Leaf("h2", {}, "Answer");
    WriteAnswer(sql, rows, took, html);
  });
  return response;
}

WebResponse WebPages::Download(const WebRequest& request) const {
  const std::string format = request.Get("format"), sql = request.Get("sql");
  const std::string table = request.Get("table");
  const auto& formats = sql.empty() ? kTableFormats : kQueryFormats;
  const bool is_warc = format == "warc" && sql.empty() && table.empty();
  if (!is_warc && std::find(formats.begin(), formats.end(), format) == formats.end()) {
    throw SqlError("there is no format " + format);
  }
  WebResponse response;
  response.type = "application/octet-stream";
  std::string name;
  for (const char c : table.empty() ? db_.stem().string() : table) {
    name += ascii::IsAlphanumeric(c) || c == '-' ? c : '_';
  }
  response.filename = name + "." + format;
  if (sql.empty()) {
    response.command = {"export", db_.string(), "-f", format};
    if (!table.empty()) response.command.insert(response.command.end(), {"--", table});
  } else {
    response.command = {"query", "-f", format, "--", db_.string(), sql};
  }
  return response;
}

}  // namespace thresh
