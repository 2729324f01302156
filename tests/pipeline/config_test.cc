// Good configs, and what is read from them.
#include "pipeline/config.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::chrono_literals;

std::string Joined(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += ToString(diagnostic) + "\n";
  return text;
}

class ConfigTest : public ::testing::Test {
 protected:
  Config Load(std::string_view text, const Overrides& overrides = {}) {
    const auto path = folder_.Write("books.toml", text);
    std::vector<Diagnostic> diagnostics;
    std::optional<Config> config = LoadConfig(path, {}, overrides, &diagnostics);
    EXPECT_TRUE(config) << Joined(diagnostics);
    EXPECT_THAT(diagnostics, IsEmpty()) << Joined(diagnostics);
    return config ? *config : Config();
  }

  std::string Fail(std::string_view text, const Overrides& overrides) {
    const auto path = folder_.Write("books.toml", text);
    std::vector<Diagnostic> diagnostics;
    EXPECT_FALSE(LoadConfig(path, {}, overrides, &diagnostics));
    return Joined(diagnostics);
  }

  const TemporaryFolder folder_;
};

constexpr std::string_view kSeeds = "seeds = ['http://x.test/']\n";

TEST_F(ConfigTest, DefaultsHoldWhereNothingIsSaid) {
  const Config config = Load(kSeeds);
  EXPECT_EQ(config.name, "books");
  EXPECT_EQ(config.store.db, folder_.path() / "books.db");
  EXPECT_EQ(config.limits.wait, 5min);
  EXPECT_EQ(config.limits.failed, 0.1);
  EXPECT_EQ(config.limits.max_body_bytes, 16u << 20);
  EXPECT_EQ(config.fetch.timeout, 60s);
  EXPECT_EQ(config.fetch.retries, 3);
  EXPECT_TRUE(config.fetch.robots);
  EXPECT_TRUE(config.html_links);
  EXPECT_TRUE(config.hosts.contains("*"));
  EXPECT_FALSE(config.ForHost("x.test").delay);
  ASSERT_TRUE(config.extractor);
  EXPECT_THAT(config.extractor->specs(), IsEmpty());
  EXPECT_EQ(config.text, kSeeds);
}

TEST_F(ConfigTest, EveryTableIsRead) {
  const Config config = Load(R"(
name = "shop"
seeds = ['http://x.test/']
follow = ['-[?&]sort=', '+/(list|book)/', 'any']
html_links = false
[limits]
hosts = ["X.test", "bücher.test"]
depth = 3
pages = 1000
time = "2h"
wait = "1.5s"
failed = "25%"
max_body = "2MB"
parse_time = "100ms"
links_per_page = 50
[fetch]
processes = 2
memory = "64MB"
timeout = "10s"
connect_timeout = "2s"
retries = 0
user_agent = "me/1"
robots = false
proxy = "socks5://127.0.0.1:1080"
private_addresses = "deny"
sandbox = "off"
strip = ['utm_.*']
[store]
db = "data/shop.db"
bodies = "none"
history = false
[recrawl]
gone_after = 5
)");
  EXPECT_EQ(config.name, "shop");
  ASSERT_EQ(config.follow.size(), 3u);
  EXPECT_FALSE(config.follow[0].allow);
  EXPECT_EQ(config.follow[0].re, "[?&]sort=");
  EXPECT_TRUE(config.follow[1].allow);
  EXPECT_EQ(config.follow[1].re, "/(list|book)/");
  EXPECT_TRUE(config.follow[2].allow);
  EXPECT_EQ(config.follow[2].re, "any");
  EXPECT_FALSE(config.html_links);
  EXPECT_EQ(config.limits.hosts, LimitsConfig::Hosts::kList);
  EXPECT_THAT(config.limits.host_list, ElementsAre("x.test", "xn--bcher-kva.test"));
  EXPECT_EQ(config.limits.depth, 3);
  EXPECT_EQ(config.limits.pages, 1000);
  EXPECT_EQ(config.limits.time, 2h);
  EXPECT_EQ(config.limits.wait, 1500ms);
  EXPECT_EQ(config.limits.failed, 0.25);
  EXPECT_EQ(config.limits.max_body_bytes, 2u << 20);
  EXPECT_EQ(config.limits.parse_time, 100ms);
  EXPECT_EQ(config.limits.links_per_page, 50u);
  EXPECT_EQ(config.fetch.processes, 2u);
  EXPECT_EQ(config.fetch.memory_bytes, 64u << 20);
  EXPECT_EQ(config.fetch.timeout, 10s);
  EXPECT_EQ(config.fetch.connect_timeout, 2s);
  EXPECT_EQ(config.fetch.retries, 0);
  EXPECT_EQ(config.fetch.user_agent, "me/1");
  EXPECT_FALSE(config.fetch.robots);
  EXPECT_EQ(config.fetch.proxy, "socks5://127.0.0.1:1080");
  EXPECT_EQ(config.fetch.private_addresses, FetchConfig::PrivateAddresses::kDeny);
  EXPECT_FALSE(config.fetch.sandbox);
  EXPECT_EQ(config.fetch.strip.Strip(Url::Parse("http://x.test/?utm_a&gclid").value()).href(),
            "http://x.test/?gclid");
  EXPECT_EQ(config.store.db, folder_.path() / "data/shop.db");
  EXPECT_EQ(config.store.bodies, StoreConfig::Bodies::kNone);
  EXPECT_EQ(config.store.history, false);
  EXPECT_EQ(config.recrawl.gone_after, 5);
}

