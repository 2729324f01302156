#include "pipeline/web_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/diagnostic.h"
#include "pipeline/report_page.h"
#include "pipeline/web_files.h"
#include "storage/json_writer.h"
#include "storage/live_progress.h"

namespace thresh {
namespace {

// An overview is shown at least so long, and as long as ten times what it took to read.
constexpr Milliseconds kLeastOverviewAge{2000};

struct NavigationItem {
  LocalPath path;
  const char* name;
};
constexpr NavigationItem kNavigation[] = {
    {"/", "Overview"}, {"/tables", "Tables"}, {"/sql", "SQL"}, {"/page", "Pages"}};

void WriteHead(const std::string& title, HtmlWriter& html) {
  const auto head = html.Open("head");
  html.Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.Void("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.Leaf("title", {}, title);
  html.Void("link", {{"rel", "stylesheet"}, {"href", Address("/page.css")}});
  html.Void("link", {{"rel", "icon"}, {"href", Address("/icon.svg")}});
  html.Leaf("script", {{"src", Address("/page.js")}, {"defer", ""}}, "");
}

void WriteNavigation(std::string_view current, HtmlWriter& html) {
  const auto nav = html.Open("nav", {{"aria-label", "Main"}});
  const auto list = html.Open("ul");
  for (const NavigationItem& item : kNavigation) {
    const auto entry = html.Open("li");
    if (item.path.text() == current) {
      html.Leaf("a", {{"href", Address(item.path)}, {"aria-current", "page"}}, item.name);
    } else {
      html.Leaf("a", {{"href", Address(item.path)}}, item.name);
    }
  }
}

constexpr std::string_view kIcon =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" "
    "height=\"16\" rx=\"3\" fill=\"#3b78d8\"/><path d=\"M3 4h10M8 4v9\" stroke=\"#fff\" "
    "stroke-width=\"2\"/></svg>";

// What changes when a crawl has written something that an overview shows.
std::string StateOf(const LiveProgress& live) {
  return fmt::format("{} {} {} {} {}", live.is_running, live.last_run, live.finished_runs,
                     live.last_page, live.progress_at);
}

void WriteLivePanel(HtmlWriter& html) {
  const auto panel =
      html.Open("section", {{"id", "live"}, {"hidden", ""}, {"aria-label", "Crawl"}});
  html.Leaf("h2", {}, "A crawl is running");
  {
    const auto list = html.Open("dl", {{"class", "tiles"}});
    static constexpr std::pair<const char*, const char*> kTiles[] = {
        {"live-done", "Done"},          {"live-queued", "Queued"}, {"live-failed", "Failed"},
        {"live-flight", "In flight"},   {"live-rows", "Rows"},     {"live-bytes", "Downloaded"},
        {"live-rate", "Pages a second"}};
    for (const auto& [id, name] : kTiles) {
      const auto tile = html.Open("div", {{"class", "tile"}});
      html.Leaf("dt", {}, name);
      html.Leaf("dd", {{"id", id}}, "–");
    }
  }
  html.Leaf("progress",
            {{"id", "live-bar"}, {"max", 1}, {"aria-label", "Share of known URLs done"}}, "");
  html.Leaf("p", {{"class", "hidden"}, {"role", "status"}, {"id", "live-said"}}, "");
}

}  // namespace

std::string WebRequest::Get(std::string_view name) const {
  for (const auto& [key, value] : parameters) {
    if (key == name) return value;
  }
  return {};
}

WebPages::WebPages(std::filesystem::path db, std::function<bool()> is_stopping)
    : db_(std::move(db)), is_stopping_(std::move(is_stopping)) {}

std::function<bool()> WebPages::Until(Milliseconds time) const {
  return [this, end = clock_.Steady() + time] { return is_stopping_() || clock_.Steady() > end; };
}

std::unique_ptr<Reader> WebPages::OpenReader() const {
  auto reader = Reader::Open(db_);
  reader->Limit(Until(kMostQueryTime), kMostValueBytes);
  return reader;
}

std::string WebPages::Page(const std::string& title, std::string_view current,
                           const std::function<void(HtmlWriter&)>& write) const {
  const std::string name = db_.filename().string();
  std::string page;
  HtmlWriter html(&page);
  html.Doctype();
  {
    const auto document = html.Open("html", {{"lang", "en"}});
    WriteHead(title + " – " + name, html);
    const auto body = html.Open("body");
    html.Leaf("a", {{"class", "skip"}, {"href", Address("#main")}}, "Skip to the content");
    {
      const auto header = html.Open("header", {{"class", "bar"}});
      html.Leaf("p", {{"class", "name"}}, name);
      WriteNavigation(current, html);
    }
    const auto main = html.Open("main", {{"id", "main"}, {"tabindex", "-1"}});
    write(html);
  }
  return page;
}

WebResponse WebPages::Answer(const WebRequest& request) const {
  WebResponse failed;
  std::string what;
  try {
    return Route(request);
  } catch (const SqlError& error) {
    failed.status = 400;
    what = error.what();
  } catch (const ReadingStopped& error) {
    failed.status = 503;
    what = error.what();
  } catch (const std::exception& error) {
    failed.status = 500;
    what = error.what();
  }
  failed.body = Page("Error", "", [&](HtmlWriter& html) {
    const auto section = html.Open("section");
    html.Leaf("h1", {}, "This did not work");
    html.Leaf("p", {{"role", "alert"}}, what);
  });
  return failed;
}

WebResponse WebPages::Route(const WebRequest& request) const {
  const std::string& path = request.path;
  if (path == "/") return ShowOverview(request);
  if (path == "/tables") return ShowTables();
  if (path == "/table") return ShowTable(request);
  if (path == "/sql") return ShowSql(request);
  if (path == "/page") return ShowPage(request);
  if (path == "/source") return SendSource(request);
  if (path == "/download") return Download(request);
  if (path == "/page.css")
    return {.type = "text/css; charset=utf-8", .body = std::string(kStyleSheet.text)};
  if (path == "/page.js")
    return {.type = "text/javascript; charset=utf-8", .body = std::string(kScript.text)};
  if (path == "/icon.svg") return {.type = "image/svg+xml", .body = std::string(kIcon)};
  WebResponse response;
  response.status = 404;
  response.body = Page("Not found", "", [&](HtmlWriter& html) {
    const auto section = html.Open("section");
    html.Leaf("h1", {}, "There is no such page");
    html.Leaf("a", {{"href", Address("/")}}, "To the overview");
  });
  return response;
}

// Threads may read the same at once; the last one's stays.
std::shared_ptr<const ReportData> WebPages::CurrentReport() const {
  const std::string state = StateOf(ReadLiveProgress(db_));
  const SteadyTime begin = clock_.Steady();
  if (const auto known = overview_.load()) {
    const bool fresh = begin - known->read_at < std::max(kLeastOverviewAge, known->took * 10);
    if (known->state == state || fresh) return known->data;
  }
  auto overview = std::make_shared<Overview>();
  overview->data = std::make_shared<const ReportData>(ReadReportData(db_, Until(kMostReportTime)));
  overview->state = state;
  overview->read_at = clock_.Steady();
  overview->took = std::chrono::duration_cast<Milliseconds>(overview->read_at - begin);
  overview_.store(overview);
  return overview->data;
}

WebResponse WebPages::ShowOverview(const WebRequest& request) const {
  ReportOptions options;
  options.now = clock_.Wall();
  options.is_served = true;
  options.is_running = ReadLiveProgress(db_).is_running;
  const auto data = CurrentReport();
  WebResponse response;
  if (request.Get("part") == "report") {
    HtmlWriter html(&response.body);
    WriteReport(*data, options, html);
    return response;
  }
  response.body = Page("Overview", "/", [&](HtmlWriter& html) {
    html.Leaf("h1", {{"class", "hidden"}}, "Overview");
    WriteLivePanel(html);
    const auto report = html.Open("div", {{"id", "report"}});
    WriteReport(*data, options, html);
  });
  return response;
}

std::string WebPages::ProgressJson() const {
  const LiveProgress live = ReadLiveProgress(db_);
  std::string json = fmt::format("{{\"running\":{},\"state\":", live.is_running);
  AppendJsonString(fmt::format("{} {}", live.last_run, live.finished_runs), &json);
  if (live.progress) {
    const Progress& progress = *live.progress;
    json += ",\"at\":";
    AppendJsonString(live.progress_at, &json);
    json += fmt::format(
        ",\"done\":{},\"queued\":{},\"failed\":{},\"in_flight\":{},\"rows\":{},\"bytes\":{}",
        progress.done, progress.queued, progress.failed, progress.in_flight, progress.rows,
        progress.bytes);
  }
  return json + "}";
}

}  // namespace thresh
