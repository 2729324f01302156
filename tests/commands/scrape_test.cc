#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "tests/support/loopback_site.h"
#include "tests/support/sql.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/terminal_program.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kPage[] = R"(<html><head><title>Lamps &amp; more</title></head><body>
<h2>First</h2><div class="item"><h3>Blue</h3><b>£12.50</b><a class=more href="/lamp/1">more</a></div>
<h2>Second</h2><div class="item"><h3>Red</h3><b>£1,234.00</b><a href="/lamp/2" class=more>more</a></div>
</body></html>)";

class ScrapeTest : public testing::Test {
 protected:
  ScrapeTest() { site_.Add("/", kPage); }

  // Runs scrape in NDJSON and expects success.
  std::string Scraped(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"scrape", "-f", "ndjson"});
    const ProgramResult result = RunThresh(arguments, input);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.errors, IsEmpty());
    return result.output;
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
};

TEST_F(ScrapeTest, NamedGroupsAreColumns) {
  EXPECT_EQ(Scraped({site_.Url("/"), "-r", "<h2[^>]*>(?P<heading>.*?)</h2>"}),
            "{\"heading\":\"First\"}\n{\"heading\":\"Second\"}\n");
}

TEST_F(ScrapeTest, GroupsWithoutNamesAndNoGroups) {
  EXPECT_EQ(Scraped({site_.Url("/"), "-r", "<h3>(.*?)</h3><b>(.*?)</b>"}),
            "{\"c1\":\"Blue\",\"c2\":\"£12.50\"}\n{\"c1\":\"Red\",\"c2\":\"£1,234.00\"}\n");
  EXPECT_EQ(Scraped({site_.Url("/"), "-r", "<title>.*?</title>"}),
            "{\"match\":\"Lamps & more\"}\n");
}

TEST_F(ScrapeTest, WhoeverLooksOnIsToldHowToLookIntoAPageWithoutRows) {
  TerminalProgram found({THRESH_PROGRAM, "scrape", site_.Url("/"), "-r", "<h2>(.*?)</h2>"}, 100,
                        24);
  EXPECT_EQ(found.Wait(), 0);
  EXPECT_THAT(found.bytes(), Not(HasSubstr("no rows")));
  TerminalProgram none({THRESH_PROGRAM, "scrape", site_.Url("/"), "-r", "<h9>(.*?)</h9>"}, 100, 24);
  EXPECT_EQ(none.Wait(), 0);
  EXPECT_THAT(none.bytes(), HasSubstr("thresh: no rows; what is on a page: thresh init URL"));
  EXPECT_EQ(Scraped({site_.Url("/"), "-r", "<h9>(.*?)</h9>"}), "") << "a pipe gets rows alone";
}

// Of the pages that a database has only those are fetched that are named.
TEST_F(ScrapeTest, ADatabaseMayBeThereAlready) {
  site_.Add("/a", "<title>A</title><a href=/b>b</a>");
  site_.Add("/b", "<title>B</title>");
  const auto db = folder_ / "x.db";
  const auto scraped = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--db", db.string(), "-r", "<title>(?P<t>.*?)</title>"});
    return Scraped(arguments);
  };
  const std::string root = site_.Url("/"), a = site_.Url("/a"), b = site_.Url("/b");
  const std::string row_of_root = "{\"t\":\"Lamps & more\"}\n";
  const std::string row_of_a = "{\"t\":\"A\"}\n", row_of_b = "{\"t\":\"B\"}\n";
  const std::vector<std::string> follow = {a, "--follow", "/b", "--delay", "1ms"};
  EXPECT_EQ(scraped(follow), row_of_a + row_of_b);
  EXPECT_EQ(scraped({b}), row_of_b) << "though it was found on another page";
  EXPECT_EQ(scraped({root, b, a}), row_of_root + row_of_b + row_of_a);
  EXPECT_EQ(scraped(follow), row_of_a + row_of_b);
  EXPECT_THAT(Sql(db, "SELECT count(*) FROM urls"), ElementsAre("3"));
  EXPECT_THAT(Sql(db, "SELECT count(*) FROM pages"), ElementsAre("8"));
}