TEST_F(ConfigTest, AHostOverridesWhatHoldsForAll) {
  setenv("THRESH_TEST_TOKEN", "s3cret", 1);
  folder_.Write("key.txt", "k3y\n");
  const Config config = Load(R"(
seeds = ['http://x.test/']
[host."*"]
delay = "2s"
parallel = 2
headers = { Accept-Language = "de", X-A = "1" }
[host."X.test"]
delay = 0
headers = { Authorization = "Bearer ${env:THRESH_TEST_TOKEN}", x-a = "${file:key.txt}" }
reject = ['Just a moment']
[host."x.test:8080"]
delay = "5s"
)");
  const HostConfig all = config.ForHost("y.test");
  EXPECT_EQ(all.delay, 2s);
  EXPECT_THAT(all.headers, ElementsAre(Pair("Accept-Language", "de"), Pair("X-A", "1")));
  const HostConfig own = config.ForHost("x.test");
  EXPECT_EQ(own.delay, 0s);
  EXPECT_EQ(own.parallel, 2u);
  EXPECT_THAT(own.headers, ElementsAre(Pair("Accept-Language", "de"),
                                       Pair("Authorization", "Bearer s3cret"), Pair("x-a", "k3y")));
  EXPECT_THAT(own.reject, ElementsAre("Just a moment"));
  EXPECT_EQ(config.ForHost("x.test:8080").delay, 5s);
  EXPECT_EQ(config.ForHost("x.test:8080").headers.size(), 3u);
  EXPECT_EQ(config.ForHost("x.test:81").delay, 0s);
  EXPECT_EQ(config.text.find("s3cret"), std::string::npos);
}

TEST_F(ConfigTest, LiteralSecretsAreNotInTheStoredText) {
  const auto path = folder_.Write("books.toml",
                                  "seeds = ['http://x.test/']\n[host.'x.test']\n"
                                  "headers = { Authorization = 'Basic abc', A = 'b' }"
                                  " # ä\n[fetch]\nproxy = 'http://me:pw@p.test:1'\n");
  std::vector<Diagnostic> diagnostics;
  const auto config = LoadConfig(path, {}, {}, &diagnostics);
  ASSERT_TRUE(config) << Joined(diagnostics);
  EXPECT_EQ(diagnostics.size(), 2u);
  EXPECT_EQ(config->text,
            "seeds = ['http://x.test/']\n[host.'x.test']\n"
            "headers = { Authorization = \"(redacted)\", A = 'b' }"
            " # ä\n[fetch]\nproxy = \"(redacted)\"\n");
  EXPECT_THAT(config->ForHost("x.test").headers,
              ElementsAre(Pair("Authorization", "Basic abc"), Pair("A", "b")));
}

TEST_F(ConfigTest, TheStoredTextHasWhatDefaultsAndSetSay) {
  folder_.Write("defaults.toml",
                "[host.'x.test'.headers]\nAuthorization = 's3cret'\nAccept = 'a/b'\n");
  const auto path = folder_.Write("books.toml", "seeds = ['http://x.test/']  # mine\n");
  std::vector<Diagnostic> diagnostics;
  const auto config =
      LoadConfig(path, folder_.path() / "defaults.toml",
                 {"limits.depth=2", "fetch.proxy=http://me:pw@p.test:1"}, &diagnostics);
  ASSERT_TRUE(config) << Joined(diagnostics);
  EXPECT_EQ(config->text,
            "# This site's file, with what defaults.toml and --set say.\n"
            "seeds = ['http://x.test/']\n\n[host.\"x.test\"]\n"
            "headers = { Authorization = '(redacted)', Accept = 'a/b' }\n\n[limits]\ndepth = 2\n"
            "\n[fetch]\nproxy = '(redacted)'\n");
  EXPECT_EQ(config->ForHost("x.test").headers[0].second, "s3cret") << "only the text has no secret";
}

