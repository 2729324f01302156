#include "pipeline/live_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <utility>

#include "pipeline/number_text.h"
#include "pipeline/story_text.h"
#include "storage/display_width.h"

namespace thresh {
namespace {

constexpr size_t kNarrow = 60;
constexpr size_t kLongestBar = 40;
constexpr size_t kShortestBar = 8;
constexpr size_t kLongestHost = 32;
constexpr size_t kLongestSection = 6;
constexpr size_t kLongestReason = 28;
constexpr size_t kCountdown = 7;  // columns

using Lines = std::vector<std::string>;

// A number, and what else is said of it: kept together when a line is full.
struct Item {
  std::string text;
  Ink ink = Ink::kPlain;
  std::string rate{};
};

std::string LeftText(const CrawlNumbers& numbers) {
  if (!numbers.left) return "";
  return fmt::format("{} {} left", numbers.left->at_least ? "at least" : "about",
                     InWords(numbers.left->time));
}

std::string StateText(const CrawlNumbers& numbers) {
  const CrawlLook& look = numbers.look;
  if (look.phase == CrawlPhase::kFinishing) return "finishing";
  if (look.phase == CrawlPhase::kStopping) {
    return fmt::format("stopping, {} on the way",
                       Counted(look.progress.in_flight, "fetch", "fetches"));
  }
  return LeftText(numbers);
}

// Why there is nothing more to say of the rows that do not fit.
std::string MoreText(size_t count, std::string_view one, std::string_view many) {
  return "and " + Counted(static_cast<int64_t>(count), fmt::format("more {}", one),
                          fmt::format("more {}", many));
}

class FrameBuilder {
 public:
  FrameBuilder(const CrawlNumbers& numbers, const LineStyle& style)
      : numbers_(numbers), look_(numbers.look), style_(style) {}

  Lines Build(size_t rows) const;

 private:
  StyledLine Labelled(std::string_view label) const;
  std::string Head() const;
  void AddBar(StyledLine* line, size_t columns) const;
  Lines Flow(std::string_view label, const std::vector<Item>& items) const;
  Lines Numbers() const;
  Lines Sites(size_t most) const;
  Lines Waiting(size_t most) const;
  void AddWaiting(const WaitingHost& host, size_t columns, StyledLine* line) const;
  Lines Workers(size_t most) const;

  bool is_narrow() const { return style_.width < kNarrow; }
  size_t label_end() const { return is_narrow() ? 8 : 12; }

