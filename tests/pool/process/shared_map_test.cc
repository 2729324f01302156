#include "fetcher/pool/process/shared_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "fetcher/pool/process/process.h"
#include "tests/support/test_environment.h"

namespace thresh::pool {
namespace {

TEST(SharedMapTest, SetsGetsAndErases) {
  SharedMap<std::string, int> map;
  EXPECT_EQ(map.Get("a"), std::nullopt);
  map.Set("a", 1);
  map.Set("b", 2);
  map.Set("a", 3);
  EXPECT_EQ(map.Get("a"), 3);
  EXPECT_TRUE(map.Contains("b"));
  EXPECT_EQ(map.size(), 2u);
  EXPECT_TRUE(map.Erase("a"));
  EXPECT_FALSE(map.Erase("a"));
  EXPECT_FALSE(map.Contains("a"));
  EXPECT_EQ(map.size(), 1u);
}

TEST(SharedMapTest, IsSharedBothWays) {
  SharedMap<int, std::vector<std::string>> map;
  map.Set(1, {"parent"});
  Process child = Process::Start([&] {
    map.Update(1, [](auto& names) { names.push_back("child"); });
    map.Set(2, {});
  });
  EXPECT_TRUE(child.Join().clean());
  EXPECT_EQ(map.Get(1), (std::vector<std::string>{"parent", "child"}));
  EXPECT_EQ(map.Get(2), std::vector<std::string>());
}

TEST(SharedMapTest, UpdatesOfManyProcessesAllCount) {
  SharedMap<std::string, int> counts({.entries = 4, .bytes = 200});  // compacts all the time
  std::vector<Process> processes;
  for (int p = 0; p < 4; ++p) {
    processes.push_back(Process::Start([&] {
      for (int i = 0; i < 2000; ++i) counts.Update(i % 2 ? "odd" : "even", [](int& n) { ++n; });
    }));
  }
  for (Process& process : processes) EXPECT_TRUE(process.Join().clean());
  EXPECT_EQ(counts.Get("odd"), 4000);
  EXPECT_EQ(counts.Get("even"), 4000);
}

TEST(SharedMapTest, FullIsAnErrorAndLeavesTheMapAsItWas) {
  SharedMap<int, std::string> map({.entries = 3, .bytes = 1000});
  for (int i = 0; i < 3; ++i) map.Set(i, "x");
  EXPECT_THROW(map.Set(3, "x"), std::length_error);
  map.Set(2, "y");
  EXPECT_THROW(map.Set(2, std::string(2000, 'z')), std::length_error);
  EXPECT_EQ(map.Get(2), "y");
  map.Erase(0);
  map.Set(3, "x");
  EXPECT_EQ(map.size(), 3u);
  EXPECT_THROW((SharedMap<int, int>({.entries = 0})), std::invalid_argument);
}

TEST(SharedMapTest, AllBytesCanBeUsedAgainAndAgain) {
  SharedMap<int, std::string> map({.entries = 1, .bytes = 4 + 8 + 100});
  for (int i = 0; i < 1000; ++i) map.Set(7, std::string(100, static_cast<char>('a' + i % 26)));
  EXPECT_EQ(map.Get(7), std::string(100, static_cast<char>('a' + 999 % 26)));
}

TEST(SharedMapTest, UpdateThatThrowsChangesNothing) {
  SharedMap<int, int> map;
  map.Set(1, 1);
  EXPECT_THROW(map.Update(1,
                          [](int& value) {
                            value = 2;
                            throw std::runtime_error("no");
                          }),
               std::runtime_error);
  EXPECT_EQ(map.Get(1), 1);
  EXPECT_THROW(map.Update(1, [&](int&) { map.Set(1, 3); }), std::system_error);
  EXPECT_EQ(map.Get(1), 1);
}

TEST(SharedMapTest, DoesWhatAStandardMapDoes) {
  std::mt19937 random(RandomSeed());
  SharedMap<int, std::string> map({.entries = 20, .bytes = 2000});
  std::map<int, std::string> expected;
  for (int step = 0; step < 20'000; ++step) {
    const int key = static_cast<int>(random() % 20);
    if (random() % 3 == 0) {
      ASSERT_EQ(map.Erase(key), expected.erase(key) == 1);
    } else {
      const std::string value(random() % 80, static_cast<char>('a' + random() % 26));
      map.Set(key, value);
      expected[key] = value;
    }
    ASSERT_EQ(map.size(), expected.size());
  }
  auto items = map.Items();
  std::sort(items.begin(), items.end());
  EXPECT_TRUE(std::equal(
      items.begin(), items.end(), expected.begin(), expected.end(),
      [](const auto& a, const auto& b) { return a.first == b.first && a.second == b.second; }));
}

}  // namespace
}  // namespace thresh::pool
