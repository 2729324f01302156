// The report's plots, each with its numbers in a table behind it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/report_parts.h"
#include "pipeline/story_text.h"
#include "pipeline/svg_plot.h"

namespace thresh {
namespace {

constexpr size_t kDrawnErrorKinds = 6;
constexpr int kValueTicks = 4;
constexpr size_t kShownNameBytes = 60;

// A plot with its title above it and its numbers below.
class Figure {
 public:
  Figure(const PlotText& text, HtmlWriter& html)
      : html_(html), title_(text.title), figure_(html.Open("figure")) {
    const auto caption = html.Open("figcaption");
    html.Leaf("strong", {}, text.title);
    html.Leaf("span", {{"class", "muted"}}, text.summary);
  }
  // Behind what is drawn: what `write` tells, folded away.
  template <typename Write>
  void Numbers(Write&& write) {
    const auto details = html_.Open("details");
    {
      const auto summary = html_.Open("summary");
      html_.Text("Numbers");
      html_.Leaf("span", {{"class", "hidden"}}, ": " + title_);
    }
    write();
  }

 private:
  HtmlWriter& html_;
  const std::string title_;
  const HtmlWriter::Element figure_;
};

Timestamp SliceStart(const PageStatistics& pages, size_t slice) {
  return pages.begin + pages.step * static_cast<int64_t>(slice);
}

std::string PerSecondBytes(double value) { return ShortBytes(value) + "/s"; }

struct RatePlot {
  const char* title;
  const char* column;
  const std::vector<int64_t>& counts;
  std::string (*label)(double);
  bool bytes;
};

void WriteRate(const PageStatistics& pages, const RatePlot& rate, HtmlWriter& html) {
  const double seconds = static_cast<double>(pages.step.count());
  ColumnPlot plot;
  plot.begin = pages.begin;
  plot.step = pages.step;
  plot.value_label = rate.label;
  ColumnPlot::Part& part = plot.parts.emplace_back(ColumnPlot::Part{"", "blue", {}});
  double most = 0, sum = 0;
  for (const int64_t count : rate.counts) {
    part.values.push_back(static_cast<double>(count) / seconds);
    most = std::max(most, part.values.back());
    sum += part.values.back();
  }
  plot.ticks = rate.bytes ? ByteTicks(most, kValueTicks) : CountTicks(most, kValueTicks);
  const double mean = sum / static_cast<double>(std::max<size_t>(rate.counts.size(), 1));
  plot.text = {rate.title,
               fmt::format("{} on average, {} at most", rate.label(mean), rate.label(most))};
  Figure figure(plot.text, html);
  DrawColumns(plot, html);
  figure.Numbers([&] {
    HtmlTable table(rate.title, {"From", std::string("#") + rate.column, "#A second"}, html);
    const auto body = html.Open("tbody");
    for (size_t i = 0; i < rate.counts.size(); ++i) {
      const auto row = table.Row();
      {
        const auto cell = html.Open("th", {{"scope", "row"}});
        WriteTime(ToIso8601(SliceStart(pages, i)), html);
      }
      table.Number(rate.counts[i]);
      table.Number(rate.label(part.values[i]));
    }
  });
}

// Bounds of the bars: so that a factor of ten is six bars wide.
std::vector<int64_t> LatencyBounds(const LatencyHistogram& latency) {
  static constexpr double kSteps[] = {1, 1.5, 2, 3, 5, 7};
  std::vector<int64_t> bounds = {0};
  for (double power = 1; power < 1e10; power *= 10) {
    for (const double step : kSteps) {
      const auto bound = static_cast<int64_t>(std::llround(step * power));
      if (bound > bounds.back()) bounds.push_back(bound);
      if (bound > latency.max()) return bounds;
    }
  }
  return bounds;
}

// Without empty bars at the left, but for one.
void DropEmptyFront(const LatencyHistogram& latency, std::vector<int64_t>* bounds) {
  while (bounds->size() > 6 && latency.CountBetween(0, (*bounds)[2]) == 0) {
    bounds->erase(bounds->begin());
  }
}

// Where between two bounds a duration lies.
double PositionOf(int64_t ms, const std::vector<int64_t>& bounds) {
  for (size_t i = 0; i + 1 < bounds.size(); ++i) {
    if (ms >= bounds[i + 1]) continue;
    return static_cast<double>(i) +
           static_cast<double>(ms - bounds[i]) / static_cast<double>(bounds[i + 1] - bounds[i]);
  }
  return static_cast<double>(bounds.size() - 1);
}

bool IsLabelled(int64_t bound) {
  if (bound == 0) return true;
  while (bound % 10 == 0) bound /= 10;
  return bound == 1 || bound == 3;
}

void WriteLatency(const LatencyHistogram& latency, HtmlWriter& html) {
  if (latency.count() == 0) return;
  std::vector<int64_t> bounds = LatencyBounds(latency);
  DropEmptyFront(latency, &bounds);
  HistogramPlot plot;
  const bool few = bounds.size() <= 9;
  for (const int64_t bound : bounds) {
    plot.bounds.push_back(
        {static_cast<double>(bound),
         few || IsLabelled(bound) ? ShortDuration(static_cast<double>(bound)) : std::string()});
  }
  for (size_t i = 0; i + 1 < bounds.size(); ++i) {
    plot.counts.push_back(latency.CountBetween(bounds[i], bounds[i + 1]));
  }
  static constexpr std::pair<const char*, double> kShares[] = {
      {"median", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}};
  std::string summary;
  for (const auto& [name, share] : kShares) {
    const int64_t value = latency.Percentile(share);
    summary += fmt::format("{} {}, ", name, ShortDuration(static_cast<double>(value)));
    const double at = PositionOf(value, bounds);
    const double room = static_cast<double>(bounds.size() - 1) * 0.13;
    const bool crowded = !plot.marks.empty() && at - plot.marks.back().position < room;
    if (!crowded) plot.marks.push_back({at, name});
  }
  plot.text = {"Latency", summary + "slowest " + ShortDuration(static_cast<double>(latency.max()))};
  Figure figure(plot.text, html);
  DrawHistogram(plot, html);
  figure.Numbers([&] {
    HtmlTable table("Fetches by how long they took", {"Took", "#Fetches", "#Share"}, html);
    const auto body = html.Open("tbody");
    for (size_t i = 0; i < plot.counts.size(); ++i) {
      const auto row = table.Row();
      table.Head(fmt::format("{} to {}", ShortDuration(plot.bounds[i].value),
                             ShortDuration(plot.bounds[i + 1].value)));
      table.Number(plot.counts[i]);
      table.Number(
          Percent(static_cast<double>(plot.counts[i]) / static_cast<double>(latency.count())));
    }
  });
}

// What a status says, by its class.
const char* StatusColour(int status) {
  if (status == 0 || status >= 500) return "red";
  if (status >= 400) return "amber";
  if (status >= 300) return "grey";
  return "green";
}

std::string StatusName(int status) {
  if (status == 0) return "no response";
  static constexpr std::pair<int, const char*> kNames[] = {
      {200, "OK"},           {301, "moved"},        {302, "found"},       {303, "see other"},
      {304, "not modified"}, {307, "redirect"},     {308, "redirect"},    {400, "bad request"},
      {401, "unauthorized"}, {403, "forbidden"},    {404, "not found"},   {410, "gone"},
      {429, "too many"},     {500, "server error"}, {502, "bad gateway"}, {503, "unavailable"},
      {504, "timeout"}};
  for (const auto& [known, name] : kNames) {
    if (known == status) return fmt::format("{} {}", status, name);
  }
  return std::to_string(status);
}

void WriteStatuses(const PageStatistics& pages, HtmlWriter& html) {
  const Figure figure({"Status codes", Counted(pages.pages, "fetch", "fetches")}, html);
  HtmlTable table("Fetches by status code", {"Status", "#Fetches", "#Share", ""}, html);
  const auto body = html.Open("tbody");
  for (const auto& [status, count] : pages.statuses) {
    const double share = static_cast<double>(count) / static_cast<double>(pages.pages);
    const auto row = table.Row();
    table.Head(StatusName(status));
    table.Number(count);
    table.Number(Percent(share));
    const auto cell = html.Open("td", {{"class", "bar"}});
    DrawBar(share, StatusColour(status), html);
  }
}

int64_t SumOf(const std::vector<int64_t>& counts) {
  int64_t sum = 0;
  for (const int64_t count : counts) sum += count;
  return sum;
}

// Kinds of errors, the most frequent first.
using Kinds = std::vector<std::pair<std::string, const std::vector<int64_t>*>>;

Kinds SortedKinds(const PageStatistics& pages) {
  Kinds kinds;
  for (const auto& [kind, counts] : pages.errors) kinds.emplace_back(kind, &counts);
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) {
    return SumOf(*a.second) > SumOf(*b.second);
  });
  return kinds;
}

