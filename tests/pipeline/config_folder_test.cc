// Configs that make one crawl: folders, defaults.toml, several files.
#include <gmock/gmock.h>

#include "pipeline/config.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kFolderSeeds = "seeds = ['http://x.test/']\n";

class ConfigFolderTest : public ::testing::Test {
 protected:
  std::vector<Config> Load(const std::vector<std::filesystem::path>& arguments,
                           const Overrides& overrides = {}) {
    std::vector<Diagnostic> diagnostics;
    std::vector<Config> configs = LoadConfigs(arguments, overrides, &diagnostics);
    lines_.clear();
    for (const Diagnostic& diagnostic : diagnostics) lines_.push_back(ToString(diagnostic));
    return configs;
  }

  static std::vector<std::string> Names(const std::vector<Config>& configs) {
    std::vector<std::string> names;
    for (const Config& config : configs) names.push_back(config.name);
    return names;
  }

  std::filesystem::path shops() const { return folder_.path() / "shops"; }

  const TemporaryFolder folder_;
  std::vector<std::string> lines_;
};

TEST_F(ConfigFolderTest, IsASiteAFileInOneDatabase) {
  folder_.Write("shops/b.toml", kFolderSeeds);
  folder_.Write("shops/a.toml", kFolderSeeds);
  folder_.Write("shops/.hidden.toml", "?");
  folder_.Write("shops/notes.txt", "?");
  const std::vector<Config> configs = Load({shops()});
  EXPECT_THAT(lines_, IsEmpty());
  ASSERT_THAT(Names(configs), ElementsAre("a", "b"));
  EXPECT_EQ(configs[0].store.db, shops() / "shops.db");
  EXPECT_EQ(configs[1].store.db, shops() / "shops.db");
}

TEST_F(ConfigFolderTest, DefaultsLieBeneathEverySite) {
  folder_.Write(
      "shops/defaults.toml",
      "[limits]\ndepth = 2\npages = 9\n[store]\ndb = 'all.db'\n[host.'*']\ndelay = '3s'\n");
  folder_.Write("shops/a.toml", std::string(kFolderSeeds) + "[limits]\ndepth = 5\n");
  folder_.Write("shops/b.toml", kFolderSeeds);
  const std::vector<Config> configs = Load({shops()});
  EXPECT_THAT(lines_, IsEmpty());
  ASSERT_THAT(Names(configs), ElementsAre("a", "b"));
  EXPECT_EQ(configs[0].limits.depth, 5);
  EXPECT_EQ(configs[0].limits.pages, 9);
  EXPECT_EQ(configs[1].limits.depth, 2);
  EXPECT_EQ(configs[1].ForHost("x.test").delay, std::chrono::seconds(3));
  EXPECT_EQ(configs[0].store.db, shops() / "all.db");
}

TEST_F(ConfigFolderTest, AFileBesideDefaultsIsASiteOfItsFolder) {
  folder_.Write("shops/defaults.toml", "[limits]\ndepth = 2\n");
  folder_.Write("shops/a.toml", kFolderSeeds);
  const std::vector<Config> configs = Load({shops() / "a.toml"});
  ASSERT_EQ(configs.size(), 1u);
  EXPECT_EQ(configs[0].limits.depth, 2);
  EXPECT_EQ(configs[0].store.db, shops() / "shops.db");
}

TEST_F(ConfigFolderTest, FilesAloneHaveADatabaseEach) {
  folder_.Write("shops/a.toml", kFolderSeeds);
  folder_.Write("shops/b.toml", kFolderSeeds);
  const std::vector<Config> configs =
      Load({shops() / "a.toml", shops() / "b.toml", shops() / "." / "a.toml"});
  EXPECT_THAT(lines_, IsEmpty());
  ASSERT_THAT(Names(configs), ElementsAre("a", "b"));
  EXPECT_EQ(configs[0].store.db, shops() / "a.db");
  EXPECT_EQ(configs[1].store.db, shops() / "b.db");
}

TEST_F(ConfigFolderTest, WhatIsWrongInDefaultsIsSaidOnce) {
  const auto defaults = folder_.Write("shops/defaults.toml", "name = 'x'\n[limits]\ndepht = 2\n");
  folder_.Write("shops/a.toml", kFolderSeeds);
  folder_.Write("shops/b.toml", kFolderSeeds);
  EXPECT_THAT(Load({shops()}), IsEmpty());
  EXPECT_THAT(lines_,
              ElementsAre(HasSubstr("defaults.toml:1:1: error: \"name\" is each site's own"),
                          HasSubstr("defaults.toml:3:1: error: unknown key \"depht\"")));
}

TEST_F(ConfigFolderTest, OneBadSiteLeavesTheOthers) {
  folder_.Write("shops/a.toml", "seeds = [\n");
  folder_.Write("shops/b.toml", kFolderSeeds);
  EXPECT_THAT(Names(Load({shops()})), ElementsAre("b"));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("a.toml:1:9: error: ")));
}

TEST_F(ConfigFolderTest, SitesHaveNamesOfTheirOwn) {
  folder_.Write("shops/a.toml", kFolderSeeds);
  folder_.Write("shops/b.toml", std::string(kFolderSeeds) + "name = 'a'\n");
  Load({shops()});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("b.toml:2:8: error: the name \"a\" is ")));
}

TEST_F(ConfigFolderTest, ASiteDoesNotLeaveTheFoldersDatabase) {
  folder_.Write("shops/a.toml", std::string(kFolderSeeds) + "[store]\ndb = 'a.db'\n");
  EXPECT_THAT(Load({shops()}), IsEmpty());
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("a.toml:3:6: error: the sites of a folder share one")));
  EXPECT_EQ(Load({shops()}, {"store.db=other.db"}).at(0).store.db, "other.db");
}

TEST_F(ConfigFolderTest, SitesAgreeOnTheirTables) {
  constexpr std::string_view kRecord = "[[record]]\ntable = 'book'\n";
  folder_.Write("shops/a.toml", std::string(kFolderSeeds) + std::string(kRecord) +
                                    "key = ['sku']\n[record.fields]\nsku = 'a'\nprice = 'b'\n");
  folder_.Write("shops/b.toml",
                std::string(kFolderSeeds) + std::string(kRecord) +
                    "[record.fields]\nsku = 'a'\nprice = { re = 'b', type = 'real' }\n");
  folder_.Write("shops/c.toml", std::string(kFolderSeeds) + std::string(kRecord) +
                                    "key = ['sku']\n[record.fields]\nsku = 'x'\nstock = 'b'\n");
  EXPECT_THAT(Names(Load({shops()})), ElementsAre("a", "c"));
  EXPECT_THAT(lines_,
              ElementsAre(HasSubstr("b.toml:3:9: error: the table \"book\" has another key in "),
                          HasSubstr("b.toml:3:9: error: column \"price\" of table \"book\" is real "
                                    "here and text in ")));
}

TEST_F(ConfigFolderTest, AnEmptyFolderAndDefaultsAloneAreNamed) {
  folder_.Write("shops/defaults.toml", "");
  Load({shops()});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("there is no config (*.toml) in this folder")));
  Load({shops() / "defaults.toml"});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("name the folder")));
}

}  // namespace
}  // namespace thresh
