// Reads Prometheus' text format, version 0.0.4, as strictly as its standard and promtool's lint do.
#pragma once

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

namespace thresh {

// Samples by their whole name: `thresh_rows_total{db="x",table="book"}`.
using PrometheusSamples = std::map<std::string, double>;

// Throws std::runtime_error on anything that is not as it should be: a sample without HELP and TYPE
// before it, a family in two places, a sample twice, a counter without _total, a gauge with it, a
// histogram whose buckets fall or whose count is not that of +Inf.
inline PrometheusSamples ParsePrometheusText(const std::string& text) {
  const auto fail = [](const std::string& what) { throw std::runtime_error("metrics: " + what); };
  static const RE2 comment(R"(# (HELP|TYPE) ([a-z][a-z0-9_]*) (.+))");
  static const RE2 sample(
      R"re(([a-z][a-z0-9_]*)\{((?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*)\} (\S+))re");
  if (!text.empty() && text.back() != '\n') fail("the last line has no end");
  PrometheusSamples samples;
  std::set<std::string> helped;
  std::map<std::string, std::string> types;
  std::string family;
  double last_bucket = 0;
  double infinite = 0;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::string kind, name, words;
    if (RE2::FullMatch(line, comment, &kind, &name, &words)) {
      if (kind == "HELP" && !helped.insert(name).second) fail("HELP twice: " + line);
      if (kind == "TYPE") {
        if (family != "" && types.contains(name)) fail("TYPE twice: " + line);
        family = name;
        if (!helped.contains(family)) fail("TYPE without HELP: " + line);
        types[family] = words;
        if ((types[family] == "counter") != family.ends_with("_total")) fail("name: " + line);
      }
      continue;
    }
    std::string labels, number;
    if (!RE2::FullMatch(line, sample, &name, &labels, &number)) fail("no sample: " + line);
    const double value = std::stod(number);
    const std::string suffix = name.substr(std::min(name.size(), family.size()));
    if (!name.starts_with(family) || family.empty()) fail("not of " + family + ": " + line);
    if (types[family] == "histogram") {
      if (suffix == "_bucket") {
        if (value < last_bucket && !labels.ends_with(R"(le="0.05")")) fail("falls: " + line);
        last_bucket = value;
        if (labels.ends_with(R"(le="+Inf")")) infinite = value;
      } else if (suffix == "_count") {
        if (value != infinite) fail("the count is not +Inf's: " + line);
      } else if (suffix != "_sum") {
        fail("of a histogram: " + line);
      }
    } else if (!suffix.empty()) {
      fail("not of " + family + ": " + line);
    }
    if (types[family] == "counter" && value < 0) fail("negative: " + line);
    if (!samples.emplace(line.substr(0, line.rfind(' ')), value).second) fail("twice: " + line);
  }
  return samples;
}

}  // namespace thresh
