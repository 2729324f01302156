// Configs that nobody would write: a good one, damaged at random.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "pipeline/config.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"

namespace thresh {
namespace {

constexpr std::string_view kGood = R"toml(
name = "shop" # ä
seeds = ['http://x.test/[1-3]', { url = "https://x.test/s", json = { q = "l\u00e4mp" } }]
follow = ['-[?&]sort=', '+/(list|book)/']
[limits]
hosts = ["x.test"]
wait = "1.5s"
failed = "25%"
max_body = "2MB"
[host."x.test"]
headers = { Accept-Language = "de ${env:HOME}" }
[[record]]
table = "book"
match = """
(?P<name>\\w+)\
   <b>"""
key = ["name"]
expect = { min_rows = 1 }
[record.fields]
price = { re = ['£([\d.,]+)', '''x'y'''], type = "real", clean = ["trim"] }
)toml";

// Marks that decide how TOML and regexes are read.
constexpr std::string_view kMarks = "\"'[]{}()=,.#\\\n\r\t $:-+*?|\x80\xC3\x00";

std::string Damaged(std::mt19937* random) {
  std::string text(kGood);
  const auto below = [&](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(*random);
  };
  for (size_t changes = 1 + below(4); changes > 0; --changes) {
    const size_t at = below(text.size());
    switch (below(4)) {
      case 0:
        text.erase(at, 1 + below(20));
        break;
      case 1:
        text.insert(at, 1, kMarks[below(kMarks.size())]);
        break;
      case 2:
        text[at] = kMarks[below(kMarks.size())];
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(40)));
    }
  }
  return text;
}

TEST(ConfigRandomTest, DamageIsToldWithinTheFile) {
  std::mt19937 random(RandomSeed());
  const TemporaryFolder folder;
  for (int round = 0; round < 600; ++round) {
    const std::string text = Damaged(&random);
    const auto path = folder.Write("shop.toml", text);
    std::vector<Diagnostic> diagnostics;
    const auto config = LoadConfig(path, {}, {}, &diagnostics);
    ASSERT_EQ(config.has_value(), !HasErrors(diagnostics)) << text;
    const size_t lines = 1 + static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    for (const Diagnostic& diagnostic : diagnostics) {
      ASSERT_LE(diagnostic.line, lines) << ToString(diagnostic) << "\n" << text;
      ASSERT_LE(diagnostic.column, text.size()) << ToString(diagnostic) << "\n" << text;
      ASSERT_FALSE(diagnostic.message.empty()) << text;
    }
  }
}

}  // namespace
}  // namespace thresh
