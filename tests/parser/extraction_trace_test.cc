#include "parser/extraction_trace.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/parser/rules_test.h"

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Writes down what it is told.
class Recorder : public ExtractionTrace {
 public:
  void OnRecord(size_t, std::vector<NamedPattern> patterns) override {
    keys.emplace_back();
    for (const NamedPattern& named : patterns) {
      keys.back().push_back(named.key);
      key_of[named.pattern] = named.key;
    }
  }
  void OnConditions(Refusal refusal) override { refusals.push_back(refusal); }
  void BeforeSearch(const Pattern&) override { ++begun; }
  void AfterSearch(const Pattern& pattern, const SearchTrace& search) override {
    EXPECT_EQ(begun, ++ended);
    searches[key_of[&pattern]].push_back(search);
  }
  void OnRow(const RowTrace& row) override { rows.push_back(row); }

  std::vector<std::vector<std::string>> keys;
  std::map<const Pattern*, std::string> key_of;
  std::vector<Refusal> refusals;
  std::map<std::string, std::vector<SearchTrace>> searches;
  std::vector<RowTrace> rows;
  size_t begun = 0;
  size_t ended = 0;
};

class ExtractionTraceTest : public RulesTest {
 protected:
  Extraction Trace(RecordSpec spec, std::string_view text) {
    std::vector<RuleProblem> problems;
    extractor_ = Extractor::Compile({std::move(spec)}, &problems);
    if (extractor_ == nullptr) {
      ADD_FAILURE() << problems[0].message;
      return {};
    }
    text_ = text;
    page_.text = text_;
    page_.url = &*url_;
    return extractor_->Extract(page_, budget_, &trace_);
  }
  // What stands at the places of a field.
  std::vector<std::string> Places(size_t row, size_t field) const {
    std::vector<std::string> places;
    for (const Span& span : trace_.rows.at(row).fields.at(field).places) {
      places.push_back(text_.substr(span.begin, span.end - span.begin));
    }
    return places;
  }
  std::string RowText(size_t row) const {
    const Span span = trace_.rows.at(row).place;
    return text_.substr(span.begin, span.end - span.begin);
  }

  std::string text_;
  Recorder trace_;
};

TEST_F(ExtractionTraceTest, GroupsOfAMatch) {
  Trace(MatchRecord("<b>(?P<n>\\d)(?P<o>x)?</b>"), "-<b>1</b>-<b>2x</b>");
  ASSERT_THAT(trace_.rows, SizeIs(2));
  EXPECT_EQ(RowText(1), "<b>2x</b>");
  EXPECT_THAT(Places(0, 0), ElementsAre("1"));
  EXPECT_FALSE(trace_.rows[0].fields[1].found);
  EXPECT_THAT(Places(1, 1), ElementsAre("x"));
  EXPECT_THAT(trace_.keys, ElementsAre(ElementsAre("match")));
}

TEST_F(ExtractionTraceTest, WhereFieldsWereFound) {
  FieldSpec in = Field("in", "\\d");
  in.in = "<i>(.*?)</i>";
  FieldSpec visible;
  visible.name = "visible";
  visible.text = "b (\\d)";
  Trace(EachRecord("<li>", {Many(Field("many", "[ab]")), Attribute(Field("attr", "<a[^>]*>"), "q"),
                            Carried(Field("carry", "<h1>(.*?)</h1>")), in, visible,
                            FromField("from", "url")}),
        "<h1>H</h1><li>a <a q=v>b</a> <i>7</i>");
  ASSERT_THAT(trace_.rows, SizeIs(1));
  EXPECT_EQ(RowText(0), "<li>a <a q=v>b</a> <i>7</i>");
  EXPECT_THAT(Places(0, 0), ElementsAre("a", "a", "b", "a"));
  EXPECT_THAT(Places(0, 1), ElementsAre("v"));
  EXPECT_THAT(Places(0, 2), ElementsAre("H")) << "outside of the row";
  EXPECT_THAT(Places(0, 3), ElementsAre("7"));
  EXPECT_TRUE(trace_.rows[0].fields[4].found);
  EXPECT_THAT(Places(0, 4), IsEmpty()) << "the visible text is not the page's";
  EXPECT_THAT(Places(0, 5), IsEmpty());
}

TEST_F(ExtractionTraceTest, ARowOfJsonHasItsScopesPlace) {
  RecordSpec spec = JsonRecord("/a", {JsonField("n", "/n")});
  spec.scope = "<script>(.*?)</script>";
  Trace(std::move(spec), "<script>{\"a\":[{\"n\":1},{\"n\":2}]}</script>");
  ASSERT_THAT(trace_.rows, SizeIs(2));
  EXPECT_EQ(RowText(1), "{\"a\":[{\"n\":1},{\"n\":2}]}");
  EXPECT_EQ(trace_.rows[1].json, "{\"n\":2}");
  EXPECT_THAT(Places(1, 0), IsEmpty());
}

