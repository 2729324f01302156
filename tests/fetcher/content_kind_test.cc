#include "fetcher/content_kind.h"

#include <gmock/gmock.h>

#include <string>

namespace thresh {
namespace {

using namespace std::string_literals;

TEST(ContentKindTest, TypeAndBytesDecideByTheStatedRule) {
  const std::string pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
  const std::string png = "\x89PNG\r\n\x1a\n"s + "\0\0\0\rIHDR"s;
  const std::string html = "\n <!DOCTYPE html><title>x</title>";
  const struct {
    const char* type;
    std::string body;
    bool text;
    bool mislabelled;
    const char* reason;
  } kCases[] = {
      {"text/html", html, true, false, "usual"},
      {"Text/HTML; charset=x", "anything", true, false, "case and parameters"},
      {"text/html", pdf, false, true, "rule 1: a PDF labelled as HTML"},
      {"text/plain", png, false, true, "rule 1"},
      {"application/pdf", pdf, false, false, "rule 1"},
      {"application/pdf", html, true, true, "rule 3: HTML labelled as PDF"},
      {"image/png", html, true, true, "rule 3"},
      {"image/png", png, false, false, "rule 1"},
      {"image/png", "not a picture", false, false, "rule 4"},
      {"image/svg+xml", "<svg xmlns='x'/>", true, false, "rule 2"},
      {"application/json", "{}", true, false, "rule 2"},
      {"application/ld+json", "{}", true, false, "rule 2"},
      {"application/xhtml+xml", html, true, false, "rule 2"},
      {"application/javascript", "f()", true, false, "rule 2"},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "x", false, false,
       "rule 4: not XML"},
      {"application/zip", "PK\3\4rest", false, false, "rule 1"},
      {"application/octet-stream", html, true, false, "rule 3: names no format"},
      {"application/octet-stream", "plain words", true, false, "rule 5"},
      {"application/octet-stream", "bytes\1\2", false, false, "rule 5"},
      {"", "plain words", true, false, "rule 5"},
      {"", "a\0b"s, false, false, "rule 5"},
      {"", "\xff\xfe<\0p\0"s, true, false, "rule 5: a byte order mark"},
      {"", "esc \x1b[0m", true, false, "rule 5: ESC is text's"},
      {"", "", true, false, "nothing is text"},
      {"nonsense", html, true, false, "rule 3"},
      {"text/html", "<\0p\0>\0"s, true, false, "rule 2: UTF-16 without a mark"},
      {"application/pdf", "<!-- x -->", true, true, "rule 3: a comment"},
      {"application/pdf", "<abc>", false, false, "rule 3: no such tag"},
      {"video/mp4",
       "\0\0\0\x20"
       "ftypisom"s,
       false, false, "rule 1"},
  };
  for (const auto& test : kCases) {
    const ContentKind kind = JudgeContent(test.type, test.body);
    EXPECT_EQ(kind.text, test.text) << test.type << ": " << test.reason;
    EXPECT_EQ(kind.mislabelled, test.mislabelled) << test.type << ": " << test.reason;
  }
}

TEST(ContentKindTest, OnlyTheFirstBytesAreLookedAt) {
  EXPECT_TRUE(JudgeContent("", std::string(1445, 'a') + '\0').text);
  EXPECT_FALSE(JudgeContent("", std::string(1444, 'a') + '\0').text);
}

}  // namespace
}  // namespace thresh
