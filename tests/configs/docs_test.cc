// The config examples of the documentation are configs that the program accepts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "parser/url_strip.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

// The fenced TOML blocks of a Markdown file.
std::vector<std::string> TomlBlocks(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> blocks;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (!inside && line == "```toml") {
      blocks.emplace_back();
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

// A fragment with what a reader would have above it.
std::string WholeConfig(const std::string& fragment) {
  std::string above;
  if (!fragment.starts_with("name")) above = "name = \"x\"\nseeds = [\"https://x.test/\"]\n";
  if (fragment.starts_with("[record.fields]")) above += "[[record]]\ntable = \"t\"\n";
  const bool ends_in_record = fragment.find("[[record]]") != std::string::npos &&
                              fragment.find("[record.fields]") == std::string::npos &&
                              fragment.find("\nmatch") == std::string::npos;
  return above + fragment + (ends_in_record ? "[record.fields]\nx = 'x'\n" : "");
}

class DocsTest : public testing::TestWithParam<const char*> {};

TEST_P(DocsTest, ItsConfigsPassTheCheck) {
  const TemporaryFolder folder;
  folder.Write("urls.txt", "https://x.test/\n");
  setenv("BOOKS_TOKEN", "secret", 1);
  const std::vector<std::string> blocks =
      TomlBlocks(std::filesystem::path(SOURCE_FOLDER) / GetParam());
  EXPECT_THAT(blocks, testing::Not(testing::IsEmpty()));
  for (const std::string& block : blocks) {
    const auto config = folder.Write("example.toml", WholeConfig(block));
    const ProgramResult check = RunThresh({"check", config});
    EXPECT_EQ(check.exit_code, 0) << WholeConfig(block) << check.output << check.errors;
  }
}

INSTANTIATE_TEST_SUITE_P(All, DocsTest,
                         testing::Values("README.md", "docs/config.md", "docs/regex.md"));

TEST(ConfigDocumentTest, ListsTheParametersThatAreStripped) {
  const auto blocks = TomlBlocks(std::filesystem::path(SOURCE_FOLDER) / "docs/config.md");
  const auto list = std::find_if(blocks.begin(), blocks.end(), [](const std::string& block) {
    return block.find("'gclid'") != std::string::npos;
  });
  ASSERT_NE(list, blocks.end());
  for (const std::string& pattern : DefaultStripPatterns()) {
    EXPECT_THAT(*list, testing::HasSubstr("'" + pattern + "'"));
  }
  EXPECT_EQ(std::count(list->begin(), list->end(), '\''), 2 * DefaultStripPatterns().size());
}

}  // namespace
}  // namespace thresh
