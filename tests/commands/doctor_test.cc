// doctor, as a shell sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>

#include "fetcher/sandbox_layers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The line of a check: its mark and words.
std::string Line(const std::string& output, const std::string& name) {
  std::string line;
  const bool found = RE2::PartialMatch(output, "\n  (\\w+ +" + name + " [^\n]*)", &line);
  return found ? line : "no line " + name;
}

ProgramResult RunDoctor(const std::vector<std::string>& environment) {
  return ThreshProgram({"doctor"}, "", {}, environment).Wait();
}

TEST(DoctorTest, TellsTheLayersTheLibrariesAndTheMachine) {
  TemporaryFolder folder;
  const ProgramResult doctor =
      RunDoctor({"TMPDIR=" + folder.path().string(), "https_proxy=http://x.test\033[2J"});
  EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
  EXPECT_EQ(doctor.errors, "");
  for (const char* layer : {"limits", "user", "privileges", "core", "files", "system-calls"}) {
    EXPECT_THAT(Line(doctor.output, layer), testing::MatchesRegex("(ok|off) .*")) << layer;
  }
  EXPECT_THAT(Line(doctor.output, "libcurl"), testing::ContainsRegex("[0-9]+\\.[0-9]+"));
  EXPECT_THAT(Line(doctor.output, "SQLite"), HasSubstr(" 3."));
  EXPECT_THAT(Line(doctor.output, "RE2"), Not(HasSubstr("no line")));
  EXPECT_THAT(Line(doctor.output, "fetching"), HasSubstr("fetched a page from 127.0.0.1"));
  EXPECT_THAT(Line(doctor.output, "database"), HasSubstr("ok"));
  EXPECT_THAT(Line(doctor.output, "clock"), HasSubstr("20"));
  EXPECT_THAT(Line(doctor.output, "proxy"),
              AllOf(HasSubstr("https_proxy is set and not used"), Not(HasSubstr("\033"))));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "something was left behind";
}

TEST(DoctorTest, WhatKeepsACrawlFromWorkingIsExitCode1) {
  const ProgramResult few = ThreshProgram({"doctor"}, "", [] {
                              const rlimit limit{16, 16};
                              setrlimit(RLIMIT_NOFILE, &limit);
                            }).Wait();
  EXPECT_EQ(few.exit_code, 1) << few.output;
  EXPECT_THAT(Line(few.output, "descriptors"), HasSubstr("FAIL"));
  EXPECT_THAT(few.output, HasSubstr("A crawl does not work here"));

  const ProgramResult nowhere = RunDoctor({"TMPDIR=/nowhere"});
  EXPECT_EQ(nowhere.exit_code, 1) << nowhere.output;
  EXPECT_THAT(Line(nowhere.output, "temporary"), HasSubstr("FAIL"));
}

// A process that may map little cannot have fetchers, and says so instead of dying.
TEST(DoctorTest, AProcessThatMayMapLittleIsTold) {
  if (sandbox::kSanitizerBuild) GTEST_SKIP() << "a sanitizer maps terabytes";
  const ProgramResult doctor = ThreshProgram({"doctor"}, "", [] {
                                 const rlimit limit{1u << 30, 1u << 30};
                                 setrlimit(RLIMIT_AS, &limit);
                               }).Wait();
  EXPECT_EQ(doctor.exit_code, 1) << doctor.output;
  EXPECT_THAT(Line(doctor.output, "memory"), HasSubstr("warn"));
  EXPECT_THAT(Line(doctor.output, "fetching"), HasSubstr("FAIL"));
}

}  // namespace
}  // namespace thresh
