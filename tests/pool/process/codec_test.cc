#include "fetcher/pool/process/codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <list>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace thresh::pool {

struct Point {
  double x;
  int y;
  bool operator==(const Point&) const = default;
};
enum class Colour : uint16_t { kRed, kBlue = 700 };

// A type of a user's, with a codec of its own.
class Named {
 public:
  explicit Named(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};
template <>
struct Codec<Named> {
  static void Write(Writer& writer, const Named& value) { pool::Write(writer, value.name()); }
  static Named Read(Reader& reader) { return Named(pool::Read<std::string>(reader)); }
};

namespace {

// The value comes back, and every shorter run of its bytes is an error.
template <class T>
void ExpectCrosses(const T& value) {
  const std::string bytes = ToBytes(value);
  EXPECT_EQ(FromBytes<T>(bytes), value);
  const size_t step = std::max<size_t>(1, bytes.size() / 50);
  for (size_t cut = 0; cut < bytes.size(); cut += step) {
    EXPECT_THROW(FromBytes<T>(bytes.substr(0, cut)), CodecError) << cut;
  }
}

TEST(CodecTest, ValuesCross) {
  ExpectCrosses(42);
  ExpectCrosses(std::numeric_limits<int64_t>::min());
  ExpectCrosses(0.1);
  ExpectCrosses(true);
  ExpectCrosses('x');
  ExpectCrosses(Colour::kBlue);
  ExpectCrosses(Point{1.5, -3});
  ExpectCrosses(std::string("with\0nul", 8));
  ExpectCrosses(std::string(100'000, 'x'));
  ExpectCrosses(std::vector<int>{1, 2, 3});
  ExpectCrosses(std::vector<bool>{true, false, true});
  ExpectCrosses(std::vector<std::string>{"", "a", "bc"});
  ExpectCrosses(std::vector<Point>{{1, 2}, {3, 4}});
  ExpectCrosses(std::list<double>{1, 2});
  ExpectCrosses(std::set<std::string>{"a", "b"});
  ExpectCrosses(std::map<std::string, std::vector<int>>{{"one", {1}}, {"none", {}}});
  ExpectCrosses(std::unordered_map<int, std::string>{{1, "x"}, {2, "y"}});
  ExpectCrosses(std::optional<std::string>("there"));
  ExpectCrosses(std::optional<std::string>());
  ExpectCrosses(std::pair<int, std::string>(1, "x"));
  ExpectCrosses(std::tuple<int, std::string, std::optional<double>>(1, "x", 2.5));
  ExpectCrosses(std::array<std::string, 3>{"a", "b", "c"});
}

TEST(CodecTest, TypesOfOnesOwnCross) {
  EXPECT_EQ(FromBytes<Named>(ToBytes(Named("Ada"))).name(), "Ada");
}

TEST(CodecTest, ViewsAndPointersHaveNoCodec) {
  EXPECT_FALSE(Flat<std::string_view>);
  EXPECT_FALSE(Flat<const char*>);
  EXPECT_FALSE((Flat<std::pair<int, int>>));
  EXPECT_FALSE(Flat<std::optional<int>>);
  EXPECT_TRUE(Flat<Point>);
}

TEST(CodecTest, CountsThatLieAllocateNothing) {
  const std::string huge = ToBytes(uint64_t{1} << 60);
  EXPECT_THROW(FromBytes<std::string>(huge), CodecError);
  EXPECT_THROW(FromBytes<std::vector<int>>(huge + "1234"), CodecError);
  EXPECT_THROW(FromBytes<std::vector<std::string>>(huge + "1234"), CodecError);
  // The product of count and size would wrap around to 0.
  EXPECT_THROW(FromBytes<std::vector<uint64_t>>(ToBytes(uint64_t{1} << 61)), CodecError);
}

TEST(CodecTest, BytesThatAreNoBoolBecomeOne) {
  EXPECT_TRUE(FromBytes<bool>("\x7f"));
  EXPECT_FALSE(FromBytes<bool>(std::string(1, '\0')));
}

}  // namespace
}  // namespace thresh::pool
