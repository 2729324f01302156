// Makes the picture of the live view that the README shows:
//
//   live_picture THRESH >live-view.svg
//
// Crawls made-up sites, which this program serves as a proxy, on a pseudo terminal, and draws its
// screen as SVG once there is something of everything on it. Nothing leaves the machine.
#include <fmt/format.h>
#include <httplib.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "tests/support/temporary_folder.h"
#include "tests/support/terminal_program.h"

namespace thresh {
namespace {

constexpr size_t kColumns = 92;
constexpr size_t kRows = 18;
constexpr int kBooks = 260;

constexpr char kConfig[] = R"(
name = "shops"
seeds = ["http://books.example/", "http://lamps.example/", "http://tea.example/",
         "http://toys.example/"]
[limits]
hosts = "any"
[host."*"]
delay = "20ms"
[host."tea.example"]
delay = "2s"
[[record]]
table = "product"
url = '/item/'
match = '<h1>(?P<name>.*?)</h1>'
[[record]]
table = "review"
url = '/item/'
match = '<q>(?P<text>.*?)</q>'
)";

// The made-up sites behind one proxy: of each a start page and its items. One shop asks for a
// break, one is broken.
class Shops {
 public:
  Shops() {
    server_.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      Answer(request.target, response);
    });
    server_.new_task_queue = [] { return new httplib::ThreadPool(16); };
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Shops() {
    server_.stop();
    thread_.join();
  }
  std::string address() const { return fmt::format("http://127.0.0.1:{}", port_); }

 private:
  void Answer(const std::string& target, httplib::Response& response) {
    const bool is_item = target.find("/item/") != std::string::npos;
    if (target.ends_with("/robots.txt")) {
      response.status = 404;
    } else if (is_item && target.find("toys.example") != std::string::npos) {
      response.status = 500;
    } else if (is_item && target.find("lamps.example") != std::string::npos && ++lamps_ > 30) {
      response.status = 503;
      response.set_header("Retry-After", "150");
    } else if (is_item) {
      std::this_thread::sleep_for(std::chrono::milliseconds(target.size() % 7 * 15));
      response.set_content("<h1>A thing</h1><q>good</q><q>fine</q>" + std::string(20'000, ' '),
                           "text/html; charset=utf-8");
    } else {
      std::string links;
      for (int i = 1; i <= kBooks; ++i) links += fmt::format("<a href=/item/{}>thing</a>\n", i);
      response.set_content(links, "text/html; charset=utf-8");
    }
  }

  httplib::Server server_;
  std::atomic<int> lamps_{0};
  int port_ = 0;
  std::thread thread_;
};

std::string Escaped(const std::string& text) {
  if (text == "&") return "&amp;";
  if (text == "<") return "&lt;";
  return text;
}

std::string Fill(const ScreenCell& cell) {
  switch (cell.color) {
    case 31:
      return "#ff7b72";
    case 32:
      return "#56d364";
    case 33:
      return "#e3b341";
    case 36:
      return "#76e3ea";
    default:
      return cell.dim ? "#8b949e" : "#e6edf3";
  }
}

// A run of cells that look alike, from `begin` on: without spaces at its ends, which SVG would
// collapse, and with single ones inside.
struct Run {
  size_t begin = 0;
  size_t end = 0;
  std::string text;
};

Run NextRun(const std::vector<ScreenCell>& cells, size_t begin) {
  const auto is_space = [&cells](size_t at) { return at >= cells.size() || cells[at].text == " "; };
  while (begin < cells.size() && is_space(begin)) ++begin;
  Run run{begin, begin, ""};
  while (run.end < cells.size() && Fill(cells[run.end]) == Fill(cells[begin]) &&
         cells[run.end].bold == cells[begin].bold &&
         !(is_space(run.end) && is_space(run.end + 1))) {
    run.text += Escaped(cells[run.end++].text);
  }
  if (run.text.ends_with(' ')) {
    run.text.pop_back();
    --run.end;
  }
  return run;
}

// A text element for each run, as wide as its cells are.
std::string Drawn(const Screen& screen) {
  constexpr double kWidth = 8.4;
  constexpr int kHeight = 20;
  constexpr int kLeft = 8;
  constexpr int kTop = 56;
  const size_t rows = screen.Lines().size();
  const double width = kLeft * 2 + kWidth * kColumns;
  const int height = kTop + kHeight * static_cast<int>(rows);
  std::string svg = fmt::format(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0:.0f} {1}" width="{0:.0f}" height="{1}" role="img" aria-label="The live view of thresh crawl">
<rect width="{0:.0f}" height="{1}" rx="10" fill="#0d1117"/>
<g fill="#30363d"><circle cx="22" cy="20" r="6"/><circle cx="42" cy="20" r="6"/><circle cx="62" cy="20" r="6"/></g>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
)",
      width, height);
  for (size_t row = 0; row < rows; ++row) {
    const auto& cells = screen.cells()[row];
    for (Run run = NextRun(cells, 0); run.begin < cells.size(); run = NextRun(cells, run.end)) {
      const ScreenCell& look = cells[run.begin];
      svg += fmt::format(R"(<text x="{:.1f}" y="{}" textLength="{:.1f}" fill="{}"{}>{}</text>)"
                         "\n",
                         kLeft + kWidth * static_cast<double>(run.begin),
                         kTop + kHeight * static_cast<int>(row),
                         kWidth * static_cast<double>(run.end - run.begin), Fill(look),
                         look.bold ? R"( font-weight="bold")" : "", run.text);
    }
  }
  return svg + "</g>\n</svg>\n";
}

bool HasAll(const Screen& screen) {
  const std::string text = screen.Text();
  for (const char* word : {"Retry-After", "circuit open", "delay of", "about ", "/item/"}) {
    if (text.find(word) == std::string::npos) return false;
  }
  return true;
}

int MakePicture(const std::string& thresh) {
  const Shops shops;
  const TemporaryFolder folder;
  const std::string config =
      folder
          .Write("shops.toml", std::string(kConfig) +
                                   "[fetch]\nprocesses = 3\nretries = 5\nproxy = \"" +
                                   shops.address() + "\"\n")
          .string();
  TerminalProgram crawl({thresh, "crawl", config}, kColumns, kRows,
                        {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR="});
  const bool shows_all = crawl.WaitFor(HasAll);
  if (shows_all) {
    std::cout << Drawn(crawl.screen());
  }
  std::cerr << crawl.screen().Text();
  crawl.Kill(SIGINT);
  crawl.Wait();
  std::cerr << crawl.screen().Text();
  return shows_all ? 0 : 1;
}

}  // namespace
}  // namespace thresh

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: live_picture THRESH >FILE.svg\n";
    return 2;
  }
  return thresh::MakePicture(argv[1]);
}