// The limits of a config are of crawls: they bound what is followed, and that is said.
TEST_F(ScrapeTest, WhatIsNamedIsFetchedWhateverTheLimits) {
  site_.Add("/a", "<title>A</title><a href=/b>b</a><a href=/c>c</a>");
  const auto config = folder_.Write("x.toml",
                                    "seeds = ['https://x.test/']\n"
                                    "[limits]\npages = 1\ntime = '1ms'\n"
                                    "[[record]]\ntable = 't'\n"
                                    "match = '<title>(?P<t>.*?)</title>'\n");
  EXPECT_EQ(Scraped({site_.Url("/"), site_.Url("/a"), "-c", config}),
            "{\"t\":\"Lamps & more\"}\n{\"t\":\"A\"}\n");
  EXPECT_THAT(
      RunThresh({"scrape", site_.Url("/a"), "-c", config, "--follow", "/", "--delay", "1ms"})
          .errors,
      HasSubstr("limits.pages or limits.time ended it; URLs left: "));
}

TEST_F(ScrapeTest, AFileIsAskedForNothingThatItHasNot) {
  const auto config = folder_.Write("x.toml",
                                    "seeds = ['https://x.test/']\n"
                                    "[[record]]\ntable = 't'\nurl = '/lamps'\n"
                                    "content_type = 'html'\n"
                                    "match = '<title>(?P<t>.*?)</title>'\n");
  const auto file = folder_.Write("saved.html", kPage);
  const std::string row = "{\"t\":\"Lamps & more\"}\n";
  EXPECT_EQ(Scraped({file, "-c", config, "--record", "t"}), row);
  EXPECT_EQ(Scraped({"-", "-c", config}, kPage), row);
  EXPECT_EQ(Scraped({file, "-c", config, "--base", "https://x.test/lamps"}), row);
  EXPECT_EQ(Scraped({file, "-c", config, "--base", "https://x.test/"}), "");
}

TEST_F(ScrapeTest, AFileThatCannotBeReadCostsNoOther) {
  const auto file = folder_.Write("saved.html", kPage);
  const ProgramResult result =
      RunThresh({"scrape", file, folder_ / "none", file, "-f", "ndjson", "-r", "<h3>(Red)"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, "{\"c1\":\"Red\"}\n{\"c1\":\"Red\"}\n");
  EXPECT_THAT(result.errors, HasSubstr("none: cannot be read"));
}

TEST_F(ScrapeTest, OnlyWhatIsFetchedIsStoredAndFollowed) {
  for (const char* flag : {"--db", "--follow"}) {
    const ProgramResult result =
        RunThresh({"scrape", "-", "-r", "<b>", flag, (folder_ / "x.db").string()}, kPage);
    EXPECT_EQ(result.exit_code, 2) << flag;
    EXPECT_THAT(result.errors, HasSubstr("are for pages that are fetched")) << flag;
  }
}

TEST_F(ScrapeTest, ADatabaseGetsNoSecret) {
  const ProgramResult result = RunThresh({"scrape", site_.Url("/"), "-r", "<b>", "-d",
                                          "q=${env:HOME}", "--db", (folder_ / "x.db").string()});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("-d has a secret, and --db would store it"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "x.db"));
}

TEST_F(ScrapeTest, APageThatADatabaseHasComesWhole) {
  site_.AddStatus("/a", 200, {{"ETag", "\"1\""}});
  for (int i = 0; i < 2; ++i) {
    Scraped({site_.Url("/a"), "--db", (folder_ / "x.db").string(), "-r", "<title>(.*?)</title>"});
  }
  ASSERT_THAT(site_.requests(), SizeIs(2));
  EXPECT_EQ(site_.requests()[1].headers.count("If-None-Match"), 0u) << "unchanged gives no rows";
}

