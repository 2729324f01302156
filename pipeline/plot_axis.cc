#include "pipeline/plot_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/story_text.h"

namespace thresh {
namespace {

// 1, 2 or 5 times a power of ten, not below `least`.
double NiceStep(double least) {
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// At most three digits, no zeros behind the point.
std::string Digits(double value) {
  const double size = std::abs(value);
  std::string text = fmt::format("{:.{}f}", value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

struct Unit {
  double size;
  const char* name;
};

template <size_t count>
std::string WithUnit(double value, const Unit (&units)[count]) {
  for (const Unit& unit : units) {
    if (std::abs(value) >= unit.size * 0.9995) return Digits(value / unit.size) + unit.name;
  }
  return Digits(value / units[count - 1].size) + units[count - 1].name;
}

using LabelOf = std::string (*)(double);

std::vector<Tick> Ticks(double low, double high, double step, LabelOf label) {
  std::vector<Tick> ticks;
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  for (double i = first; i <= last && ticks.size() < 50; ++i) {
    ticks.push_back({i * step, label(i * step)});
  }
  return ticks;
}

std::vector<Tick> TicksFromZero(double max, int wanted, double least_step, LabelOf label) {
  if (!(max > 0) || !std::isfinite(max)) max = least_step > 0 ? least_step : 1;
  return Ticks(0, max, std::max(NiceStep(max / wanted), least_step), label);
}

}  // namespace

std::vector<Tick> CountTicks(double max, int wanted) {
  return TicksFromZero(max, wanted, 0, ShortNumber);
}

std::vector<Tick> ByteTicks(double max, int wanted) {
  return TicksFromZero(max, wanted, 1, ShortBytes);
}

std::vector<Tick> RangeTicks(double low, double high, int wanted) {
  if (!std::isfinite(low) || !std::isfinite(high)) low = 0, high = 1;
  if (high <= low) {
    const double room = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= room, high += room;
  }
  if (!std::isfinite(high - low)) low = 0, high = 1;
  return Ticks(low, high, NiceStep((high - low) / wanted), PlainNumber);
}

std::vector<Tick> TimeTicks(Timestamp begin, Timestamp end, int wanted) {
  constexpr int64_t kSteps[] = {1,     2,     5,     10,    15,     30,     60,
                                120,   300,   600,   900,   1800,   3600,   7200,
                                10800, 21600, 43200, 86400, 172800, 604800, 1209600};
  const int64_t first = std::chrono::ceil<std::chrono::seconds>(begin).time_since_epoch().count();
  const int64_t last = std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count();
  int64_t step = kSteps[std::size(kSteps) - 1];
  for (const int64_t candidate : kSteps) {
    if ((last - first) / candidate >= wanted) continue;
    step = candidate;
    break;
  }
  while ((last - first) / step >= wanted) step *= 2;
  std::vector<Tick> ticks;
  for (int64_t at = (first + step - 1) / step * step; at <= last; at += step) {
    const std::string iso = ToIso8601(Timestamp(std::chrono::seconds(at)));
    std::string label = step < 60 ? iso.substr(11, 8) : iso.substr(11, 5);
    if (step >= 86400 || (at % 86400 == 0 && last - first > 86400)) label = iso.substr(5, 5);
    if (step >= 86400 && last - first > 300 * int64_t{86400}) label = iso.substr(0, 7);
    ticks.push_back({static_cast<double>(at) * 1000, std::move(label)});
  }
  return ticks;
}

std::string ShortNumber(double value) {
  constexpr Unit kUnits[] = {{1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}};
  if (std::abs(value) >= 9999.5 && std::abs(value) < 1e6) return Digits(value / 1000) + "k";
  if (std::abs(value) < 0.01 && value != 0) return fmt::format("{:.1g}", value);
  if (std::abs(value) < 1e6) return Digits(value);
  return WithUnit(value, kUnits);
}

std::string ShortBytes(double bytes) {
  constexpr Unit kUnits[] = {{1e15, " PB"}, {1e12, " TB"}, {1e9, " GB"},
                             {1e6, " MB"},  {1e3, " kB"},  {1, " B"}};
  return WithUnit(bytes, kUnits);
}

std::string ShortDuration(double ms) {
  constexpr Unit kUnits[] = {
      {86'400'000, " d"}, {3'600'000, " h"}, {60'000, " min"}, {1000, " s"}, {1, " ms"}};
  return WithUnit(ms, kUnits);
}

std::string PlainNumber(double value) {
  if (std::abs(value) >= 1e15) return fmt::format("{:.3g}", value);
  const double size = std::abs(value);
  std::string text = fmt::format("{:.{}f}", size, size >= 1000 ? 1 : size >= 1 ? 2 : 4);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  const size_t point = std::min(text.find('.'), text.size());
  const std::string whole = Grouped(std::stoll(text.substr(0, point)));
  return (value < 0 && text != "0" ? "-" : "") + whole + text.substr(point);
}

}  // namespace thresh
