// A broken config and what is said of it.
#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <vector>

#include "pipeline/config.h"
#include "tests/support/temporary_folder.h"

namespace thresh {

struct ErrorCase {
  const char* name;
  const char* text;
  // Each diagnostic as ToString has it, without the file's name, up to where the words may change.
  std::vector<std::string> expected;
};

inline void PrintTo(const ErrorCase& error_case, std::ostream* out) { *out << error_case.name; }

// A config's beginning and a record's, so that a case is about one thing only.
#define SEEDS "seeds = ['http://x.test/']\n"
#define RECORD "[[record]]\ntable = 'book'\n"

inline std::vector<std::string> Diagnostics(std::string_view text) {
  const TemporaryFolder folder;
  const auto path = folder.Write("books.toml", text);
  std::vector<Diagnostic> diagnostics;
  const auto config = LoadConfig(path, {}, {}, &diagnostics);
  EXPECT_EQ(config.has_value(), !HasErrors(diagnostics));
  std::vector<std::string> lines;
  for (Diagnostic& diagnostic : diagnostics) {
    EXPECT_EQ(diagnostic.file, path.string());
    diagnostic.file = "f";
    lines.push_back(ToString(diagnostic).substr(diagnostic.line > 0 ? 2 : 3));
  }
  return lines;
}

inline void ExpectErrors(const ErrorCase& error_case) {
  const std::vector<std::string> lines = Diagnostics(error_case.text);
  std::vector<::testing::Matcher<std::string>> expected;
  for (const std::string& line : error_case.expected)
    expected.push_back(::testing::StartsWith(line));
  EXPECT_THAT(lines, ::testing::ElementsAreArray(expected)) << error_case.text;
}

inline std::string CaseName(const ::testing::TestParamInfo<ErrorCase>& info) {
  return info.param.name;
}

}  // namespace thresh