// A URL that is named is fetched as it is; one that is followed is as a crawl has it.
TEST_F(ScrapeTest, OnlyACrawlStripsParameters) {
  site_.Add("/?utm_source=a", "<title>With it</title>");
  const std::vector<std::string> named = {site_.Url("/?utm_source=a"), "-r",
                                          "<title>(.*?)</title>"};
  EXPECT_EQ(Scraped(named), "{\"c1\":\"With it\"}\n");
  const ProgramResult followed =
      RunThresh({"scrape", site_.Url("/?utm_source=a"), site_.Url("/"), "--follow", "/none",
                 "--delay", "1ms", "-f", "ndjson", "-r", "<title>(.*?)</title>"});
  EXPECT_EQ(followed.exit_code, 0) << followed.errors;
  EXPECT_EQ(followed.output, "{\"c1\":\"Lamps & more\"}\n");
}

TEST_F(ScrapeTest, InputsHaveLimits) {
  const std::string much(17u << 20, 'a');
  const auto file = folder_.Write("much", much);
  EXPECT_THAT(RunThresh({"scrape", file, "-r", "<b>"}),
              AllOf(Field(&ProgramResult::exit_code, 2),
                    Field(&ProgramResult::errors,
                          HasSubstr("much: is larger than limits.max_body, 16777216 bytes"))));
  EXPECT_THAT(RunThresh({"scrape", "-", "-r", "<b>"}, much),
              AllOf(Field(&ProgramResult::exit_code, 2),
                    Field(&ProgramResult::errors, HasSubstr("stdin: is larger than"))));
  EXPECT_THAT(RunThresh({"scrape", "-i", file, "-r", "<b>"}),
              AllOf(Field(&ProgramResult::exit_code, 2),
                    Field(&ProgramResult::errors,
                          HasSubstr("much:1: the line is longer than a URL may be"))));
  EXPECT_THAT(RunThresh({"scrape", "-i", folder_.path().string(), "-r", "<b>"}),
              AllOf(Field(&ProgramResult::exit_code, 2),
                    Field(&ProgramResult::errors, HasSubstr("cannot be read"))));
}

TEST_F(ScrapeTest, SeveralPatternsShareOneTable) {
  const ProgramResult result =
      RunThresh({"scrape", site_.Url("/"), "-f", "csv", "-r", "<title>(?P<title>.*?)</title>", "-r",
                 "<h2>(?P<heading>.*?)</h2>"});
  EXPECT_EQ(result.output, "title,heading\r\nLamps & more,\r\n,First\r\n,Second\r\n");
}

TEST_F(ScrapeTest, APageOnStdin) {
  EXPECT_EQ(Scraped({"-", "-r", "<h3>(?P<name>.*?)</h3>"}, kPage),
            "{\"name\":\"Blue\"}\n{\"name\":\"Red\"}\n");
}

