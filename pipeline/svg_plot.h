// Plots as SVG: drawn with classes only, so that the style sheet gives light and dark their
// colours. Each says in words what it shows (role="img", a title); the numbers themselves belong in
// a table beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/html_writer.h"
#include "pipeline/plot_axis.h"

namespace thresh {

// What stands over a plot, and for those who do not see it, in its place.
struct PlotText {
  std::string title;    // "Pages per second"
  std::string summary;  // "1.2 on average, 4 at most"
};

// Columns over slices of time; several parts are stacked, the first lowest.
struct ColumnPlot {
  PlotText text;
  Timestamp begin{};
  std::chrono::milliseconds step{1000};
  struct Part {
    std::string name;    // for the tooltip; may be empty where there is one part
    std::string colour;  // a class of the style sheet: "blue", "c0" to "c7"
    std::vector<double> values;
  };
  std::vector<Part> parts;
  std::vector<Tick> ticks;  // of the value axis
  std::string (*value_label)(double) = ShortNumber;
};
void DrawColumns(const ColumnPlot& plot, HtmlWriter& html);

// Bars side by side, between bounds that lie equally far apart in the picture.
struct HistogramPlot {
  PlotText text;
  std::vector<Tick> bounds;  // one more than counts; an empty label is not drawn
  std::vector<int64_t> counts;
  struct Mark {
    double position = 0;  // in bounds: 2.5 is half-way between the third and the fourth
    std::string label;    // "p95 340 ms"
  };
  std::vector<Mark> marks;  // ascending
};
void DrawHistogram(const HistogramPlot& plot, HtmlWriter& html);

// Lines over time that go in steps: a value holds until the next.
struct LinePlot {
  PlotText text;
  Timestamp begin{}, end{};
  std::string axis;  // what the values are: "price"
  struct Point {
    Timestamp at{};
    std::optional<double> value;  // nothing: the line breaks
    double low = 0, high = 0;
  };
  struct Line {
    std::string name;
    std::vector<Point> points;
  };
  std::vector<Line> lines;  // at most 8; a single one has its range (low to high) shaded
};
void DrawLines(const LinePlot& plot, HtmlWriter& html);

// A small curve in a line of text: from 0 to `max`, gaps where there is nothing, the last value
// dotted. `label` says the same in words.
void DrawSparkline(const std::vector<std::optional<double>>& values, double max,
                   const std::string& label, HtmlWriter& html);

// A bar as long as `share` (0 to 1) of its cell.
void DrawBar(double share, const std::string& colour, HtmlWriter& html);

}  // namespace thresh