TEST_F(ConfigTest, SeedsAreExpandedAndNormalised) {
  folder_.Write("urls.txt", "http://x.test/1\n");
  const Config config = Load(R"(
seeds = ["HTTP://X.test:80/list?page=[9-11]", "list:urls.txt",
  { url = "https://api.x.test/s", json = { q = "lämp", n = [1, 2.5, true] }, headers = { Accept = "a/b" } },
  { url = "https://api.x.test/f", form = { q = "a b&c", n = 3 } },
  { url = "https://api.x.test/p", method = "PUT", body = "x" },
  { url = "https://api.x.test/g[1-2]" }]
)");
  std::vector<std::string> urls;
  for (const SeedConfig& seed : config.seeds) {
    if (seed.kind == SeedConfig::Kind::kList) urls.push_back("list " + seed.file);
    for (size_t i = 0; i < seed.url_count(); ++i) {
      urls.push_back(seed.method + " " + seed.UrlAt(i).href());
    }
  }
  EXPECT_THAT(urls, ElementsAre("GET http://x.test/list?page=9", "GET http://x.test/list?page=10",
                                "GET http://x.test/list?page=11",
                                "list " + (folder_.path() / "urls.txt").string(),
                                "POST https://api.x.test/s", "POST https://api.x.test/f",
                                "PUT https://api.x.test/p", "GET https://api.x.test/g1",
                                "GET https://api.x.test/g2"));
  EXPECT_EQ(config.seeds[2].body, R"({"q":"lämp","n":[1,2.5,true]})");
  EXPECT_THAT(config.seeds[2].headers,
              ElementsAre("Accept: a/b", "Content-Type: application/json"));
  EXPECT_EQ(config.seeds[3].body, "q=a+b%26c&n=3");
  EXPECT_THAT(config.seeds[3].headers,
              ElementsAre("Content-Type: application/x-www-form-urlencoded"));
  EXPECT_EQ(config.seeds[4].body, "x");
}

TEST_F(ConfigTest, RecordsAreReadInTheOrderOfTheFile) {
  const Config config = Load(R"toml(
seeds = ['http://x.test/']
lang = "de"
[[record]]
table = "book"
url = '/book/\d+'
element = '<li\b[^>]*class="book"'
key = ["sku"]
expect = { min_rows = 1 }
[record.fields]
sku    = '''data-sku="(\w+)"'''
price  = { re = ['£([\d.,]+)', 'x(y)'], type = "real", required = true, lang = "en" }
link   = { re = '<a\b[^>]*class="title"[^>]*>', attr = "href", type = "url" }
tags   = { re = 'rel="tag">([^<]+)', many = true, clean = ["trim", { replace = ['a', 'b'] }] }
seen   = { from = "fetched_at" }
count  = { re = '(\d+)', type = "integer", default = 0 }
[[record]]
table = "item"
rows = "/items"
[record.fields]
id = "/id"
name = { json = "/name", clean = [] }
)toml");
  const std::vector<RecordSpec>& specs = config.extractor->specs();
  ASSERT_EQ(specs.size(), 2u);
  const RecordSpec& book = specs[0];
  EXPECT_EQ(book.table, "book");
  EXPECT_EQ(book.url, R"(/book/\d+)");
  EXPECT_EQ(book.element, R"(<li\b[^>]*class="book")");
  EXPECT_THAT(book.key, ElementsAre("sku"));
  EXPECT_EQ(book.expect.min_rows, 1);
  EXPECT_EQ(book.lang, "de");
  std::vector<std::string> names;
  for (const FieldSpec& field : book.fields) names.push_back(field.name);
  ASSERT_THAT(names, ElementsAre("sku", "price", "link", "tags", "seen", "count"));
  EXPECT_THAT(book.fields[0].re, ElementsAre(R"re(data-sku="(\w+)")re"));
  EXPECT_EQ(book.fields[1].re.size(), 2u);
  EXPECT_EQ(book.fields[1].type, ValueType::kReal);
  EXPECT_TRUE(book.fields[1].required);
  EXPECT_EQ(book.fields[1].lang, "en");
  EXPECT_EQ(book.fields[2].attr, "href");
  EXPECT_TRUE(book.fields[3].many);
  ASSERT_EQ(book.fields[3].clean->size(), 2u);
  EXPECT_EQ((*book.fields[3].clean)[0].kind, CleanStep::Kind::kTrim);
  EXPECT_EQ((*book.fields[3].clean)[1].rewrite, "b");
  EXPECT_EQ(book.fields[4].from, "fetched_at");
  EXPECT_EQ(book.fields[5].default_value, "0");
  EXPECT_EQ(specs[1].rows, "/items");
  EXPECT_EQ(specs[1].fields[0].json, "/id");
  EXPECT_THAT(specs[1].fields[1].clean, ::testing::Optional(IsEmpty()));
}