// The least frequent kinds are drawn as one.
std::vector<ColumnPlot::Part> ErrorParts(const Kinds& kinds, size_t slices) {
  std::vector<ColumnPlot::Part> parts;
  for (const auto& [kind, counts] : kinds) {
    if (parts.size() < kDrawnErrorKinds) {
      parts.push_back({kind, fmt::format("c{}", parts.size()), std::vector<double>(slices)});
    } else if (parts.size() == kDrawnErrorKinds) {
      parts.push_back({"other kinds", "grey", std::vector<double>(slices)});
    }
    std::vector<double>& values = parts.back().values;
    for (size_t i = 0; i < counts->size(); ++i) values[i] += static_cast<double>((*counts)[i]);
  }
  return parts;
}

void WriteErrors(const PageStatistics& pages, HtmlWriter& html) {
  const Kinds kinds = SortedKinds(pages);
  const size_t slices = pages.pages_in.size();
  ColumnPlot plot;
  plot.begin = pages.begin;
  plot.step = pages.step;
  plot.parts = ErrorParts(kinds, slices);
  double most = 0;
  int64_t errors = 0;
  for (size_t i = 0; i < slices; ++i) {
    double sum = 0;
    for (const auto& part : plot.parts) sum += part.values[i];
    most = std::max(most, sum);
    errors += static_cast<int64_t>(sum);
  }
  plot.ticks = CountTicks(std::max(most, 2.0), most <= 4 ? 2 : kValueTicks);
  plot.text = {"Errors by kind",
               fmt::format("{} in {}, counted every {}", Counted(errors, "error"),
                           Counted(pages.pages, "fetch", "fetches"), InWords(pages.step))};
  Figure figure(plot.text, html);
  if (errors == 0) return html.Leaf("p", {{"class", "empty"}}, "No fetch failed.");
  DrawColumns(plot, html);
  {
    const auto legend = html.Open("ul", {{"class", "legend"}});
    for (const auto& part : plot.parts) {
      double sum = 0;
      for (const double value : part.values) sum += value;
      const auto item = html.Open("li");
      html.Leaf("span", {{"class", "key " + part.colour}}, "");
      html.Text(fmt::format("{} {}", part.name, Grouped(static_cast<int64_t>(sum))));
    }
  }
  figure.Numbers([&] {
    HtmlTable table("Errors by kind", {"Kind", "#Count", "First", "Last"}, html);
    const auto body = html.Open("tbody");
    for (const auto& [kind, counts] : kinds) {
      const auto row = table.Row();
      table.Head(kind);
      table.Number(SumOf(*counts));
      const auto first =
          std::find_if(counts->begin(), counts->end(), [](int64_t n) { return n > 0; });
      const auto last =
          std::find_if(counts->rbegin(), counts->rend(), [](int64_t n) { return n > 0; });
      for (const auto slice : {first - counts->begin(), counts->rend() - last - 1}) {
        const auto cell = html.Open("td");
        WriteTime(ToIso8601(SliceStart(pages, static_cast<size_t>(slice))), html);
      }
    }
  });
}