TEST_F(ScrapeTest, AFileThatTheCommandLineNames) {
  const auto file = folder_.Write("page.html", kPage);
  EXPECT_EQ(Scraped({file.string(), "-r", "<title>(?P<t>.*?)</title>"}),
            "{\"t\":\"Lamps & more\"}\n");
  const ProgramResult missing = RunThresh({"scrape", (folder_ / "none").string(), "-r", "x"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.errors, HasSubstr("cannot be read"));
}

TEST_F(ScrapeTest, AFileUrlIsRefused) {
  const ProgramResult result = RunThresh({"scrape", "file:///etc/passwd", "-r", "root"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.output, IsEmpty());
}

TEST_F(ScrapeTest, AListOfUrlsInItsOrder) {
  for (int i = 0; i < 20; ++i) {
    site_.Add("/" + std::to_string(i), "<h1>" + std::to_string(i) + "</h1>");
  }
  std::string list = "# a comment\n\n";
  std::string expected;
  for (int i = 0; i < 20; ++i) {
    list += site_.Url("/" + std::to_string(i)) + "\n";
    expected += "{\"n\":" + std::to_string(i) + "}\n";
  }
  EXPECT_EQ(Scraped({"-i", "-", "--field", "n:integer=<h1>(.*?)</h1>"}, list), expected);
}

TEST_F(ScrapeTest, ABadLineOfAListCostsNoOther) {
  const auto list =
      folder_.Write("urls.txt", site_.Url("/") + "\n# none\nwww.x.test/a\x1b[31m\n" +
                                    std::string(1 << 20, 'a') + "\n" + site_.Url("/none") + "\n");
  const ProgramResult result =
      RunThresh({"scrape", "-i", list, "-f", "ndjson", "-r", "<title>(?P<t>.*?)</title>"});
  EXPECT_EQ(result.exit_code, 2) << "what is wrong with the list comes before what failed";
  EXPECT_EQ(result.output, "{\"t\":\"Lamps & more\"}\n");
  EXPECT_THAT(result.errors, HasSubstr("urls.txt:3: www.x.test/a\\u{1B}[31m: a URL begins with"));
  EXPECT_THAT(result.errors, HasSubstr("urls.txt:4: the line is longer than a URL may be\n"));
  EXPECT_THAT(result.errors, HasSubstr("/none: status 404"));
}

TEST_F(ScrapeTest, ScopeElementAndEach) {
  const std::string expected =
      "{\"name\":\"Blue\",\"price\":12.5}\n{\"name\":\"Red\",\"price\":1234.0}\n";
  const std::vector<std::string> fields = {"--field", "name=<h3>(.*?)</h3>", "--field",
                                           "price:real=£([\\d.,]+)"};
  for (const auto& rows :
       std::vector<std::vector<std::string>>{{"--scope", "<div class=\"item\">.*?</div>"},
                                             {"--element", "<div class=\"item\""},
                                             {"--each", "<h2>"}}) {
    std::vector<std::string> arguments = {site_.Url("/")};
    arguments.insert(arguments.end(), rows.begin(), rows.end());
    arguments.insert(arguments.end(), fields.begin(), fields.end());
    EXPECT_EQ(Scraped(arguments), expected) << rows[0];
  }
}

TEST_F(ScrapeTest, RowsOfAJsonAnswer) {
  site_.Add("/api", R"({"items": [{"id": 1, "tag": {"x": "ä"}}, {"id": 2}]})", "application/json");
  EXPECT_EQ(Scraped({site_.Url("/api"), "--rows", "/items", "--field", "id:integer=/id", "--field",
                     "tag=/tag/x"}),
            "{\"id\":1,\"tag\":\"ä\"}\n{\"id\":2,\"tag\":null}\n");
}

TEST_F(ScrapeTest, RowsOfJsonLines) {
  EXPECT_EQ(Scraped({"-", "--rows", "", "--field", "a:integer=/a"}, "{\"a\":1}\n{\"a\":2}\n"),
            "{\"a\":1}\n{\"a\":2}\n");
}

TEST_F(ScrapeTest, SaysWhereThereIsNoJson) {
  const auto scraped = [&](const std::string& page) {
    return RunThresh({"scrape", page, "--rows", "/items", "--field", "id=/id"});
  };
  site_.Add("/cut", R"({"items": [{"id": 1}, )", "application/json");
  const ProgramResult cut = scraped(site_.Url("/cut"));
  EXPECT_EQ(cut.exit_code, 0) << cut.errors;
  EXPECT_EQ(cut.errors, "thresh: " + site_.Url("/cut") +
                            ": rows: the JSON from line 1, column 1 is cut off in line 1, column "
                            "23: a value is missing\n");
  const std::string file = folder_.Write("page.html", kPage);
  EXPECT_EQ(scraped(file).errors, "thresh: " + file + ": rows: there is no JSON\n");
  EXPECT_EQ(scraped(folder_.Write("empty.json", R"({"items": []})")).errors, "");
}

TEST_F(ScrapeTest, SendsHeadersMethodAndBody) {
  site_.Add("/search", "<h1>found</h1>");
  setenv("THRESH_TEST_TOKEN", "s3cret", 1);
  Scraped({site_.Url("/search"), "-H", "X-Token: ${env:THRESH_TEST_TOKEN}", "-d", "q=lamp", "-r",
           "<h1>(.*?)</h1>"});
  const auto requests = site_.requests();
  ASSERT_THAT(requests, SizeIs(1)) << "no robots.txt for what is named";
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].body, "q=lamp");
  EXPECT_EQ(requests[0].headers.find("X-Token")->second, "s3cret");
}