TEST_F(ConfigTest, OverridesWinOverTheFile) {
  const Config config = Load("seeds = ['http://x.test/']\n[limits]\ndepth = 1\npages = 5\n",
                             {"limits.depth=7", "limits.wait=2s", "host.\"x.test\".delay=0",
                              "name=other", "limits.hosts=[\"a.test\"]", "store.db=x.db"});
  EXPECT_EQ(config.limits.depth, 7);
  EXPECT_EQ(config.limits.pages, 5);
  EXPECT_EQ(config.limits.wait, 2s);
  EXPECT_EQ(config.ForHost("x.test").delay, 0s);
  EXPECT_EQ(config.name, "other");
  EXPECT_THAT(config.limits.host_list, ElementsAre("a.test"));
  EXPECT_EQ(config.store.db, "x.db");  // of the current folder: the command line's
}

TEST_F(ConfigTest, BadOverridesAreNamed) {
  EXPECT_EQ(
      Fail(kSeeds, {"limits.dept=7"}),
      "--set limits.dept: error: unknown key \"dept\" in [limits]: did you mean \"depth\"?\n");
  EXPECT_THAT(Fail(kSeeds, {"limits.depth=x"}),
              ::testing::StartsWith("--set limits.depth: error: "));
  EXPECT_THAT(Fail(kSeeds, {"limits.depth"}), ::testing::HasSubstr("write --set KEY=VALUE"));
  EXPECT_THAT(Fail(kSeeds, {"host.*.delay=1s"}), ::testing::HasSubstr("this is not a key"));
  EXPECT_THAT(Fail(kSeeds, {"seeds=['x"}), ::testing::HasSubstr("check its quotes and brackets"));
  EXPECT_THAT(Fail(kSeeds, {"name=\xFF"}), ::testing::HasSubstr("UTF-8"));
}

TEST_F(ConfigTest, TheHashCoversAllThatShapesTheCrawl) {
  const Config config = Load(kSeeds);
  EXPECT_EQ(config.hash.size(), 32u);
  EXPECT_EQ(config.hash, Load(kSeeds).hash);
  EXPECT_NE(config.hash, Load(std::string(kSeeds) + "#\n").hash);
  EXPECT_NE(config.hash, Load(kSeeds, {"limits.depth=1"}).hash);
  const auto defaults = folder_.Write("defaults.toml", "[limits]\ndepth = 1\n");
  std::vector<Diagnostic> diagnostics;
  const auto with = LoadConfig(folder_.path() / "books.toml", defaults, {}, &diagnostics);
  ASSERT_TRUE(with);
  EXPECT_NE(config.hash, with->hash);
}

TEST_F(ConfigTest, AByteOrderMarkAndCarriageReturnsAreFine) {
  const Config config = Load("\xEF\xBB\xBFseeds = ['http://x.test/']\r\n[limits]\r\ndepth = 1\r\n");
  EXPECT_EQ(config.limits.depth, 1);
}

TEST_F(ConfigTest, WhatIsNoConfigIsRefused) {
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(LoadConfig(folder_.path() / "none.toml", {}, {}, &diagnostics));
  EXPECT_FALSE(LoadConfig("/dev/zero", {}, {}, &diagnostics));
  EXPECT_FALSE(LoadConfig("https://me:secret@x.test/", {}, {}, &diagnostics));
  const auto large = folder_.Write("large.toml", std::string((1 << 20) + 1, '#'));
  EXPECT_FALSE(LoadConfig(large, {}, {}, &diagnostics));
  const auto database =
      folder_.Write("books.db", std::string("SQLite format 3\0", 16) + std::string(1 << 20, 'x'));
  EXPECT_FALSE(LoadConfig(database, {}, {}, &diagnostics));
  EXPECT_THAT(Joined(diagnostics),
              ::testing::AllOf(::testing::HasSubstr("none.toml: error: there is no such file"),
                               ::testing::HasSubstr("/dev/zero: error: this is not a regular file"),
                               ::testing::HasSubstr("large.toml: error: is larger than 1 MiB"),
                               ::testing::HasSubstr("https://…@x.test/: error: this is a URL"),
                               ::testing::HasSubstr("books.db: error: this is a database")));
}

TEST_F(ConfigTest, AFilesOwnNameMustDoOrBeReplaced) {
  const auto path = folder_.Write("my shop.toml", kSeeds);
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(LoadConfig(path, {}, {}, &diagnostics));
  EXPECT_THAT(Joined(diagnostics), ::testing::HasSubstr("write name = "));
}

}  // namespace
}  // namespace thresh