struct SeriesSummary {
  std::optional<double> first, last;
  double low = 0, high = 0;
};

SeriesSummary Summarise(const Series& series) {
  SeriesSummary summary;
  for (const SeriesPoint& point : series.points) {
    if (point.rows == 0) continue;
    summary.low = summary.first ? std::min(summary.low, point.low) : point.low;
    summary.high = summary.first ? std::max(summary.high, point.high) : point.high;
    if (!summary.first) summary.first = point.mean;
  }
  if (!series.points.empty() && series.points.back().rows > 0) {
    summary.last = series.points.back().mean;
  }
  return summary;
}

// A line may take all of a page's text as its name.
std::string LineName(const std::string& name) {
  return name.empty() ? "(empty)" : Cut(name, kShownNameBytes);
}

void WriteSeriesTable(const ReportOptions::Plot& plot, HtmlWriter& html) {
  const bool by = !plot.request.by.empty();
  HtmlTable table(plot.request.field + " over time",
                  {by ? plot.request.by : "Rows", "#First", "#Lowest", "#Highest", "#Now"}, html);
  const auto body = html.Open("tbody");
  for (size_t i = 0; i < plot.values.series.size(); ++i) {
    const Series& series = plot.values.series[i];
    const SeriesSummary summary = Summarise(series);
    const auto row = table.Row();
    {
      const auto head = html.Open("th", {{"scope", "row"}});
      html.Leaf("span", {{"class", fmt::format("key c{}", i % 8)}}, "");
      html.Text(by ? LineName(series.name) : "all rows");
    }
    table.Number(summary.first ? PlainNumber(*summary.first) : "");
    table.Number(PlainNumber(summary.low));
    table.Number(PlainNumber(summary.high));
    table.Number(summary.last ? PlainNumber(*summary.last) : "gone");
  }
}

}  // namespace

