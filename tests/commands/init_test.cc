#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/listing_pages.h"
#include "tests/support/loopback_site.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

class InitTest : public testing::Test {
 protected:
  // Writes a config for a page and gives what `try` then shows of that page.
  std::string TriedAfterInit(const std::string& page, const std::string& type = "text/html") {
    site_.Add("/list", page, type);
    const ProgramResult init = RunThresh({"init", site_.Url("/list"), folder_ / "new"});
    EXPECT_EQ(init.exit_code, 0) << init.errors;
    EXPECT_EQ(init.output, "");
    EXPECT_THAT(site_.requests(), SizeIs(1)) << "the page alone, once";
    const ProgramResult check = RunThresh({"check", Config()});
    EXPECT_EQ(check.exit_code, 0) << check.output << check.errors << Read(Config());
    EXPECT_THAT(check.output, Not(HasSubstr("warning"))) << Read(Config());
    const ProgramResult tried = RunThresh({"try", Config(), site_.Url("/list")});
    EXPECT_EQ(tried.exit_code, 0) << tried.errors;
    return tried.output;
  }
  std::filesystem::path Config() const { return folder_.path() / "new" / ConfigName(); }
  std::string ConfigName() const {
    const std::string origin = site_.Url("");
    return "127.0.0.1-" + origin.substr(origin.rfind(':') + 1) + ".toml";
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
};

TEST_F(InitTest, AGrid) { EXPECT_THAT(TriedAfterInit(GridPage()), HasSubstr("product: 20 rows")); }

TEST_F(InitTest, ATable) { EXPECT_THAT(TriedAfterInit(TablePage()), HasSubstr("item: 15 rows")); }

TEST_F(InitTest, AForum) { EXPECT_THAT(TriedAfterInit(ForumPage()), HasSubstr("post: 10 rows")); }

TEST_F(InitTest, AnArticle) {
  EXPECT_THAT(TriedAfterInit(ArticlePage()),
              AllOf(HasSubstr("page: 1 row"), HasSubstr("Of lamps")));
  EXPECT_THAT(Read(Config()), HasSubstr("depth = 0"));
}

TEST_F(InitTest, ABoard) { EXPECT_THAT(TriedAfterInit(BoardPage()), HasSubstr("10 rows")); }

TEST_F(InitTest, RunsOfSiblings) {
  std::string page = Menu() + "<h1>Words</h1><dl>";
  for (int i = 0; i < 7; ++i) page += fmt::format("<dt>Term {0}<dd>It means {0}\n", i);
  EXPECT_THAT(TriedAfterInit(page + "</dl><p>Imprint</p>"),
              AllOf(HasSubstr("item: 7 rows"), HasSubstr("Term 6"), Not(HasSubstr("Imprint"))));
  EXPECT_THAT(Read(Config()), AllOf(HasSubstr("each = '<dt\\b'"), HasSubstr("until = '</dl>'")));
}

TEST_F(InitTest, JsonLd) {
  const std::string page =
      "<script type=\"application/ld+json\">{\"@type\":\"Product\",\"name\":\"Red lamp\","
      "\"offers\":{\"price\":\"19.90\"}}</script><h1>Red lamp</h1>";
  EXPECT_THAT(TriedAfterInit(page), AllOf(HasSubstr("product: 1 row"), HasSubstr("19.9")));
  EXPECT_THAT(Read(Config()), HasSubstr("JSON-LD"));
}

TEST_F(InitTest, AnApi) {
  EXPECT_THAT(TriedAfterInit(ApiPage("/list?page=2"), "application/json"),
              HasSubstr("item: 3 rows"));
}

TEST_F(InitTest, AFeed) {
  EXPECT_THAT(TriedAfterInit(FeedPage(), "application/rss+xml"),
              AllOf(HasSubstr("item: 3 rows"), HasSubstr("Lamp & shade 3")));
  EXPECT_THAT(Read(Config()), HasSubstr("many = true"));
}

TEST_F(InitTest, ASitemap) {
  EXPECT_THAT(TriedAfterInit("<urlset><url><loc>https://x.test/1</loc><priority>0.5</priority>"
                             "</url></urlset>",
                             "text/xml"),
              HasSubstr("url: 1 row"));
  EXPECT_THAT(Read(Config()), HasSubstr("write \"sitemap:\" before the seed"));
}

TEST_F(InitTest, TheConfigSaysHowToCrawlWhatAFeedLinksTo) {
  site_.Add("/feed", FeedPage(), "application/rss+xml");
  site_.Add("/", "<h1>News</h1>");
  for (int i = 1; i <= 3; ++i) site_.Add(fmt::format("/news/{}.html", i), "<h1>Lamp</h1>");
  ASSERT_EQ(RunThresh({"init", site_.Url("/feed"), folder_ / "new"}).exit_code, 0);
  std::string config = Read(Config());
  for (const char* line : {"[[links]]", "re = '<link"}) {
    const size_t at = config.find(std::string("# ") + line);
    ASSERT_NE(at, std::string::npos) << config;
    config.erase(at, 2);
  }
  config.replace(config.find("depth = 0"), 9, "depth = 1");
  config.insert(config.find("[[record]]") + 10, "\nurl = '/feed$'");
  std::ofstream(Config()) << config;
  const ProgramResult crawl = RunThresh({"crawl", Config(), "--set", "host.\"*\".delay=\"0s\""});
  EXPECT_EQ(crawl.exit_code, 0) << crawl.errors << config;
  EXPECT_EQ(RunThresh({"query", Config(),
                       "select count(*) as n from item join urls u on u.url = link "
                       "where u.state = 'done'",
                       "-f", "tsv"})
                .output,
            "n\n3\n");
}

TEST_F(InitTest, TheConfigCrawlsTheWholeList) {
  std::string page = GridPage();
  site_.Add("/catalogue/", page);
  page.replace(page.find("page-2"), 6, "page-1");
  for (size_t at = 0; (at = page.find("book-", at)) != std::string::npos; at += 5) {
    page.insert(at + 5, "9");
  }
  site_.Add("/catalogue/page-2.html", page);
  ASSERT_EQ(RunThresh({"init", site_.Url("/catalogue/"), folder_ / "new"}).exit_code, 0);
  const ProgramResult crawl =
      RunThresh({"crawl", Config(), "--set", "host.\"*\".delay=\"0s\"", "--max-pages", "2"});
  EXPECT_EQ(crawl.exit_code, 0) << crawl.errors;
  EXPECT_EQ(RunThresh({"query", Config(), "select count(*) as n from product", "-f", "tsv"}).output,
            "n\n40\n");
}

TEST_F(InitTest, TheConfigCrawlsAListWhosePagesNameTheVisit) {
  std::string items;
  for (int i = 0; i < 4; ++i) {
    items += fmt::format("<li class=lamp><b>Lamp {0}</b> <i>{0}0.50</i></li>\n", i);
  }
  const std::string pager = "<a href='/list?page=2&PHPSESSID=a1'>2</a>";
  for (const char* target : {"/list?PHPSESSID=a1", "/list"}) site_.Add(target, items + pager);
  site_.Add("/list?page=2", items);
  ASSERT_EQ(RunThresh({"init", site_.Url("/list?PHPSESSID=a1"), folder_ / "new"}).exit_code, 0);
  EXPECT_THAT(Read(Config()), Not(HasSubstr("PHPSESSID")));
  const ProgramResult crawl = RunThresh({"crawl", Config(), "--set", "host.\"*\".delay=\"0s\""});
  EXPECT_EQ(crawl.exit_code, 0) << crawl.errors;
  EXPECT_EQ(RunThresh({"query", Config(), "select count(*) as n from lamp", "-f", "tsv"}).output,
            "n\n8\n");
}

TEST_F(InitTest, ItNamesWhatItFoundAndWhatToDo) {
  site_.Add("/list", GridPage());
  const ProgramResult init = RunThresh({"init", site_.Url("/list"), folder_.path()});
  EXPECT_THAT(init.errors, AllOf(HasSubstr("20 rows of product (link, image, title, price_color)"),
                                 HasSubstr("pager"), HasSubstr("next: thresh try")));
}

TEST_F(InitTest, WhatScriptsDrawIsSaid) {
  const std::string shell = "<div id=\"root\"></div><script src=\"/app.js\"></script>";
  site_.Add("/list", shell);
  const ProgramResult init = RunThresh({"init", site_.Url("/list"), folder_.path()});
  EXPECT_EQ(init.exit_code, 0);
  EXPECT_THAT(init.errors, HasSubstr("hardly any text"));
}

TEST_F(InitTest, TheDataOfScriptsAreARecordToTakeOver) {
  EXPECT_THAT(TriedAfterInit(GridPage() + StateScript(20)), HasSubstr("product: 20 rows"));
  EXPECT_THAT(Read(Config()),
              AllOf(HasSubstr("JSON, too (id, stock)"), HasSubstr("#   rows = \"/items\"")));
}

// A site that redirects chooses the URL.
TEST_F(InitTest, TheNextCommandCanBeCopied) {
  site_.AddRedirect("/list", "/it's;$(reboot)");
  site_.Add("/it's;$(reboot)", GridPage());
  const ProgramResult init = RunThresh({"init", site_.Url("/list"), folder_ / "my shop"});
  const std::string config = (folder_ / "my shop" / ConfigName()).string();
  const std::string command =
      "thresh try '" + config + "' '" + site_.Url("/it'\\''s;$(reboot)") + "'";
  EXPECT_THAT(init.errors, HasSubstr("next: " + command + "\n"));
  EXPECT_THAT(Read(config), HasSubstr("#   " + command + " --watch\n"));
}

TEST_F(InitTest, NothingIsOverwritten) {
  site_.Add("/list", GridPage());
  folder_.Write(ConfigName(), "mine");
  const ProgramResult init = RunThresh({"init", site_.Url("/list"), folder_.path()});
  EXPECT_EQ(init.exit_code, 2);
  EXPECT_THAT(init.errors, HasSubstr("is there already"));
  EXPECT_EQ(Read(folder_ / ConfigName()), "mine");
  EXPECT_THAT(site_.requests(), SizeIs(0)) << "nor asked for in vain";
}

TEST_F(InitTest, ADanglingLinkIsNotWrittenThrough) {
  site_.Add("/list", GridPage());
  std::filesystem::create_symlink(folder_ / "elsewhere", folder_ / ConfigName());
  EXPECT_EQ(RunThresh({"init", site_.Url("/list"), folder_.path()}).exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
}

TEST_F(InitTest, APageThatDoesNotComeLeavesNoConfig) {
  const ProgramResult init = RunThresh({"init", site_.Url("/nothing"), folder_.path()});
  EXPECT_EQ(init.exit_code, 3);
  EXPECT_THAT(init.errors, HasSubstr("404"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / ConfigName()));
}

TEST_F(InitTest, WhatIsNoUrlIsRefused) {
  for (const char* argument : {"nonsense", "ftp://x.test/", "http://u:secret@x.test/"}) {
    const ProgramResult init = RunThresh({"init", argument, folder_.path()});
    EXPECT_EQ(init.exit_code, 2) << argument;
    EXPECT_THAT(init.errors, Not(HasSubstr("secret")));
  }
}

TEST_F(InitTest, AHostWithoutItsSchemeIsToldHowUrlsBegin) {
  for (const std::string host : {"x.test", "x.test/list", "localhost:8000"}) {
    const ProgramResult init = RunThresh({"init", host, folder_.path()});
    EXPECT_EQ(init.exit_code, 2);
    EXPECT_EQ(init.errors, "thresh: " + host + ": a URL begins with http:// or https://\n");
  }
}

TEST_F(InitTest, AHostilePageWritesNoConfigOfItsOwn) {
  std::string page = "<table>";
  for (int i = 0; i < 6; ++i) {
    page += fmt::format(
        "<tr class=\"a'''b&#10;[fetch]\"><td>x{}\r\n[fetch]\x1b[2J</td><td><a "
        "href=\"/'''{}\n'\">l</a>"
        "</td></tr>",
        i, i);
  }
  EXPECT_THAT(TriedAfterInit(page + "</table><a href=\"?page=2&x='''\">2</a>"), HasSubstr("rows"));
  const std::string config = Read(Config());
  EXPECT_THAT(config, Not(HasSubstr("\n[fetch]")));
  EXPECT_THAT(config, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace thresh