  const CrawlNumbers& numbers_;
  const CrawlLook& look_;
  const LineStyle style_;
};

StyledLine FrameBuilder::Labelled(std::string_view label) const {
  StyledLine line(style_);
  if (!is_narrow()) line.Add("  ");
  line.Add(label, Ink::kDim);
  line.PadTo(label_end());
  return line;
}

void FrameBuilder::AddBar(StyledLine* line, size_t columns) const {
  const auto filled = static_cast<size_t>(numbers_.share * static_cast<double>(columns));
  std::string done;
  std::string rest;
  for (size_t i = 0; i < columns; ++i) {
    if (i < filled) {
      done += style_.unicode ? "━" : "#";
    } else {
      rest += style_.unicode ? "─" : "-";
    }
  }
  line->Add(done, Ink::kGreen).Add(rest, Ink::kDim);
}

// Name, bar, share, time, what is left: from the right on as much as there is room for.
std::string FrameBuilder::Head() const {
  StyledLine line(style_);
  if (!is_narrow()) line.Add("  ");
  const std::string title = look_.sites.size() == 1
                                ? std::string(look_.sites.front().site)
                                : Counted(static_cast<int64_t>(look_.sites.size()), "site");
  const size_t longest = std::max<size_t>(label_end() - 2, style_.width / 4);
  line.Add(WithoutMiddle(title, longest, style_.unicode), Ink::kBold).Add("  ");
  line.PadTo(label_end());
  const std::string share = fmt::format("{:3.0f} %", std::min(numbers_.share * 100, 100.0));
  const std::string elapsed = ElapsedText(numbers_.elapsed);
  const std::string state = StateText(numbers_);
  const size_t said = share.size() + elapsed.size() + state.size() + (state.empty() ? 5 : 8);
  const size_t bar = line.room() > said ? std::min(line.room() - said, kLongestBar) : 0;
  if (bar >= kShortestBar) {
    AddBar(&line, bar);
    line.Add("  ");
  }
  line.Add(share).Add("   ").Add(elapsed);
  if (state.empty()) return line.text();
  line.Add("   ").Add(state, look_.phase == CrawlPhase::kCrawling ? Ink::kDim : Ink::kYellow);
  return line.text();
}

// Items one after the other, going on below where the line is full.
Lines FrameBuilder::Flow(std::string_view label, const std::vector<Item>& items) const {
  Lines lines;
  StyledLine line = Labelled(label);
  for (const Item& item : items) {
    const bool first = line.used() <= label_end();
    const size_t rate = item.rate.empty() ? 0 : item.rate.size() + 2;
    if (!first && line.room() < DisplayWidth(item.text) + rate + 3) {
      lines.push_back(line.text());
      line = Labelled("");
    } else if (!first) {
      line.Add("   ");
    }
    line.Add(item.text, item.ink);
    if (rate > 0) line.Add("  ").Add(item.rate, Ink::kDim);
  }
  lines.push_back(line.text());
  return lines;
}

Lines FrameBuilder::Numbers() const {
  const Progress& progress = look_.progress;
  std::vector<Item> pages = {
      {Grouped(progress.done) + " done", Ink::kPlain, RateText(numbers_.pages_per_second)},
      {Grouped(progress.queued) + " queued"},
      {Grouped(progress.failed) + " failed", progress.failed > 0 ? Ink::kRed : Ink::kPlain},
      {Grouped(progress.in_flight) + " in flight"}};
  if (look_.later > 0) {
    pages.push_back({Grouped(static_cast<int64_t>(look_.later)) + " to be tried again"});
  }
  Lines lines = Flow("pages", pages);
  std::string rate = SizeText(numbers_.bytes_per_second) + "/s";
  if (numbers_.bytes_per_second < 0.5) rate.clear();
  for (const std::string& line :
       Flow("bytes", {{SizeText(static_cast<double>(progress.bytes)), Ink::kPlain, rate}})) {
    lines.push_back(line);
  }
  std::vector<Item> tables;
  for (const TableRows& table : numbers_.tables) {
    if (tables.size() == kLongestSection) break;
    tables.push_back({fmt::format("{} {}", table.table, Grouped(table.rows)), Ink::kPlain,
                      RateText(table.per_second)});
  }
  if (tables.empty()) tables.push_back({"none yet", Ink::kDim});
  if (numbers_.tables.size() > tables.size()) {
    tables.push_back(
        {MoreText(numbers_.tables.size() - tables.size(), "table", "tables"), Ink::kDim});
  }
  for (const std::string& line : Flow("rows", tables)) lines.push_back(line);
  return lines;
}

// Of several sites those with the most work left.
Lines FrameBuilder::Sites(size_t most) const {
  if (look_.sites.size() < 2 || most == 0) return {};
  std::vector<const SiteLook*> sites;
  for (const SiteLook& site : look_.sites) sites.push_back(&site);
  std::stable_sort(sites.begin(), sites.end(),
                   [](const SiteLook* a, const SiteLook* b) { return a->pending > b->pending; });
  const size_t told = sites.size() > most ? most - 1 : sites.size();
  Lines lines;
  for (size_t i = 0; i < told; ++i) {
    const SiteLook& site = *sites[i];
    StyledLine line = Labelled(lines.empty() ? "sites" : "");
    line.AddCell(site.site, std::min<size_t>(24, line.room() / 2)).Add("  ");
    line.AddCell(Grouped(site.settled) + " done", 12, Ink::kPlain, true).Add("  ");
    line.AddCell(Grouped(site.pending) + " queued", 14, Ink::kPlain, true).Add("  ");
    if (site.failed > 0) line.Add(Grouped(site.failed) + " failed", Ink::kRed);
    lines.push_back(line.text());
  }
  if (told < sites.size()) {
    StyledLine line = Labelled(lines.empty() ? "sites" : "");
    lines.push_back(line.Add(MoreText(sites.size() - told, "site", "sites"), Ink::kDim).text());
  }
  return lines;
}

void FrameBuilder::AddWaiting(const WaitingHost& host, size_t columns, StyledLine* line) const {
  const bool usual = host.why == WaitReason::kDelay || host.why == WaitReason::kRobots;
  const size_t gap = is_narrow() ? 1 : 2;
  line->AddCell(host.name, columns).PadTo(line->used() + gap);
  line->AddCell(host.rest > Milliseconds(0) ? CountdownText(host.rest) : "", kCountdown, Ink::kCyan,
                true);
  line->PadTo(line->used() + gap);
  const std::string why = is_narrow() ? DescribeBriefly(host.why) : Describe(host);
  const size_t end = line->used() + kLongestReason;
  line->Add(why, usual ? Ink::kPlain : Ink::kYellow);
  const std::string queued = Grouped(static_cast<int64_t>(host.queued)) + " queued";
  if (style_.width < end + 2 + queued.size()) return;
  line->PadTo(end).AddCell(queued, 16, Ink::kDim, true);
}

Lines FrameBuilder::Waiting(size_t most) const {
  if (most == 0) return {};
  if (look_.waiting.empty()) {
    return {Labelled("waiting").Add("for no host", Ink::kDim).text()};
  }
  const size_t all = std::max(look_.waiting_hosts, look_.waiting.size());
  const size_t told = std::min(look_.waiting.size(), all > most ? most - 1 : most);
  size_t columns = 8;
  for (size_t i = 0; i < told; ++i) {
    columns = std::max(columns, DisplayWidth(look_.waiting[i].name));
  }
  const size_t others = kCountdown + (is_narrow() ? 2 + 11 : 4 + 20);
  const size_t room = style_.width - std::min(style_.width, label_end() + others);
  columns = std::min({columns, kLongestHost, room});
  Lines lines;
  for (size_t i = 0; i < told; ++i) {
    StyledLine line = Labelled(lines.empty() ? "waiting" : "");
    AddWaiting(look_.waiting[i], columns, &line);
    lines.push_back(line.text());
  }
  if (told < all) {
    StyledLine line = Labelled(lines.empty() ? "waiting" : "");
    lines.push_back(line.Add(MoreText(all - told, "host", "hosts"), Ink::kDim).text());
  }
  return lines;
}

// A line a process: its oldest fetch, and how many more it has.
Lines FrameBuilder::Workers(size_t most) const {
  if (most == 0) return {};
  std::map<int, std::vector<const RunningFetch*>> by_worker;
  for (const RunningFetch& fetch : look_.running) by_worker[fetch.worker].push_back(&fetch);
  const size_t idle = look_.workers > by_worker.size() ? look_.workers - by_worker.size() : 0;
  const size_t all = by_worker.size() + (idle > 0 ? 1 : 0);
  Lines lines;
  for (const auto& [worker, fetches] : by_worker) {
    if (lines.size() + 1 == most && all > most) break;
    const RunningFetch& oldest =
        **std::max_element(fetches.begin(), fetches.end(),
                           [](const auto* a, const auto* b) { return a->since < b->since; });
    StyledLine line = Labelled(lines.empty() ? "workers" : "");
    line.AddCell(worker == 0 ? "" : std::to_string(worker), 7, Ink::kDim).Add("  ");
    const std::string more = fetches.size() == 1 ? "" : fmt::format("+{}", fetches.size() - 1);
    const size_t told = 9 + (is_narrow() ? 0 : 5);
    const size_t for_url = line.room() > told ? std::min<size_t>(line.room() - told, 60) : 0;
    const size_t scheme = oldest.url.find("://");
    line.AddCell(oldest.url.substr(scheme == std::string_view::npos ? 0 : scheme + 3), for_url);
    line.AddCell(CountdownText(oldest.since), 9,
                 oldest.since < std::chrono::seconds(10) ? Ink::kCyan : Ink::kYellow, true);
    if (!more.empty()) line.Add("  ").Add(more, Ink::kDim);
    lines.push_back(line.text());
  }
  if (lines.size() < most && (idle > 0 || lines.empty())) {
    StyledLine line = Labelled(lines.empty() ? "workers" : "");
    lines.push_back(
        line.Add(Counted(static_cast<int64_t>(idle), "process", "processes") + " idle", Ink::kDim)
            .text());
  } else if (lines.size() < all) {
    StyledLine line = Labelled(lines.empty() ? "workers" : "");
    lines.push_back(
        line.Add(MoreText(all - lines.size(), "process", "processes"), Ink::kDim).text());
  }
  return lines;
}

// The head and the numbers first; the sections share what is left, the longest giving way.
Lines FrameBuilder::Build(size_t rows) const {
  Lines frame = {Head()};
  for (std::string& line : Numbers()) frame.push_back(std::move(line));
  if (frame.size() > rows) frame.resize(rows);
  const size_t left = rows - frame.size();
  const auto sections = [this](const std::array<size_t, 3>& most) {
    return std::array<Lines, 3>{Sites(most[0]), Waiting(most[1]), Workers(most[2])};
  };
  std::array<Lines, 3> parts = sections({kLongestSection, kLongestSection, kLongestSection});
  std::array<size_t, 3> most = {parts[0].size(), parts[1].size(), parts[2].size()};
  const auto total = [&most] { return std::accumulate(most.begin(), most.end(), size_t{0}); };
  while (total() > left) --*std::max_element(most.begin(), most.end());
  parts = sections(most);
  const bool airy = left >= total() + parts.size();
  for (Lines& part : parts) {
    if (airy && !part.empty()) frame.emplace_back();
    for (std::string& line : part) frame.push_back(std::move(line));
  }
  return frame;
}

}  // namespace

std::vector<std::string> LiveFrame(const CrawlNumbers& numbers, size_t rows,
                                   const LineStyle& style) {
  if (rows == 0 || style.width == 0) return {};
  return FrameBuilder(numbers, style).Build(rows);
}

std::string ProgressLine(const CrawlNumbers& numbers) {
  const Progress& progress = numbers.look.progress;
  const std::string rate = RateText(numbers.pages_per_second);
  std::string line = fmt::format("{} {} done{}, {} queued, {} failed, {} in flight, {}",
                                 ElapsedText(numbers.elapsed), Grouped(progress.done),
                                 rate.empty() ? "" : " (" + rate + ")", Grouped(progress.queued),
                                 Grouped(progress.failed), Grouped(progress.in_flight),
                                 SizeText(static_cast<double>(progress.bytes)));
  for (const TableRows& table : numbers.tables) {
    line += fmt::format(", {} {}", table.table, Counted(table.rows, "row"));
  }
  for (const WaitingHost& host : numbers.look.waiting) {
    if (host.why == WaitReason::kDelay || host.why == WaitReason::kRobots) continue;
    line += fmt::format("; {} rests {}: {}", host.name, CountdownText(host.rest), Describe(host));
  }
  const std::string left = LeftText(numbers);
  return left.empty() ? line : line + "; " + left;
}

}  // namespace thresh
