#include "pipeline/toml_text.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "pipeline/config_document.h"

namespace thresh {
namespace {

std::optional<ConfigNode> Parse(const ConfigSource& source) {
  std::vector<Diagnostic> diagnostics;
  DiagnosticSink sink(&diagnostics);
  auto table = ParseToml(source, &sink);
  EXPECT_TRUE(table) << source.text << (diagnostics.empty() ? "" : ToString(diagnostics[0]));
  return table;
}

// Whether two values are the same wherever they were written; a table's entries in any order but
// for those of `fields`.
bool Same(const ConfigNode& a, const ConfigNode& b, bool ordered = false) {
  if (a.kind != b.kind || a.string != b.string || a.integer != b.integer ||
      a.boolean != b.boolean || a.real != b.real || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (!Same(a.items[i], b.items[i])) return false;
  }
  for (size_t i = 0; i < a.entries.size(); ++i) {
    const std::string& key = a.entries[i].key;
    const ConfigNode* other = b.Find(key);
    if (other == nullptr || !Same(a.entries[i].value, *other, key == "fields")) return false;
    if (ordered && b.entries[i].key != key) return false;
  }
  return true;
}

TEST(TomlTextTest, ParsesToWhatItWasMadeOf) {
  const struct {
    const char* text;
    const char* reason;
  } cases[] = {
      {"", "nothing"},
      {"a = 'x'\nb = 1\nc = true\nd = 0.25\ne = 3.0\nf = -7", "values"},
      {"a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27T07:32:00Z", "dates"},
      {"a = [1, 'b', [true, {x = 1}]]\nb = []\nc = {}", "lists"},
      {"a = '''it's a \\d+ \"rule\"'''", "quotes of both kinds"},
      {"a = \"it's '''\\n\\t\\u0001 \\\\ \\\"\"", "no literal string can hold it"},
      {"a = \"ends with '\"", "nor this"},
      {"\"a key\" = 1\n\"\" = 2\n\"ä\" = 3\n'x\"y' = 4", "keys that need quotes"},
      {"[host.'*']\ndelay = '1s'\n[host.\"x.test\"]\nheaders = { A = 'b' }\n[limits]\ndepth = 3",
       "tables in a table"},
      {"[[record]]\ntable = 'a'\n[record.fields]\nz = 'z'\na = { re = 'a' }\nm = 'm'\n[[record]]\n"
       "table = 'b'",
       "records keep the order of their fields"},
      {"[[record]]\ntable = 'a'\n[record.fields]\nz.re = 'z'\nz.type = 'real'\na = 'a'",
       "and of dotted ones"},
      {"[[record]]\ntable = 'a'\nfields = { z = 'z', a = 'a' }\nkey = ['z']", "inline fields"},
      {"[a.b.c.d]\ne = 1", "deep ones"},
      {"a = inf\nb = -inf\nc = 1e300", "numbers that are written otherwise"},
  };
  for (const auto& test : cases) {
    const ConfigSource source{.name = "f", .folder = ".", .text = test.text};
    const auto table = Parse(source);
    ASSERT_TRUE(table) << test.reason;
    const ConfigSource again{.name = "g", .folder = ".", .text = TomlText(*table)};
    const auto read = Parse(again);
    ASSERT_TRUE(read) << test.reason;
    EXPECT_TRUE(Same(*table, *read)) << test.reason << ":\n" << again.text;
  }
}

TEST(TomlTextTest, ReadsAsPeopleWriteIt) {
  const ConfigSource source{.name = "f",
                            .folder = ".",
                            .text =
                                "limits = {depth=2}\nseeds=[\"http://x.test/\"]\n[[record]]\n"
                                "table=\"book\"\nfields={n=\"\\\\d+\"}\n"};
  const auto table = Parse(source);
  ASSERT_TRUE(table);
  EXPECT_EQ(TomlText(*table),
            "seeds = ['http://x.test/']\n\n[limits]\ndepth = 2\n\n[[record]]\ntable = 'book'\n"
            "fields = { n = '\\d+' }\n");
}

}  // namespace
}  // namespace thresh
