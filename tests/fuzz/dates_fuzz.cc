// Retry-After, cookies' dates, and dates of pages in many languages.
#include "parser/cookie.h"
#include "parser/date.h"
#include "pipeline/politeness.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {"120",
          "Sun, 01 Mar 2026 00:02:00 GMT",
          "Sunday, 01-Mar-26 00:02:00 GMT",
          "Sun Mar  1 00:02:00 2026",
          "99999999999999999999999999999",
          "Wed, 09-Jun-2021 10:18:14 GMT",
          "2026-03-01T04:05:06.789+01:00",
          "1. M\xc3\xa4rz 2026, 14:30 Uhr",
          "le 3 f\xc3\xa9vrier 2026",
          "03/04/2026",
          "29 Feb 2023"};
}

}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  static const auto english = DateReader::Make("en", "", true, nullptr);
  static const auto german = DateReader::Make("de", "", false, nullptr);
  static const auto format = DateReader::Make("fr", "%d %B %Y %H:%M:%S %z", true, nullptr);
  static const Timestamp now = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  const std::string_view text = AsText(data, size);
  if (const auto wait = ParseRetryAfter(text, now)) {
    Require(wait->count() >= 0 && *wait <= std::chrono::hours(24), "a wait is at most a day");
  }
  ParseCookieDate(text);
  for (const auto& reader : {english, german, format}) {
    if (!reader) continue;
    const auto date = reader->Read(text);
    Require(!date || date->size() >= 10, "a date is written out");
  }
  return 0;
}
