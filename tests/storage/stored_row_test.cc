#include "storage/stored_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A letter of the content and a digit of the place for each row, as in "a0 b1".
class Page {
 public:
  explicit Page(std::string_view text) {
    for (size_t at = 0; at < text.size(); at += 3) {
      StoredRow row;
      row.ordinal = text[at + 1] - '0';
      row.values = {std::string(1, text[at])};
      rows_.push_back(std::move(row));
    }
  }
  const std::vector<StoredRow>& rows() const { return rows_; }

 private:
  std::vector<StoredRow> rows_;
};

struct Outcome {
  std::vector<std::string> fresh;  // "=1": is the old row 1; "~1": changed it; "+": new
  std::vector<size_t> removed;
};

Outcome Match(std::string_view old_text, std::string_view fresh_text) {
  const Page old(old_text), fresh(fresh_text);
  const RowMatches matches = MatchRows(Placed(old.rows()), Placed(fresh.rows()));
  Outcome outcome;
  for (const auto& [index, same] : matches.fresh) {
    outcome.fresh.push_back(!index ? "+" : (same ? "=" : "~") + std::to_string(*index));
  }
  outcome.removed = matches.removed;
  return outcome;
}

TEST(MatchRowsTest, EqualRowsStayWhereverTheyAre) {
  const Outcome moved = Match("a0 b1 c2", "c0 a1 b2");
  EXPECT_THAT(moved.fresh, ElementsAre("=2", "=0", "=1"));
  EXPECT_THAT(moved.removed, IsEmpty());
}

TEST(MatchRowsTest, OfSeveralWithOneContentThoseAtTheirPlacesStay) {
  EXPECT_THAT(Match("a0 a1 a2", "a1").fresh, ElementsAre("=1"));
  EXPECT_THAT(Match("a0 a1 a2", "a1").removed, ElementsAre(0, 2));
  EXPECT_THAT(Match("a1", "a0 a1").fresh, ElementsAre("+", "=0"));
}

TEST(MatchRowsTest, WhatIsAtOnePlaceHasChanged) {
  const Outcome outcome = Match("a0 b1 c2", "a0 x1");
  EXPECT_THAT(outcome.fresh, ElementsAre("=0", "~1"));
  EXPECT_THAT(outcome.removed, ElementsAre(2));
  EXPECT_THAT(Match("a0 b1", "b0 y1").fresh, ElementsAre("=1", "+")) << "b1 is no longer there";
}

TEST(MatchRowsTest, PlacesMayHaveSeveralRows) {
  const Outcome outcome = Match("a0 b0 c0", "x0 y0");
  EXPECT_THAT(outcome.fresh, ElementsAre("~0", "~1"));
  EXPECT_THAT(outcome.removed, ElementsAre(2));
  EXPECT_THAT(Match("a0 b0", "b0 a0").fresh, ElementsAre("=1", "=0"));
}

TEST(MatchRowsTest, NothingOnOneSide) {
  EXPECT_THAT(Match("", "a0 b1").fresh, ElementsAre("+", "+"));
  EXPECT_THAT(Match("a0 b1", "").removed, ElementsAre(0, 1));
  EXPECT_THAT(Match("", "").fresh, IsEmpty());
}

// Each row is met once, as many stay as both have, and no equal rows are left over.
TEST(MatchRowsTest, EachRowIsMetOnce) {
  std::mt19937 random(7);
  const auto page = [&](std::string* contents) {
    std::string text;
    char place = '0';
    for (auto left = random() % 8; left > 0; --left) {
      place = static_cast<char>(std::min<int>('9', place + static_cast<int>(random() % 2)));
      contents->push_back(static_cast<char>('a' + random() % 4));
      text += std::string{contents->back(), place, ' '};
    }
    return text;
  };
  for (int round = 0; round < 5'000; ++round) {
    std::string old_contents, fresh_contents;
    const std::string old_text = page(&old_contents), fresh_text = page(&fresh_contents);
    const Outcome outcome = Match(old_text, fresh_text);
    std::vector<int> met(old_contents.size());
    for (const size_t index : outcome.removed) ++met[index];
    std::map<char, int> kept;
    for (size_t i = 0; i < outcome.fresh.size(); ++i) {
      if (outcome.fresh[i] == "+") continue;
      const size_t index = std::stoul(outcome.fresh[i].substr(1));
      ++met[index];
      const bool same = old_contents[index] == fresh_contents[i];
      ASSERT_EQ(outcome.fresh[i][0] == '=', same) << old_text << " | " << fresh_text;
      if (same) ++kept[fresh_contents[i]];
    }
    ASSERT_EQ(std::count(met.begin(), met.end(), 1), std::ssize(met))
        << old_text << " | " << fresh_text;
    for (const char content : {'a', 'b', 'c', 'd'}) {
      const auto had = std::count(old_contents.begin(), old_contents.end(), content);
      const auto has = std::count(fresh_contents.begin(), fresh_contents.end(), content);
      ASSERT_EQ(kept[content], std::min(had, has)) << old_text << " | " << fresh_text;
    }
  }
}

}  // namespace
}  // namespace thresh
