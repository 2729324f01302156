// The configs that come with the project, run by the program on the local movie board.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/board_site.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

const std::filesystem::path kSource = SOURCE_FOLDER;

// The board's 100 movies as the tutorial's pattern gives them, a line each.
std::string ExpectedMovies() {
  std::ifstream file(kSource / "tests/support/board_movies.tsv");
  std::string line;
  std::getline(file, line);
  std::string movies = "rank\ttitle\tactors\treleased\n";
  for (int rank = 1; std::getline(file, line); ++rank) {
    std::istringstream cells(line);
    std::string title, actors, released;
    std::getline(cells, title, '\t');
    std::getline(cells, actors, '\t');
    std::getline(cells, released, '\t');
    movies += std::to_string(rank) + "\t" + title + "\t主演：" + actors + "\t上映时间：" +
              released + "\n";
  }
  return movies;
}

class ConfigsTest : public testing::Test {
 protected:
  ProgramResult Crawl(const std::string& config, const std::string& seeds) {
    return RunThresh({"crawl", kSource / "configs" / config, "--db", Db(), "--set",
                      "seeds=[" + seeds + "]", "--set", "host.\"*\".delay=\"0s\""});
  }
  std::string Query(const std::string& sql) {
    return RunThresh({"query", Db(), sql, "-f", "tsv"}).output;
  }
  std::string Page(int offset) const {
    return "\"" + site_.url() + "?offset=" + std::to_string(offset) + "\"";
  }
  std::string Db() const { return folder_ / "test.db"; }

  BoardSite site_;
  TemporaryFolder folder_;
};

TEST_F(ConfigsTest, TheBoardGivesAHundredMoviesFromTenPages) {
  const ProgramResult crawl = Crawl("board.toml", Page(0));
  EXPECT_EQ(crawl.exit_code, 0);
  EXPECT_EQ(crawl.output + crawl.errors, "");
  EXPECT_EQ(Query("select rank, title, actors, released from movie order by rank"),
            ExpectedMovies());
  EXPECT_EQ(Query("select count(*) as pages from pages where status = 200"), "pages\n10\n");
}

TEST_F(ConfigsTest, ACrawlThatIsRunAgainHasTheSameMovies) {
  Crawl("board.toml", Page(0));
  const ProgramResult again = Crawl("board.toml", Page(0));
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(Query("select rank, title, actors, released from movie order by rank"),
            ExpectedMovies());
}

TEST_F(ConfigsTest, SizesGivesARowForEachUrlOfItsList) {
  const ProgramResult crawl = Crawl("sizes.toml", Page(0) + ", " + Page(90));
  EXPECT_EQ(crawl.exit_code, 0) << crawl.errors;
  httplib::Client client(site_.origin());
  std::string expected = "url\tbytes\n";
  for (const std::string offset : {"0", "90"}) {
    const size_t size = client.Get("/board?offset=" + offset)->body.size();
    expected += site_.url() + "?offset=" + offset + "\t" + std::to_string(size) + "\n";
  }
  EXPECT_EQ(Query("select url, bytes from size order by url"), expected);
}

TEST_F(ConfigsTest, AllConfigsPassTheCheck) {
  for (const char* folder : {"configs", "bench"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kSource / folder)) {
      if (entry.path().extension() != ".toml") continue;
      const ProgramResult check = RunThresh({"check", entry.path()});
      EXPECT_EQ(check.exit_code, 0) << entry.path() << "\n" << check.output << check.errors;
    }
  }
}

}  // namespace
}  // namespace thresh
