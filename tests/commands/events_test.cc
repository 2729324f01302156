// -v and --json, and that docs/events.md and its schema say what comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/support/json_schema.h"
#include "tests/support/loopback_site.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class EventsTest : public testing::Test {
 protected:
  EventsTest() {
    site_.Add("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain");
    site_.Add("/", R"(<h1>Start "quoted"</h1>
<a href=/a>a</a> <a href=/missing>m</a> <a href=/private/x>p</a> <a href=/skip>s</a>
<a href=http://elsewhere.test/>e</a> <a rel=nofollow href=/n>n</a> <a href=/a#x>again</a>)");
    site_.Add("/a", "<h1>A</h1>");
  }
  std::string Config(const std::string& extra = "") {
    return folder_
        .Write("site.toml", "seeds = ['" + site_.Url("/") + "']\nfollow = ['-skip']\n" + extra + R"(
[limits]
failed = "80%"
[host."*"]
delay = "0s"
[[record]]
table = "heading"
match = '<h1>(?P<text>.*?)</h1>'
)")
        .string();
  }
  // The events of a crawl, each checked against the schema.
  std::vector<json> Events(const std::vector<std::string>& arguments, int exit_code) {
    const ProgramResult result = RunThresh(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << result.errors;
    EXPECT_EQ(result.output, "");
    static const json schema = json::parse(ReadText(kSchema));
    std::vector<json> events;
    for (const std::string& line : Lines(result.errors)) {
      events.push_back(json::parse(line));
      EXPECT_EQ(SchemaComplaint(schema, events.back()), "") << line;
    }
    return events;
  }

  static inline const std::string kSchema = SOURCE_FOLDER "/docs/events.schema.json";
  static inline const std::string kWords = SOURCE_FOLDER "/docs/events.md";
  LoopbackSite site_;
  TemporaryFolder folder_;
};

std::vector<json> Named(const std::vector<json>& events, const std::string& name) {
  std::vector<json> named;
  for (const json& event : events) {
    if (event["event"] == name) named.push_back(event);
  }
  return named;
}

json OfUrl(const std::vector<json>& events, const std::string& url) {
  for (const json& event : events) {
    if (event.value("url", "") == url) return event;
  }
  return json::object();
}

TEST_F(EventsTest, TellsEachDecisionOfARun) {
  const auto events = Events({"crawl", Config(), "--json"}, 0);
  const json run = Named(events, "run").at(0);
  EXPECT_EQ(run["first"], true);
  EXPECT_EQ(run["queued"], 1);
  const auto found = Named(events, "found");
  EXPECT_EQ(OfUrl(found, site_.Url("/a"))["decision"], "queued");
  EXPECT_EQ(OfUrl(found, site_.Url("/skip"))["decision"], "skipped");
  EXPECT_THAT(OfUrl(found, site_.Url("/skip"))["reason"], HasSubstr("-skip"));
  EXPECT_EQ(OfUrl(found, "http://elsewhere.test/")["decision"], "dropped");
  EXPECT_EQ(Named(events, "dropped").at(0)["reason"], "nofollow");
  EXPECT_EQ(Named(events, "robots").at(0)["status"], 200);
  const auto pages = Named(events, "page");
  EXPECT_EQ(OfUrl(pages, site_.Url("/a"))["rows"], 1);
  EXPECT_EQ(OfUrl(pages, site_.Url("/a"))["state"], "done");
  EXPECT_EQ(OfUrl(pages, site_.Url("/missing"))["state"], "failed");
  EXPECT_EQ(OfUrl(pages, site_.Url("/private/x")), json::object());
  EXPECT_EQ(OfUrl(Named(events, "refused"), site_.Url("/private/x"))["reason"],
            "robots.txt: Disallow: /private");
  const json fetch = OfUrl(Named(events, "fetch"), site_.Url("/a"));
  EXPECT_GT(fetch["worker"], 0);
  EXPECT_EQ(fetch["worker"], OfUrl(pages, site_.Url("/a"))["worker"]);
  const json end = events.back();
  EXPECT_EQ(end["event"], "end");
  EXPECT_EQ(end["outcome"], "complete");
  EXPECT_EQ(end["pages"], 3);
  EXPECT_EQ(end["rows_added"], 2);
}

TEST_F(EventsTest, TellsRestsRetriesAndFindings) {
  site_.Add("/", "<h1>S</h1><a href=/busy>b</a>");
  const std::string config = Config("[fetch]\nretries = 1\n");
  RunThresh({"crawl", config});  // so that the next has something to miss
  site_.AddStatus("/", 503, {{"Retry-After", "1"}});
  const auto events = Events({"crawl", config, "--json", "--fresh"}, 3);
  const json rest = Named(events, "rest").at(0);
  EXPECT_EQ(rest["why"], "retry-after");
  EXPECT_EQ(rest["rest_ms"], 1000);
  const json page = Named(events, "page").at(0);
  EXPECT_EQ(page["state"], "pending");
  EXPECT_TRUE(page.contains("retry_ms"));
  EXPECT_THAT(Named(events, "finding").at(0)["text"], HasSubstr("seed " + site_.Url("/")));
  EXPECT_EQ(events.back()["level"], "error");
}

TEST_F(EventsTest, ErrorsAreEventsToo) {
  const std::string config = folder_.Write("bad.toml", "sedes = []\n").string();
  std::vector<std::string> texts;
  for (const json& event : Named(Events({"crawl", config, "--json"}, 2), "config")) {
    texts.push_back(event["text"]);
  }
  EXPECT_THAT(texts, Contains(HasSubstr("sedes")));
  const std::string db = folder_.Write("no.db", std::string(5000, 'x')).string();
  const auto events = Events({"crawl", Config(), "--json", "--db", db}, 5);
  EXPECT_THAT(Named(events, "error").at(0)["text"], HasSubstr("no.db"));
}

TEST_F(EventsTest, TroubleIsAnEventToo) {
  const auto events = Events({"crawl", Config(), "--json", "--report", "/dev/full"}, 1);
  EXPECT_THAT(Named(events, "trouble").at(0)["text"], HasSubstr("the report was not written"));
  EXPECT_EQ(Named(events, "trouble").at(0)["level"], "warning");
}

TEST_F(EventsTest, LinesAreLogfmt) {
  const ProgramResult result = RunThresh({"crawl", Config(), "-v"});
  EXPECT_EQ(result.exit_code, 0);
  const auto lines = Lines(result.errors);
  EXPECT_THAT(lines, Contains(AllOf(StartsWith("time=20"),
                                    HasSubstr("Z level=info event=page site=site url=" +
                                              site_.Url("/a") + " state=done status=200"))));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("level=debug event=found"), HasSubstr("depth=1"),
                                    HasSubstr("decision=skipped reason=\"follow rule -skip\""))));
  EXPECT_THAT(lines, Contains(HasSubstr("level=warning event=page")));
  EXPECT_THAT(result.errors, Not(HasSubstr("\x1b")));
}

