// Rows of a page by rules of every kind.
#include "parser/charset.h"
#include "parser/extractor.h"
#include "tests/fuzz/fuzz_target.h"

namespace thresh {

std::vector<std::string> FuzzSeeds() {
  return {
      "<ul><li class=book data-sku=a1><a href='/b'>One</a> <b>£1,234.50</b> 1 Mar 2026<li "
      "class=book data-sku=b2><b>n/a</b></ul>",
      "<h3>Shelf</h3><div class=book><div>x</div></div><h3>Next</h3><p class=book>",
      "<script>var data = {\"rows\":[{\"n\":1},{\"n\":\"two\"},{}]};</script>",
      "<i class=\"board-index\">1</i><p title=\"A\"></p><i class=\"board-index\">2</i>"};
}

namespace {

FieldSpec Field(std::string name, std::string re, ValueType type = ValueType::kText) {
  FieldSpec field;
  field.name = std::move(name);
  field.re = {std::move(re)};
  field.type = type;
  return field;
}

std::unique_ptr<Extractor> MakeRules() {
  RecordSpec element;
  element.table = "element";
  element.element = R"(<\w+[^>]*class="?book)";
  element.fields = {
      Field("sku", R"(data-sku=(\w+))"), Field("price", R"(£([\d.,]+))", ValueType::kReal),
      Field("day", R"(\d+ \w+ \d{4})", ValueType::kDate), Field("shelf", "<h3>(.*?)</h3>")};
  element.fields.back().carry = true;
  RecordSpec match;
  match.table = "matched";
  match.match = R"re(<i class="board-index[^>]*>(?P<rank>\d+)</i>.*?title="(?P<title>[^"]*)")re";
  RecordSpec each;
  each.table = "each";
  each.each = "<h3>";
  each.fields = {Field("all", "class=(.)")};
  each.fields.back().many = true;
  RecordSpec json;
  json.table = "json";
  json.scope = "<script>(.*?)</script>";
  json.rows = "/rows";
  FieldSpec number;
  number.name = "n";
  number.json = "/n";
  number.type = ValueType::kInteger;
  json.fields = {number};
  std::vector<RuleProblem> problems;
  auto rules = Extractor::Compile({element, match, each, json}, &problems);
  Require(rules != nullptr, "the rules are good");
  return rules;
}

}  // namespace
}  // namespace thresh

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace thresh;
  static const auto rules = MakeRules();
  static const Url url = *Url::Parse("http://x.test/");
  const std::string text = CopyAsValidUtf8(AsText(data, size));
  PageView page;
  page.text = text;
  page.url = &url;
  page.content_type = "text/html";
  page.status = 200;
  const Extraction found = rules->Extract(page, ExtractionBudget());
  for (size_t i = 0; i < found.records.size(); ++i) {
    for (const Row& row : found.records[i].rows) {
      Require(row.size() == rules->schemas()[i].columns.size(), "a row has all its columns");
    }
  }
  return 0;
}