TEST_F(ExtractionTraceTest, WhatBecomesOfRows) {
  using Fate = RowTrace::Fate;
  Trace(EachRecord("<li>", {Field("a", "a"), Required(Field("b", "b"))}), "<li>ab<li>a<li>c");
  ASSERT_THAT(trace_.rows, SizeIs(3));
  EXPECT_EQ(trace_.rows[0].fate, Fate::kKept);
  EXPECT_EQ(trace_.rows[1].fate, Fate::kIncomplete);
  EXPECT_EQ(trace_.rows[1].missing, 1u);
  EXPECT_EQ(trace_.rows[2].fate, Fate::kEmpty);
}

TEST_F(ExtractionTraceTest, Overruns) {
  Trace(MatchRecord("<li>(?P<a>\\w)(?:.*?<b>(?P<b>\\d)</b>)"), "<li>x</li><li>y<b>1</b>");
  ASSERT_THAT(trace_.rows, SizeIs(1));
  EXPECT_TRUE(trace_.rows[0].overrun);
}

TEST_F(ExtractionTraceTest, WhyARecordDoesNotApply) {
  const auto refusal = [&](auto set) {
    trace_ = Recorder();
    RecordSpec spec = Record({Field("a", "a")});
    set(spec);
    EXPECT_FALSE(Trace(std::move(spec), "a page").records[0].applies);
    EXPECT_THAT(trace_.refusals, SizeIs(1));
    EXPECT_THAT(trace_.rows, IsEmpty());
    return trace_.refusals.at(0);
  };
  EXPECT_EQ(refusal([](RecordSpec& spec) { spec.url = "other"; }), Refusal::kUrl);
  EXPECT_EQ(refusal([](RecordSpec& spec) { spec.content_type = "json"; }), Refusal::kContentType);
  EXPECT_EQ(refusal([](RecordSpec& spec) { spec.when = "b"; }), Refusal::kWhen);
  EXPECT_EQ(refusal([](RecordSpec& spec) { spec.unless = "page"; }), Refusal::kUnless);
}

TEST_F(ExtractionTraceTest, WhatSearchesLookAt) {
  Trace(MatchRecord("(?P<n>\\d)x"), "..1x....");
  const auto& searches = trace_.searches["match"];
  ASSERT_THAT(searches, SizeIs(2));
  EXPECT_TRUE(searches[0].found);
  EXPECT_EQ(searches[0].bytes, 4u) << "up to the match's end";
  EXPECT_FALSE(searches[1].found);
  EXPECT_EQ(searches[1].bytes, 4u) << "the rest";
}

TEST_F(ExtractionTraceTest, WhatLiteralsRuleOutIsNotLookedAt) {
  Trace(MatchRecord("literal(?P<n>\\d)"), "another text");
  const auto& searches = trace_.searches["match"];
  ASSERT_THAT(searches, SizeIs(1));
  EXPECT_TRUE(searches[0].ruled_out);
  EXPECT_EQ(searches[0].bytes, 0u);
}

TEST_F(ExtractionTraceTest, WhatTheParseTimeShortens) {
  budget_.parse_time = std::chrono::milliseconds(0);
  const Extraction extraction = Trace(MatchRecord("(?P<n>\\d)"), "1");
  EXPECT_TRUE(extraction.cut_short);
  EXPECT_TRUE(trace_.searches["match"].at(0).shortened);
}

TEST_F(ExtractionTraceTest, ChangesNothing) {
  const auto spec = [] {
    return EachRecord("<li>", {Field("a", "\\d", ValueType::kInteger), Required(Field("b", "b"))});
  };
  const std::string text = "<li>1b<li>2<li>b";
  const std::vector<Row> plain = Rows(spec(), text);
  EXPECT_EQ(Trace(spec(), text).records[0].rows, plain);
}

TEST_F(ExtractionTraceTest, KeysOfAllPatterns) {
  FieldSpec field = Field("a", "x");
  field.re.push_back("y");
  field.in = "z";
  RecordSpec spec = EachRecord("<li>", {field});
  spec.until = "u";
  spec.url = "shop";
  spec.when = "w";
  spec.unless = "v";
  spec.content_type = "^$";
  Trace(std::move(spec), "");
  EXPECT_THAT(trace_.keys,
              ElementsAre(ElementsAre("url", "content_type", "when", "unless", "each", "until",
                                      "fields.a.in", "fields.a.re[0]", "fields.a.re[1]")));
}

}  // namespace
}  // namespace thresh
