// The page of `serve` that shows a stored page: what is known of its URL, the rows that the rules
// find on it now, and its source with each field marked where it was found.
#include <fmt/format.h>

#include <algorithm>

#include "parser/url.h"
#include "parser/utf8.h"
#include "pipeline/parse_page.h"
#include "pipeline/plot_axis.h"
#include "pipeline/report_parts.h"
#include "pipeline/source_marks.h"
#include "pipeline/stored_config.h"
#include "pipeline/stored_page.h"
#include "pipeline/story_text.h"
#include "pipeline/web_pages.h"
#include "storage/cell_text.h"
#include "storage/row_collector.h"

namespace thresh {
namespace {

constexpr size_t kShownSourceBytes = 600'000;
constexpr size_t kShownRows = 200;
constexpr Milliseconds kExtractionTime{2000};
constexpr int64_t kListedPages = 50;

// A stored page with what the rules of its site's last config find on it.
struct Examined {
  StoredPage page;
  std::string text;  // UTF-8; empty where it is no text
  std::shared_ptr<const Extractor> extractor;
  Extraction found;
  std::vector<SourceMark> marks;
  std::vector<std::vector<std::string>> labels;
};

// The config of the site that has the URL, else of the only site.
const std::string* ConfigTextFor(const UrlInquiry& inquiry) {
  for (const UrlStory& story : inquiry.stories) {
    for (const SiteRules& site : inquiry.sites) {
      if (site.site == story.site) return &site.config_text;
    }
  }
  return inquiry.sites.size() == 1 ? &inquiry.sites.front().config_text : nullptr;
}

// Of a URL that the database has; empty where it has not.
std::string_view SeedOf(const UrlInquiry& inquiry) {
  if (inquiry.stories.empty()) return {};
  const UrlStory& story = inquiry.stories.front();
  return story.path.empty() ? story.url : story.path.front().url;
}

void ApplyRules(const PageView& view, const Clock& clock, Examined* examined) {
  SourceMarks marks;
  examined->found =
      examined->extractor->Extract(view, BudgetFromNow(clock, kExtractionTime), &marks);
  examined->marks = marks.marks();
  for (const TableSchema& schema : examined->extractor->schemas()) {
    std::vector<std::string>& labels = examined->labels.emplace_back();
    for (const Column& column : schema.columns) labels.push_back(schema.table + "." + column.name);
  }
}

Examined Examine(StoredPage page, const UrlInquiry& inquiry, const Clock& clock) {
  Examined examined;
  examined.page = std::move(page);
  if (!examined.page.body || examined.page.charset.empty()) return examined;
  StoredPageView stored;
  stored.fetched_at = examined.page.fetched_at;
  stored.status = examined.page.status;
  stored.final_url = examined.page.final_url;
  stored.seed_url = SeedOf(inquiry);
  stored.content_type = examined.page.content_type;
  stored.charset = examined.page.charset;
  stored.headers = examined.page.headers;
  stored.bytes = examined.page.body->size();
  stored.body = *examined.page.body;
  const StoredPageText text(stored);
  examined.text = text.view().text;
  if (const std::string* config = ConfigTextFor(inquiry)) {
    examined.extractor = ReadStoredRecords("", *config);
  }
  if (examined.extractor != nullptr) ApplyRules(text.view(), clock, &examined);
  return examined;
}

ShownCell ToShownCell(const Value& value) {
  ShownCell cell;
  if (IsNull(value)) return cell;
  cell.kind = ShownCell::Kind::kNumber;
  if (const auto* integer = std::get_if<int64_t>(&value)) AppendInteger(*integer, &cell.text);
  if (const auto* real = std::get_if<double>(&value)) AppendReal(*real, &cell.text);
  if (const auto* text = std::get_if<std::string>(&value)) {
    cell.kind = ShownCell::Kind::kText;
    cell.text = *text;
  }
  return cell;
}

// The first mark of a value; nothing where it was not cut from the page itself.
std::optional<size_t> MarkOf(const Examined& examined, size_t record, size_t row, size_t column) {
  const auto found =
      std::find_if(examined.marks.begin(), examined.marks.end(), [&](const SourceMark& mark) {
        return mark.record == record && mark.row == row && mark.column == column;
      });
  if (found == examined.marks.end() || found->place.end > kShownSourceBytes) return std::nullopt;
  return static_cast<size_t>(found - examined.marks.begin());
}

void WriteRecordRows(const Examined& examined, size_t record, size_t* colour, HtmlWriter& html) {
  const TableSchema& schema = examined.extractor->schemas()[record];
  const RecordExtraction& found = examined.found.records[record];
  const size_t first_colour = *colour;
  *colour += schema.columns.size();
  if (!found.applies) return;
  html.Leaf("h3", {},
            schema.table + ": " + Counted(static_cast<int64_t>(found.rows.size()), "row"));
  if (found.rows.empty()) return;
  const auto scroll = html.Open("div", {{"class", "scroll"},
                                        {"role", "region"},
                                        {"tabindex", "0"},
                                        {"aria-label", "Rows of " + schema.table}});
  const auto table = html.Open("table");
  html.Leaf("caption", {{"class", "hidden"}}, "Rows of " + schema.table + " on this page");
  {
    const auto head = html.Open("thead");
    const auto row = html.Open("tr");
    for (size_t i = 0; i < schema.columns.size(); ++i) {
      const auto cell = html.Open("th", {{"scope", "col"}});
      html.Leaf("span", {{"class", fmt::format("key c{}", (first_colour + i) % 8)}}, "");
      html.Text(schema.columns[i].name);
    }
  }
  const auto body = html.Open("tbody");
  for (size_t i = 0; i < std::min(found.rows.size(), kShownRows); ++i) {
    const auto row = html.Open("tr");
    for (size_t column = 0; column < schema.columns.size(); ++column) {
      const auto cell = html.Open("td");
      WriteShownCell(ToShownCell(found.rows[i][column]), html);
      const auto mark = MarkOf(examined, record, i, column);
      if (!mark) continue;
      html.Leaf("a",
                {{"class", "place"},
                 {"href", Address::Place("#m", static_cast<int64_t>(*mark))},
                 {"aria-label", "where " + schema.columns[column].name + " was found"}},
                "↓");
    }
  }
}

void WriteRecords(const Examined& examined, HtmlWriter& html) {
  const auto section = html.Open("section");
  html.Leaf("h2", {}, "What the rules find");
  if (examined.extractor == nullptr) {
    return html.Leaf("p", {{"class", "empty"}}, "The stored config has no rules that can be read.");
  }
  html.Leaf("p", {{"class", "muted"}},
            "By the config of the last run, as the database has it; an arrow leads to the place.");
  size_t colour = 0;
  for (size_t i = 0; i < examined.found.records.size(); ++i) {
    WriteRecordRows(examined, i, &colour, html);
  }
  const auto applies = [](const RecordExtraction& record) { return record.applies; };
  if (std::none_of(examined.found.records.begin(), examined.found.records.end(), applies)) {
    html.Leaf("p", {{"class", "empty"}}, "No record applies to this page.");
  }
}

void WriteSource(const Examined& examined, const std::string& url, HtmlWriter& html) {
  const auto section = html.Open("section");
  html.Leaf("h2", {{"id", "source"}}, "Source");
  if (!examined.page.body) {
    return html.Leaf("p", {{"class", "empty"}}, "Its body is not stored (store.bodies).");
  }
  {
    const auto line = html.Open("p", {{"class", "tools"}});
    html.Text(Counted(static_cast<int64_t>(examined.page.body->size()), "byte") + ", " +
              (examined.page.charset.empty() ? "no text" : examined.page.charset) + " ");
    html.Leaf("a", {{"href", Address("/source", {{"url", url}})}, {"download", ""}},
              "Download as it came");
  }
  if (examined.page.charset.empty()) return;
  std::string_view shown = examined.text;
  if (shown.size() > kShownSourceBytes) {
    shown = Utf8Prefix(shown, kShownSourceBytes);
    html.Leaf("p", {{"class", "muted"}}, "The first " + ShortBytes(kShownSourceBytes) + ":");
  }
  const auto pre = html.Open("pre", {{"class", "source"},
                                     {"tabindex", "0"},
                                     {"role", "region"},
                                     {"aria-label", "Source of the page"}});
  html.Text("\n");
  WriteMarkedSource(shown, examined.marks, examined.labels, html);
}

void WriteFact(const char* name, std::string_view value, HtmlWriter& html) {
  if (value.empty()) return;
  const auto row = html.Open("tr");
  html.Leaf("th", {{"scope", "row"}}, name);
  html.Leaf("td", {}, value);
}

void WriteStory(const std::string& url, const UrlInquiry& inquiry, const StoredPage* page,
                HtmlWriter& html) {
  const auto section = html.Open("section");
  if (const auto address = Address::Web(url)) {
    const auto line = html.Open("p");
    html.Leaf("a", {{"class", "url"}, {"href", *address}, {"rel", "noopener noreferrer nofollow"}},
              "Open " + url);
  }
  const auto table = html.Open("table", {{"class", "facts"}});
  html.Leaf("caption", {{"class", "hidden"}}, "What is known of this URL");
  const auto body = html.Open("tbody");
  for (const UrlStory& story : inquiry.stories) {
    WriteFact("Site", story.site, html);
    WriteFact("State",
              std::string(Name(story.state)) + (story.reason.empty() ? "" : ": " + story.reason),
              html);
    WriteFact("Found", story.path.empty() ? "it is a seed" : "on " + story.path.back().url, html);
    WriteFact("Fetches", Grouped(story.attempts_in_all), html);
    std::string rows;
    for (const GivenRows& given : story.rows) {
      rows += (rows.empty() ? "" : ", ") + given.table + ": " + Grouped(given.present);
    }
    WriteFact("Rows", rows, html);
  }
  if (page == nullptr) return WriteFact("Stored", "no page of this URL", html);
  WriteFact("Fetched", page->fetched_at, html);
  WriteFact("Status", std::to_string(page->status), html);
  WriteFact("Type", page->content_type, html);
}

void WriteChooser(const std::string& url, HtmlWriter& html) {
  const auto form =
      html.Open("form", {{"action", Address("/page")}, {"method", "get"}, {"role", "search"}});
  html.Leaf("label", {{"for", "url"}}, "The address of a page");
  const auto line = html.Open("p", {{"class", "tools"}});
  html.Void("input", {{"id", "url"},
                      {"name", "url"},
                      {"type", "url"},
                      {"value", url},
                      {"required", ""},
                      {"placeholder", "https://…"}});
  html.Leaf("button", {{"type", "submit"}}, "Show");
}

}  // namespace

WebResponse WebPages::ShowPage(const WebRequest& request) const {
  const std::string asked = request.Get("url");
  const auto reader = OpenReader();
  WebResponse response;
  if (asked.empty()) {
    ShownLimits limits;
    const ShownRows last = CollectRows(
        *reader,
        "SELECT final_url, fetched_at, status, bytes FROM pages ORDER BY page_id DESC LIMIT " +
            std::to_string(kListedPages),
        limits);
    response.body = Page("Pages", "/page", [&](HtmlWriter& html) {
      html.Leaf("h1", {}, "Pages");
      const auto section = html.Open("section");
      WriteChooser("", html);
      HtmlTable table("The last that were fetched", {"Page", "Fetched", "#Status", "#Bytes"}, html);
      const auto body = html.Open("tbody");
      for (const auto& row : last.rows) {
        const auto line = table.Row();
        for (const ShownCell& cell : row) {
          const auto td =
              html.Open("td", {{"class", cell.kind == ShownCell::Kind::kNumber ? "n" : "t"}});
          WriteShownCell(cell, html);
        }
      }
    });
    return response;
  }
  const auto url = Url::Parse(asked);
  if (!url) throw SqlError(asked + " is not an address");
  const UrlInquiry inquiry = reader->Inquire(url->href(), url->host(), url->origin());
  std::optional<StoredPage> stored = reader->LatestPage(url->href());
  std::optional<Examined> examined;
  if (stored) examined = Examine(*std::move(stored), inquiry, clock_);
  if (!examined) response.status = 404;
  response.body = Page(url->href(), "/page", [&](HtmlWriter& html) {
    html.Leaf("h1", {{"class", "url"}}, url->href());
    WriteStory(url->href(), inquiry, examined ? &examined->page : nullptr, html);
    if (!examined) return;
    if (!examined->text.empty()) WriteRecords(*examined, html);
    WriteSource(*examined, url->href(), html);
  });
  return response;
}

// As a file to be saved: what a page says must not be shown as a page of this server.
WebResponse WebPages::SendSource(const WebRequest& request) const {
  const auto url = Url::Parse(request.Get("url"));
  if (!url) throw SqlError(request.Get("url") + " is not an address");
  const std::optional<StoredPage> page = OpenReader()->LatestPage(url->href());
  if (!page || !page->body) throw SqlError(url->href() + " is not stored");
  return {.type = "application/octet-stream", .body = *page->body, .filename = "page.bin"};
}

}  // namespace thresh
