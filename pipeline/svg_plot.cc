#include "pipeline/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace thresh {
namespace {

// In units of the viewBox; a picture is about 400 to 640 pixels wide on a screen, and 340 on a
// phone.
constexpr double kWidth = 420, kHeight = 190;
constexpr double kLeft = 52, kRight = 10, kTop = 10, kBottom = 30;

double Milliseconds1970(Timestamp time) {
  return static_cast<double>(time.time_since_epoch().count());
}

// The picture and its title.
class Canvas {
 public:
  Canvas(const PlotText& text, double height, HtmlWriter& html)
      : html_(html),
        svg_(html.Open("svg", {{"class", "plot"},
                               {"viewBox", fmt::format("0 0 {} {}", kWidth, height)},
                               {"role", "img"},
                               {"aria-label", text.title + ": " + text.summary}})),
        height_(height) {}

  // What `value` of [low, high] is from the left, and from above.
  void SetX(double low, double high) { x_low_ = low, x_high_ = std::max(high, low + 1e-9); }
  void SetY(double low, double high) { y_low_ = low, y_high_ = high > low ? high : low + 1; }
  double X(double value) const {
    return kLeft +
           std::clamp((value - x_low_) / (x_high_ - x_low_), 0.0, 1.0) * (kWidth - kLeft - kRight);
  }
  double Y(double value) const {
    return bottom() -
           std::clamp((value - y_low_) / (y_high_ - y_low_), 0.0, 1.0) * (bottom() - kTop);
  }
  double bottom() const { return height_ - kBottom; }
  double right() const { return kWidth - kRight; }

  void ValueAxis(const std::vector<Tick>& ticks) {
    for (const Tick& tick : ticks) {
      const double y = Y(tick.value);
      html_.Leaf("line", {{"class", "grid"}, {"x1", kLeft}, {"x2", right()}, {"y1", y}, {"y2", y}},
                 "");
      Label(kLeft - 6, y + 3.5, "end", tick.label);
    }
  }
  void TimeAxis(Timestamp begin, Timestamp end) {
    Baseline();
    for (const Tick& tick : TimeTicks(begin, end, 6)) {
      const double x = X(tick.value);
      TickMark(x);
      const bool at_end = x > right() - 16;
      Label(at_end ? right() : x, bottom() + 19, at_end ? "end" : "middle", tick.label);
    }
  }
  void Baseline() {
    html_.Leaf(
        "line",
        {{"class", "axis"}, {"x1", kLeft}, {"x2", right()}, {"y1", bottom()}, {"y2", bottom()}},
        "");
  }
  void TickMark(double x) {
    html_.Leaf("line",
               {{"class", "axis"}, {"x1", x}, {"x2", x}, {"y1", bottom()}, {"y2", bottom() + 4}},
               "");
  }
  void Label(double x, double y, const char* anchor, const std::string& text) {
    html_.Leaf("text", {{"x", x}, {"y", y}, {"text-anchor", anchor}}, text);
  }
  void Rect(double x, double y, double width, double height, const std::string& colour,
            const std::string& tooltip) {
    const auto rect = html_.Open("rect", {{"class", "fill " + colour},
                                          {"x", x},
                                          {"y", y},
                                          {"width", std::max(width, 0.2)},
                                          {"height", std::max(height, 0.0)}});
    html_.Leaf("title", {}, tooltip);
  }