void WritePlots(const ReportData& data, HtmlWriter& html) {
  const PageStatistics& pages = data.pages;
  if (pages.pages == 0) return;
  const ReportSection section("fetches", "Fetches", html);
  if (pages.is_partial) {
    html.Leaf("p", {{"class", "muted"}},
              fmt::format("Of the last {} pages of this database; the crawl had more.",
                          Grouped(kMostPages)));
  }
  const auto plots = html.Open("div", {{"class", "plots"}});
  WriteRate(pages, {"Pages per second", "Pages", pages.pages_in, ShortNumber, false}, html);
  WriteRate(pages, {"Bytes per second", "Bytes", pages.bytes_in, PerSecondBytes, true}, html);
  WriteLatency(pages.latency, html);
  WriteErrors(pages, html);
  WriteStatuses(pages, html);
}

void WriteValuePlot(const ReportOptions::Plot& request, HtmlWriter& html) {
  const ValueSeries& values = request.values;
  const std::string what = request.request.table + "." + request.request.field;
  const ReportSection section("value", what + " over time", html);
  if (values.series.empty()) {
    return html.Leaf("p", {{"class", "empty"}}, "No row has a number in this field.");
  }
  LinePlot plot;
  plot.begin = values.begin;
  plot.end = values.end;
  for (const Series& series : values.series) {
    LinePlot::Line& line = plot.lines.emplace_back();
    line.name = series.name.empty() ? "all rows" : LineName(series.name);
    for (const SeriesPoint& point : series.points) {
      line.points.push_back({point.at, point.rows > 0 ? std::optional(point.mean) : std::nullopt,
                             point.low, point.high});
    }
  }
  std::string summary = request.request.by.empty()
                            ? "the mean of all rows, and from the lowest to the highest"
                            : "by " + request.request.by;
  const auto left_out = values.series_in_all - static_cast<int64_t>(values.series.size());
  if (left_out > 0) summary += fmt::format("; {} more changed more rarely", Grouped(left_out));
  if (!values.has_history)
    summary += "; without a history (store.history) only today's rows are known";
  if (values.values_left_out > 0) {
    summary +=
        fmt::format("; {} no numbers", Counted(values.values_left_out, "value is", "values are"));
  }
  plot.text = {what, summary};
  const auto beside = html.Open("div", {{"class", "plots"}});
  {
    const Figure figure(plot.text, html);
    DrawLines(plot, html);
  }
  WriteSeriesTable(request, html);
}

}  // namespace thresh
