#include "pipeline/address_book.h"

#include <gmock/gmock.h>

namespace thresh {
namespace {

using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr SteadyTime kNow{std::chrono::hours(5)};

TEST(AddressBookTest, NothingIsKnownAtFirst) {
  const AddressBook book;
  EXPECT_TRUE(book.empty());
  EXPECT_FALSE(book.Knows("a.test", kNow));
  EXPECT_THAT(book.AddressesOf("a.test"), IsEmpty());
  EXPECT_EQ(book.QueueOf("a.test"), "");
}

TEST(AddressBookTest, TheOrderOfAddressesMakesNoOtherQueue) {
  AddressBook book;
  book.Add("a.test", {"192.0.2.1", "192.0.2.2"}, kNow);
  book.Add("b.test", {"192.0.2.2", "192.0.2.1"}, kNow);
  EXPECT_EQ(book.QueueOf("a.test"), book.QueueOf("b.test"));
  EXPECT_THAT(book.AddressesOf("b.test"), ElementsAre("192.0.2.2", "192.0.2.1"))
      << "the resolver's order is the one to try them in";
}

TEST(AddressBookTest, AnswersGrowOld) {
  AddressBook book;
  book.Add("a.test", {"192.0.2.1"}, kNow);
  book.Add("none.test", {}, kNow);
  EXPECT_TRUE(book.Knows("a.test", kNow + minutes(59)));
  EXPECT_FALSE(book.Knows("a.test", kNow + minutes(60)));
  EXPECT_TRUE(book.Knows("none.test", kNow + std::chrono::seconds(59)));
  EXPECT_FALSE(book.Knows("none.test", kNow + minutes(1)));
  EXPECT_EQ(book.QueueOf("a.test"), "192.0.2.1") << "until it is asked for again";
}

TEST(AddressBookTest, AHostThatMovedHasItsNewQueue) {
  AddressBook book;
  book.Add("a.test", {"192.0.2.1"}, kNow);
  book.Add("a.test", {"192.0.2.9"}, kNow + minutes(61));
  EXPECT_EQ(book.QueueOf("a.test"), "192.0.2.9");
  EXPECT_TRUE(book.Knows("a.test", kNow + minutes(61)));
}

}  // namespace
}  // namespace thresh
