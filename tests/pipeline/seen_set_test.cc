#include "pipeline/seen_set.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace thresh {
namespace {

TEST(SeenSetTest, RemembersWhatWasInserted) {
  SeenSet seen;
  EXPECT_TRUE(seen.Insert(7));
  EXPECT_FALSE(seen.Insert(7));
  EXPECT_TRUE(seen.Contains(7));
  EXPECT_FALSE(seen.Contains(8));
  EXPECT_EQ(seen.size(), 1u);
}

TEST(SeenSetTest, ZeroIsAFingerprintLikeAnother) {
  SeenSet seen;
  EXPECT_FALSE(seen.Contains(0));
  EXPECT_TRUE(seen.Insert(0));
  EXPECT_TRUE(seen.Contains(0));
  EXPECT_FALSE(seen.Insert(0));
}

TEST(SeenSetTest, HoldsAHundredThousandUrlsWithoutLosingOne) {
  SeenSet seen;
  for (int i = 0; i < 100'000; ++i) {
    EXPECT_TRUE(seen.Insert(UrlFingerprint("GET", "https://x.test/" + std::to_string(i), "")));
  }
  for (int i = 0; i < 100'000; ++i) {
    EXPECT_FALSE(seen.Insert(UrlFingerprint("GET", "https://x.test/" + std::to_string(i), "")));
  }
  EXPECT_EQ(seen.size(), 100'000u);
}

TEST(UrlFingerprintTest, MethodUrlAndBodyMakeTheIdentity) {
  const std::set<uint64_t> fingerprints = {UrlFingerprint("GET", "https://x.test/", ""),
                                           UrlFingerprint("POST", "https://x.test/", ""),
                                           UrlFingerprint("POST", "https://x.test/", "a"),
                                           UrlFingerprint("POST", "https://x.test/", "b"),
                                           UrlFingerprint("GET", "https://x.test/a", "")};
  EXPECT_EQ(fingerprints.size(), 5u);
}

}  // namespace
}  // namespace thresh
