#include "parser/hash_index.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thresh {
namespace {

class HashIndexTest : public testing::Test {
 protected:
  size_t Add(uint64_t hash, const std::string& text) {
    const size_t number =
        index_.FindOrAdd(hash, texts_.size(), [&](size_t other) { return texts_[other] == text; });
    if (number == texts_.size()) texts_.push_back(text);
    return number;
  }

  std::vector<std::string> texts_;
  HashIndex index_;
};

TEST_F(HashIndexTest, EqualThingsHaveOneNumber) {
  EXPECT_EQ(Add(7, "a"), 0u);
  EXPECT_EQ(Add(8, "b"), 1u);
  EXPECT_EQ(Add(7, "a"), 0u);
  EXPECT_EQ(Add(8, "b"), 1u);
}

TEST_F(HashIndexTest, CollisionsAreToldApart) {
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(Add(7, std::to_string(i)), static_cast<size_t>(i));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(Add(7, std::to_string(i)), static_cast<size_t>(i));
}

TEST_F(HashIndexTest, GrowingForgetsNothing) {
  const auto hash = [](uint64_t i) { return i * 0x9e3779b97f4a7c15; };
  for (uint64_t i = 0; i < 100000; ++i) ASSERT_EQ(Add(hash(i), std::to_string(i)), i);
  for (uint64_t i = 0; i < 100000; ++i) ASSERT_EQ(Add(hash(i), std::to_string(i)), i);
}

}  // namespace
}  // namespace thresh