 private:
  HtmlWriter& html_;
  const HtmlWriter::Element svg_;
  const double height_;
  double x_low_ = 0, x_high_ = 1, y_low_ = 0, y_high_ = 1;
};

std::string ClockTime(Timestamp time) { return ToIso8601(time).substr(0, 19).replace(10, 1, " "); }

// A path that goes on in steps, and begins anew behind each gap.
std::string StepPath(const LinePlot::Line& line, const Canvas& canvas) {
  std::string path;
  bool down = false;
  for (const LinePlot::Point& point : line.points) {
    if (!point.value) {
      down = false;
      continue;
    }
    const double x = canvas.X(Milliseconds1970(point.at)), y = canvas.Y(*point.value);
    path += down ? fmt::format("H{:.1f}V{:.1f}", x, y) : fmt::format("M{:.1f} {:.1f}", x, y);
    down = true;
  }
  return path;
}

void DrawRange(const LinePlot& plot, const Canvas& canvas, HtmlWriter& html) {
  const auto& points = plot.lines.front().points;
  std::string path;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    if (!points[i].value || points[i].high <= points[i].low) continue;
    const double x = canvas.X(Milliseconds1970(points[i].at));
    const double end = canvas.X(Milliseconds1970(points[i + 1].at));
    path += fmt::format("M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}Z", x, canvas.Y(points[i].high), end,
                        canvas.Y(points[i].low), x);
  }
  if (!path.empty()) html.Leaf("path", {{"class", "range"}, {"d", path}}, "");
}

}  // namespace

void DrawColumns(const ColumnPlot& plot, HtmlWriter& html) {
  Canvas canvas(plot.text, kHeight, html);
  const size_t slices = plot.parts.empty() ? 0 : plot.parts.front().values.size();
  const Timestamp end = plot.begin + plot.step * static_cast<int64_t>(std::max<size_t>(slices, 1));
  canvas.SetX(Milliseconds1970(plot.begin), Milliseconds1970(end));
  canvas.SetY(0, plot.ticks.empty() ? 1 : plot.ticks.back().value);
  canvas.ValueAxis(plot.ticks);
  const double width = (canvas.right() - kLeft) / static_cast<double>(std::max<size_t>(slices, 1));
  const double gap = width > 4 ? 1 : width > 2 ? 0.4 : 0;
  for (size_t i = 0; i < slices; ++i) {
    const Timestamp at = plot.begin + plot.step * static_cast<int64_t>(i);
    double below = 0;
    for (const ColumnPlot::Part& part : plot.parts) {
      const double value = part.values[i];
      if (value <= 0) continue;
      const double top = canvas.Y(below + value);
      canvas.Rect(canvas.X(Milliseconds1970(at)) + gap / 2, top, width - gap, canvas.Y(below) - top,
                  part.colour,
                  ClockTime(at) + (part.name.empty() ? "  " : "  " + part.name + ": ") +
                      plot.value_label(value));
      below += value;
    }
  }
  canvas.TimeAxis(plot.begin, end);
}

void DrawHistogram(const HistogramPlot& plot, HtmlWriter& html) {
  Canvas canvas(plot.text, kHeight + 14, html);
  int64_t most = 1;
  for (const int64_t count : plot.counts) most = std::max(most, count);
  // Marks stand above the bars.
  std::vector<Tick> ticks = CountTicks(static_cast<double>(most), 4);
  canvas.SetX(0, static_cast<double>(std::max<size_t>(plot.counts.size(), 1)));
  canvas.SetY(0, ticks.back().value * 1.22);
  canvas.ValueAxis(ticks);
  for (size_t i = 0; i < plot.counts.size(); ++i) {
    const double x = canvas.X(static_cast<double>(i)), end = canvas.X(static_cast<double>(i + 1));
    const double y = canvas.Y(static_cast<double>(plot.counts[i]));
    if (plot.counts[i] == 0) continue;
    canvas.Rect(x + 0.5, y, end - x - 1, canvas.bottom() - y, "blue",
                fmt::format("{}: {}",
                            ShortDuration(plot.bounds[i].value) + " to " +
                                ShortDuration(plot.bounds[i + 1].value),
                            plot.counts[i]));
  }
  canvas.Baseline();
  for (size_t i = 0; i < plot.bounds.size(); ++i) {
    if (plot.bounds[i].label.empty()) continue;
    const double x = canvas.X(static_cast<double>(i));
    canvas.TickMark(x);
    canvas.Label(x, canvas.bottom() + 19, x > canvas.right() - 14 ? "end" : "middle",
                 plot.bounds[i].label);
  }
  for (const HistogramPlot::Mark& mark : plot.marks) {
    const double x = canvas.X(mark.position);
    html.Leaf("line",
              {{"class", "mark"}, {"x1", x}, {"x2", x}, {"y1", kTop + 12}, {"y2", canvas.bottom()}},
              "");
    const bool at_end = x > canvas.right() - 20;
    canvas.Label(at_end ? canvas.right() : x, kTop + 8, at_end ? "end" : "middle", mark.label);
  }
}

