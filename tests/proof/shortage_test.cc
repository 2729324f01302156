// A machine that has too little for a crawl as it was asked for. FAULTS 67.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>

#include "tests/support/measured_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::HasSubstr;

TEST(ShortageTest, FewDescriptorsMakeASmallerPoolAndAreSaidOnce) {
  MeasuredSite site([](const std::string&, const std::string& target) {
    MeasuredSite::Answer answer;
    if (target == "/robots.txt") answer.status = 404;
    answer.body = "<a href=/1>1</a><a href=/2>2</a><a href=/3>3</a><a href=/4>4</a>";
    return answer;
  });
  const TemporaryFolder folder;
  const auto config = folder.Write("site.toml", "seeds = ['" + site.Url("/0") +
                                                    "']\n[fetch]\nprocesses = 16\n"
                                                    "[host.'*']\ndelay = '700ms'\n");
  const ProgramResult result = ThreshProgram({"crawl", config.string()}, "", [] {
                                 const rlimit few{32, 32};
                                 setrlimit(RLIMIT_NOFILE, &few);
                               }).Wait();
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("fewer processes than fetch.processes says"));
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
  EXPECT_EQ(Sql(folder / "site.db", "SELECT count(*) FROM pages WHERE status = 200"),
            std::vector<std::string>{"5"});
}

}  // namespace
}  // namespace thresh
