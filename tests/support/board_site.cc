// A movie board on 127.0.0.1, for the demo and the tests: ten pages of ten movies in the markup of
// the board that the multiprocessing tutorials crawl, with its relative pager.
//
//   board_site MOVIES.tsv [PORT]
//
// Prints the address of the first page on a line of its own once it accepts connections, serves
// until SIGTERM, SIGINT or the death of its parent, and reads nothing but MOVIES.tsv: a line of
// headings, then title, actors and release date of one movie a line, best first.
#include <httplib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr size_t kMoviesPerPage = 10;
constexpr const char* kLoopback = "127.0.0.1";

struct Movie {
  std::string title;
  std::string actors;
  std::string released;
};

std::vector<Movie> ReadMovies(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<Movie> movies;
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    Movie& movie = movies.emplace_back();
    std::getline(cells, movie.title, '\t');
    std::getline(cells, movie.actors, '\t');
    std::getline(cells, movie.released, '\t');
  }
  return movies;
}

// One <dd>. Ranks count from 1; scores fall by a tenth every eight ranks, from 9.6.
std::string MovieMarkup(const Movie& movie, size_t rank) {
  const std::string number = std::to_string(rank);
  const std::string id = std::to_string(1000 + rank);
  const size_t tenths = 96 - std::min<size_t>((rank - 1) / 8, 90);
  const std::string link = "<a href=\"/films/" + id + "\" title=\"" + movie.title + "\"";
  const std::string act = " data-act=\"board-click\" data-val=\"{movieId:" + id + "}\">";
  std::string html = "    <dd>\n";
  html += "      <i class=\"board-index board-index-" + number + "\">" + number + "</i>\n";
  html += "      " + link + " class=\"image-link\"" + act + "\n";
  html += "        <img src=\"/static/loading.png\" alt=\"\" class=\"poster-default\" />\n";
  html += "        <img data-src=\"/posters/" + id + ".jpg@160w_220h\" alt=\"" + movie.title +
          "\" class=\"board-img\" />\n      </a>\n";
  html += "      <div class=\"board-item-main\"><div class=\"board-item-content\">\n";
  html += "        <div class=\"movie-item-info\">\n";
  html += "          <p class=\"name\">" + link + act + movie.title + "</a></p>\n";
  html += "          <p class=\"star\">\n            主演：" + movie.actors + "\n          </p>\n";
  html += "<p class=\"releasetime\">上映时间：" + movie.released + "</p>        </div>\n";
  html += "        <div class=\"movie-item-number score-num\">\n";
  html += "<p class=\"score\"><i class=\"integer\">" + std::to_string(tenths / 10) +
          ".</i><i class=\"fraction\">" + std::to_string(tenths % 10) + "</i></p>\n";
  html += "        </div>\n      </div></div>\n    </dd>\n";
  return html;
}

// The pager: relative links, and a dead one for the page that is shown.
std::string PagerMarkup(size_t movies, size_t offset) {
  std::string html = "  <ul class=\"list-pager\">\n";
  for (size_t start = 0; start < movies; start += kMoviesPerPage) {
    const size_t page = start / kMoviesPerPage;
    const bool shown = start == offset;
    const std::string href = shown ? "javascript:void(0);" : "?offset=" + std::to_string(start);
    html += shown ? "    <li class=\"active\">" : "    <li>";
    html += "<a class=\"page_" + std::to_string(page) + "\"\n      href=\"" + href + "\"\n  >" +
            std::to_string(page + 1) + "</a></li>\n";
  }
  if (offset + kMoviesPerPage < movies) {
    html +=
        "    <li><a class=\"page_next\" href=\"?offset=" + std::to_string(offset + kMoviesPerPage) +
        "\">下一页</a></li>\n";
  }
  return html + "  </ul>\n";
}

std::string BoardPage(const std::vector<Movie>& movies, size_t offset) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n  <meta charset=\"utf-8\">\n"
      "  <title>TOP100榜</title>\n</head>\n<body>\n  <dl class=\"board-wrapper\">\n";
  const size_t end = std::min(movies.size(), offset + kMoviesPerPage);
  for (size_t i = offset; i < end; ++i) html += MovieMarkup(movies[i], i + 1);
  return html + "  </dl>\n" + PagerMarkup(movies.size(), offset) + "</body>\n</html>\n";
}

// The offset a request asks for; the first page when it names none or nonsense.
size_t OffsetOf(const httplib::Request& request, size_t movies) {
  const std::string text = request.get_param_value("offset");
  size_t offset = 0;
  std::from_chars(text.data(), text.data() + text.size(), offset);
  return std::min(offset, movies);
}

void Serve(httplib::Server& server, const std::vector<Movie>& movies) {
  server.set_tcp_nodelay(true);
  // The library's default, SO_REUSEPORT, lets two servers share a port unnoticed.
  server.set_socket_options([](socket_t socket) {
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
  server.Get("/robots.txt", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("User-agent: *\nDisallow: /films/\n", "text/plain");
  });
  server.Get("/board", [&movies](const httplib::Request& request, httplib::Response& response) {
    response.set_content(BoardPage(movies, OffsetOf(request, movies.size())),
                         "text/html; charset=utf-8");
  });
}

void Leave(int) { _exit(0); }

// Ends with its parent, however that died, and without a word when it is told to.
void EndWithParent() {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::signal(SIGTERM, Leave);
  std::signal(SIGINT, Leave);
}

}  // namespace

int main(int argc, char** argv) {
  EndWithParent();
  if (argc < 2 || argc > 3) {
    std::fputs("usage: board_site MOVIES.tsv [PORT]\n", stderr);
    return 2;
  }
  const std::vector<Movie> movies = ReadMovies(argv[1]);
  if (movies.empty()) {
    std::fprintf(stderr, "board_site: %s: no movies there\n", argv[1]);
    return 2;
  }
  httplib::Server server;
  Serve(server, movies);
  int port = argc == 3 ? std::atoi(argv[2]) : 0;
  if (port == 0) {
    port = server.bind_to_any_port(kLoopback);
  } else if (!server.bind_to_port(kLoopback, port)) {
    port = -1;
  }
  if (port < 0) {
    std::fputs("board_site: the port is not to be had\n", stderr);
    return 1;
  }
  std::printf("http://%s:%d/board\n", kLoopback, port);
  std::fflush(stdout);
  return server.listen_after_bind() ? 0 : 1;
}