TEST_F(ScrapeTest, SendsTheConfigsHeadersButForThoseThatAFlagGives) {
  const std::string origin = site_.Url("/").substr(7, site_.Url("/").size() - 8);
  const auto config = folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + R"(']
[host."*"]
headers = { X-All = "all" }
[host."127.0.0.1"]
headers = { Authorization = "Bearer a", X-Lang = "de" }
[host.")" + origin + R"("]
headers = { X-Port = "b" }
[[record]]
table = "heading"
[record.fields]
text = '<title>(.*?)</title>'
)");
  Scraped({site_.Url("/"), "-c", config.string()});
  Scraped({site_.Url("/"), "-c", config.string(), "-H", "x-lang: en", "-H", "x-port: c"});
  const auto requests = site_.requests();
  ASSERT_THAT(requests, SizeIs(2));
  const auto sent = [&](size_t request, const char* name) {
    const auto [begin, end] = requests[request].headers.equal_range(name);
    std::string values;
    for (auto header = begin; header != end; ++header) values += header->second + ";";
    return values;
  };
  for (const size_t request : {0, 1}) {
    EXPECT_EQ(sent(request, "X-All"), "all;");
    EXPECT_EQ(sent(request, "Authorization"), "Bearer a;");
  }
  EXPECT_EQ(sent(0, "X-Lang") + sent(0, "X-Port"), "de;b;");
  EXPECT_EQ(sent(1, "X-Lang") + sent(1, "X-Port"), "en;c;");
}

TEST_F(ScrapeTest, HeadersDoNotFollowARedirectToAnotherHost) {
  LoopbackSite other;
  other.Add("/", "<h1>other</h1>");
  site_.AddRedirect("/away", "http://localhost:" + other.Url("/").substr(17));
  RunThresh({"scrape", site_.Url("/away"), "-H", "Authorization: secret", "-r", "<h1>(.*?)</h1>"});
  for (const auto& request : other.requests()) {
    EXPECT_EQ(request.headers.count("Authorization"), 0u);
  }
}

TEST_F(ScrapeTest, FollowsRedirects) {
  site_.AddRedirect("/old", "/");
  EXPECT_EQ(Scraped({site_.Url("/old"), "-r", "<title>(?P<t>.*?)</title>"}),
            "{\"t\":\"Lamps & more\"}\n");
}