void DrawLines(const LinePlot& plot, HtmlWriter& html) {
  Canvas canvas(plot.text, kHeight + 30, html);
  std::optional<double> low, high;
  for (const LinePlot::Line& line : plot.lines) {
    for (const LinePlot::Point& point : line.points) {
      if (!point.value) continue;
      low = std::min(low.value_or(point.low), point.low);
      high = std::max(high.value_or(point.high), point.high);
    }
  }
  const std::vector<Tick> ticks = RangeTicks(low.value_or(0), high.value_or(1), 5);
  canvas.SetX(Milliseconds1970(plot.begin), Milliseconds1970(plot.end));
  canvas.SetY(ticks.front().value, ticks.back().value);
  canvas.ValueAxis(ticks);
  if (plot.lines.size() == 1) DrawRange(plot, canvas, html);
  for (size_t i = 0; i < plot.lines.size(); ++i) {
    const auto path = html.Open("path", {{"class", fmt::format("line c{}", i % 8)},
                                         {"d", StepPath(plot.lines[i], canvas)}});
    html.Leaf("title", {}, plot.lines[i].name);
  }
  canvas.TimeAxis(plot.begin, plot.end);
}

void DrawSparkline(const std::vector<std::optional<double>>& values, double max,
                   const std::string& label, HtmlWriter& html) {
  constexpr double kSparkWidth = 96, kSparkHeight = 20, kMargin = 3;
  const auto svg =
      html.Open("svg", {{"class", "spark"},
                        {"viewBox", fmt::format("0 0 {} {}", kSparkWidth, kSparkHeight)},
                        {"role", "img"},
                        {"aria-label", label}});
  html.Leaf("title", {}, label);
  const double steps = static_cast<double>(std::max<size_t>(values.size(), 2) - 1);
  const auto x_at = [&](size_t i) {
    if (values.size() == 1) return kSparkWidth - kMargin;
    return kMargin + static_cast<double>(i) / steps * (kSparkWidth - 2 * kMargin);
  };
  const auto y_at = [&](double value) {
    const double share = max > 0 ? std::clamp(value / max, 0.0, 1.0) : 0;
    return kSparkHeight - kMargin - share * (kSparkHeight - 2 * kMargin);
  };
  std::string path;
  std::optional<size_t> last;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const bool down = last && *last + 1 == i;
    path += fmt::format("{}{:.1f} {:.1f}", down ? "L" : "M", x_at(i), y_at(*values[i]));
    if (!down && (i + 1 == values.size() || !values[i + 1])) path += "h0.1";  // a lone one
    last = i;
  }
  if (!last) return;
  html.Leaf("path", {{"class", "line c0"}, {"d", path}}, "");
  html.Leaf("circle",
            {{"class", "fill blue"}, {"cx", x_at(*last)}, {"cy", y_at(*values[*last])}, {"r", 2.2}},
            "");
}

void DrawBar(double share, const std::string& colour, HtmlWriter& html) {
  const auto svg = html.Open("svg", {{"class", "bar"},
                                     {"viewBox", "0 0 100 8"},
                                     {"preserveAspectRatio", "none"},
                                     {"aria-hidden", "true"}});
  html.Leaf("rect", {{"class", "track"}, {"width", 100}, {"height", 8}}, "");
  const double width = std::clamp(share, 0.0, 1.0) * 100;
  html.Leaf(
      "rect",
      {{"class", "fill " + colour}, {"width", share > 0 ? std::max(width, 0.8) : 0}, {"height", 8}},
      "");
}

}  // namespace thresh