TEST_F(EventsTest, WhatPagesSayCannotForgeALine) {
  site_.Add("/", "<a href='/a%0Aevent=end\x1b[2J'>x</a>");
  const ProgramResult lines = RunThresh({"crawl", Config(), "-v"});
  for (const std::string& line : Lines(lines.errors)) {
    if (line.starts_with("site:") || line.starts_with("  ")) continue;
    EXPECT_THAT(line, StartsWith("time="));
  }
  EXPECT_THAT(lines.errors, Not(HasSubstr("\x1b")));
}

// The table of docs/events.md and the schema name the same events and fields, and those that the
// crawls above do not bring about are few and known.
TEST_F(EventsTest, TheDocumentAndTheSchemaAgree) {
  const json schema = json::parse(ReadText(kSchema));
  std::set<std::string> in_schema;
  for (const json& choice : schema["oneOf"]) {
    const std::string name = choice["properties"]["event"]["const"];
    for (const auto& [field, ignored] : choice["properties"].items()) {
      if (field != "time" && field != "level" && field != "event")
        in_schema.insert(name + "." + field);
    }
  }
  std::set<std::string> in_words;
  for (const std::string& line : Lines(ReadText(kWords))) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(2));
    std::string name;
    std::string when;
    std::string fields;
    std::getline(cells, name, '|');
    std::getline(cells, when, '|');
    std::getline(cells, fields, '|');
    name = name.substr(1, name.rfind('`') - 1);
    int depth = 0;  // values are explained in brackets
    for (size_t i = 0; i < fields.size(); ++i) {
      if (fields[i] == '(') ++depth;
      if (fields[i] == ')') --depth;
      if (fields[i] != '`' || depth > 0) continue;
      const size_t end = fields.find('`', i + 1);
      in_words.insert(name + "." + fields.substr(i + 1, end - i - 1));
      i = end;
    }
  }
  EXPECT_EQ(in_words, in_schema);
}

}  // namespace
}  // namespace thresh