TEST_F(ScrapeTest, WhatCannotBeFetchedIsSaid) {
  const ProgramResult result = RunThresh({"scrape", site_.Url("/none"), site_.Url("/"), "-f",
                                          "ndjson", "-r", "<title>(?P<t>.*?)</title>"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "{\"t\":\"Lamps & more\"}\n") << "the others are printed";
  EXPECT_THAT(result.errors, HasSubstr("/none: status 404"));
}

TEST_F(ScrapeTest, FollowGoesOnByRule) {
  site_.Add("/lamp/1", "<h1>One</h1>");
  site_.Add("/lamp/2", "<h1>Two</h1>");
  const std::string output = Scraped(
      {site_.Url("/"), "--follow", "/lamp/", "--delay", "1ms", "--field", "name=<h1>(.*?)</h1>"});
  EXPECT_THAT(output, HasSubstr("One"));
  EXPECT_THAT(output, HasSubstr("Two"));
}

TEST_F(ScrapeTest, WhatRobotsKeepItFromIsSaid) {
  site_.AddRedirect("/old", "/private/b");
  site_.Add("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain");
  const ProgramResult result =
      RunThresh({"scrape", site_.Url("/"), site_.Url("/private/a"), site_.Url("/old"), "--follow",
                 "/private/", "--delay", "1ms", "-r", "<h3>(.*?)</h3>"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.errors, "thresh: " + site_.Url("/private/a") +
                               ": robots.txt: Disallow: /private\nthresh: " +
                               site_.Url("/private/b") + ": robots.txt: Disallow: /private\n");
}

TEST_F(ScrapeTest, RobotsAreAskedForTheAgentThatIsSent) {
  site_.Add("/robots.txt", "User-agent: slowbot\nDisallow: /\n", "text/plain");
  const ProgramResult result =
      RunThresh({"scrape", site_.Url("/"), "--follow", ".", "--delay", "1ms", "-H",
                 "user-agent: slowbot/1.0", "-r", "<h3>(.*?)</h3>"});
  EXPECT_EQ(result.exit_code, 3);
  const auto requests = site_.requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].target, "/robots.txt");
  EXPECT_EQ(requests[0].headers.count("User-Agent"), 1u);
  EXPECT_EQ(requests[0].headers.find("User-Agent")->second, "slowbot/1.0");
}

TEST_F(ScrapeTest, AConfigsRulesOnOnePage) {
  const auto config = folder_.Write("lamps.toml", R"(
seeds = ["https://lamps.test/"]
[[record]]
table = "lamp"
element = '<div class="item"'
[record.fields]
name = '<h3>(.*?)</h3>'
link = { re = '<a\b[^>]*>', attr = "href", type = "url" }
)");
  EXPECT_EQ(Scraped({site_.Url("/"), "-c", config.string()}),
            "{\"name\":\"Blue\",\"link\":\"" + site_.Url("/lamp/1") +
                "\"}\n{\"name\":\"Red\",\"link\":\"" + site_.Url("/lamp/2") + "\"}\n");
  const ProgramResult none =
      RunThresh({"scrape", site_.Url("/"), "-c", config.string(), "--record", "chair"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "lamps.db"));
}

TEST_F(ScrapeTest, WritesAFileInTheFormatOfItsName) {
  const auto file = folder_ / "out.csv";
  RunThresh({"scrape", site_.Url("/"), "-o", file.string(), "-r", "<h3>(?P<name>.*?)</h3>"});
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "name\r\nBlue\r\nRed\r\n");
}

TEST_F(ScrapeTest, ADatabaseOnlyWhenAskedFor) {
  const auto db = folder_ / "lamps.db";
  Scraped({site_.Url("/"), "--db", db.string(), "-r", "<h3>(?P<name>.*?)</h3>"});
  EXPECT_THAT(Sql(db, "SELECT name FROM r1 ORDER BY _ordinal"), ElementsAre("Blue", "Red"));
}

TEST_F(ScrapeTest, BadUsageIsOneLine) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"scrape", site_.Url("/")},
                                             {"scrape", "-r", "x"},
                                             {"scrape", site_.Url("/"), "-r", "(x"},
                                             {"scrape", site_.Url("/"), "-r", "(?=x)"},
                                             {"scrape", site_.Url("/"), "--field", "name"},
                                             {"scrape", site_.Url("/"), "--field", "name:money=x"},
                                             {"scrape", site_.Url("/"), "--scope", "x"},
                                             {"scrape", site_.Url("/"), "-r", "x", "--depth", "1"},
                                             {"scrape", site_.Url("/"), "-r", "x", "-f", "xml"},
                                             {"scrape", "http://user:pw@x.test/", "-r", "x"}}) {
    const ProgramResult result = RunThresh(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
    EXPECT_EQ(result.errors.find("user:pw"), std::string::npos);
  }
}

}  // namespace
}  // namespace thresh
