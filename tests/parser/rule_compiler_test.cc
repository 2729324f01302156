// What checking the rules refuses, warns of and lets pass.
#include "parser/rule_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/parser/rules_test.h"

namespace thresh {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Severity = RuleProblem::Severity;

FieldSpec Regex(std::string name, std::string re) { return thresh::Field(name, re); }

std::vector<RuleProblem> ProblemsOf(std::vector<RecordSpec> specs) {
  std::vector<RuleProblem> problems;
  const auto extractor = Extractor::Compile(std::move(specs), &problems);
  bool failed = false;
  for (const RuleProblem& problem : problems) failed |= problem.severity == Severity::kError;
  EXPECT_EQ(extractor == nullptr, failed);
  return problems;
}

auto Error(std::string key, std::string says) {
  return AllOf(Field(&RuleProblem::severity, Severity::kError), Field(&RuleProblem::key, key),
               Field(&RuleProblem::message, HasSubstr(says)));
}

// Changes one thing of a good record and expects one error.
class RuleCompilerTest : public ::testing::Test {
 protected:
  template <typename Change>
  void ExpectError(Change change, std::string key, std::string says) {
    RecordSpec spec = Record({Regex("a", "x")});
    change(spec);
    EXPECT_THAT(ProblemsOf({spec}), ElementsAre(Error(key, says)));
  }
  template <typename Change>
  void ExpectFieldError(Change change, std::string part, std::string says) {
    ExpectError([&](RecordSpec& spec) { change(spec.fields[0]); },
                part.empty() ? "fields.a" : "fields.a." + part, says);
  }
};

TEST_F(RuleCompilerTest, GoodRecordHasNoProblems) {
  EXPECT_THAT(ProblemsOf({Record({Regex("a", "x")})}), IsEmpty());
  EXPECT_THAT(ProblemsOf({}), IsEmpty());
}

TEST_F(RuleCompilerTest, RegexFaultsNameTheKeyAndTheByte) {
  RecordSpec spec = Record({Regex("a", "x")});
  spec.fields[0].re = {"fine", "ab(?=c)"};
  const auto problems = ProblemsOf({spec});
  ASSERT_THAT(problems, ElementsAre(Error("fields.a.re[1]", "look-ahead")));
  EXPECT_EQ(problems[0].offset, 2u);
  for (const char* key :
       {"match", "scope", "element", "each", "url", "content_type", "when", "unless"}) {
    RecordSpec bad = Record({Regex("a", "x")});
    const std::string name = key;
    (name == "match"          ? bad.match
     : name == "scope"        ? bad.scope
     : name == "element"      ? bad.element
     : name == "each"         ? bad.each
     : name == "url"          ? bad.url
     : name == "content_type" ? bad.content_type
     : name == "when"         ? bad.when
                              : bad.unless) = "<(";
    EXPECT_THAT(ProblemsOf({bad}), ElementsAre(Error(key, "never closed")));
  }
  ExpectFieldError([](FieldSpec& field) { field.in = "("; }, "in", "never closed");
  ExpectFieldError(
      [](FieldSpec& field) {
        field.re.clear();
        field.text = "(";
      },
      "text", "never closed");
}

TEST_F(RuleCompilerTest, OneKindOfRow) {
  ExpectError(
      [](RecordSpec& s) {
        s.scope = "<x>";
        s.each = "<y>";
      },
      "each", "has scope already");
  ExpectError(
      [](RecordSpec& s) {
        s.each = "<y>";
        s.rows = "";
      },
      "rows", "has each already");
  ExpectError([](RecordSpec& s) { s.until = "<y>"; }, "until", "no each");
  ExpectError([](RecordSpec& s) { s.rows = "items"; }, "rows", "begins with /");
  RecordSpec spec = Record({JsonField("a", "/x")});
  spec.scope = "<script>(.*?)</script>";
  spec.rows = "/items";
  EXPECT_THAT(ProblemsOf({spec}), IsEmpty());
}

TEST_F(RuleCompilerTest, RowsDoNotBeginEverywhere) {
  ExpectError([](RecordSpec& s) { s.each = "a*"; }, "each", "empty text");
  ExpectError([](RecordSpec& s) { s.match = "(?P<b>.*?)"; }, "match", "empty text");
}

TEST_F(RuleCompilerTest, GroupsAreColumns) {
  ExpectError(
      [](RecordSpec& s) {
        s.fields.clear();
        s.match = "<b>";
      },
      "match", "named group");
  ExpectError([](RecordSpec& s) { s.match = "(?P<b>x)(y)"; }, "match", "no name");
  ExpectError(
      [](RecordSpec& s) {
        s.match = "(?P<b>x)";
        s.fields = {Regex("c", "")};
      },
      "fields.c", "no group of this name");
  ExpectError([](RecordSpec& s) { s.match = "(?P<a>x)"; }, "fields.a", "the group of match");
  ExpectError([](RecordSpec& s) { s.fields.clear(); }, "fields", "at least one");
}

TEST_F(RuleCompilerTest, ColumnNames) {
  for (const char* good : {"preis", "größe", "价格", "a1", "order", "Select"}) {
    EXPECT_THAT(ProblemsOf({Record({Regex(good, "x")})}), IsEmpty()) << good;
  }
  for (const char* bad :
       {"", "1a", "_site", "a b", "a-b", "a\"b", "rowid", "OID", "_rowid_", "a\xff", "a;b"}) {
    EXPECT_THAT(ProblemsOf({Record({Regex(bad, "x")})}),
                ElementsAre(Error("fields." + std::string(bad), "column's name")))
        << bad;
  }
  EXPECT_THAT(ProblemsOf({Record({Regex("a", "x"), Regex("A", "x")})}),
              ElementsAre(Error("fields.A", "already")));
  EXPECT_THAT(ProblemsOf({MatchRecord("(?P<_x>a)")}), ElementsAre(Error("match", "kept for")));
}

TEST_F(RuleCompilerTest, TableNames) {
  for (const char* bad : {"", "runs", "URLS", "pages", "progress", "sqlite_x", "a_v", "a_History",
                          "x y", "_a", "2a"}) {
    ExpectError([bad](RecordSpec& s) { s.table = bad; }, "table", "the table's name");
  }
  RecordSpec spec = Record({Regex("a", "x")});
  spec.table = "bücher";
  EXPECT_THAT(ProblemsOf({spec}), IsEmpty());
}

TEST_F(RuleCompilerTest, KeysNameColumns) {
  ExpectError([](RecordSpec& s) { s.key = {"b"}; }, "key", "no column 'b'");
  ExpectError([](RecordSpec& s) { s.key = {"a", "a"}; }, "key", "twice");
}

TEST_F(RuleCompilerTest, FieldsHaveOneSource) {
  ExpectFieldError([](FieldSpec& f) { f.re.clear(); }, "", "not said");
  ExpectFieldError([](FieldSpec& f) { f.text = "x"; }, "", "one of re");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.json = "/a";
        f.from = "url";
      },
      "", "one of re");
  ExpectFieldError([](FieldSpec& f) { f.from = "uri"; }, "from", "none of url");
  ExpectFieldError([](FieldSpec& f) { f.from = "header:"; }, "from", "none of url");
  ExpectFieldError([](FieldSpec& f) { f.json = "a"; }, "json", "begins with /");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.re.clear();
        f.attr = "href";
      },
      "attr", "which tag");
  ExpectFieldError([](FieldSpec& f) { f.re = {""}; }, "re", "empty");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.from = "url";
        f.in = "x";
      },
      "in", "does not look");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.from = "url";
        f.many = true;
      },
      "many", "one value");
}

TEST_F(RuleCompilerTest, CarryNeedsAPlaceInThePage) {
  ExpectError(
      [](RecordSpec& s) {
        s.rows = "";
        s.fields[0].carry = true;
      },
      "fields.a.carry", "JSON");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.carry = true;
        f.many = true;
      },
      "carry", "many");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.carry = true;
        f.from = "url";
      },
      "carry", "needs re");
}

TEST_F(RuleCompilerTest, TypesAndTheirOptions) {
  ExpectFieldError([](FieldSpec& f) { f.decimal = ";"; }, "decimal", "\",\"");
  ExpectFieldError([](FieldSpec& f) { f.lang = "klingon"; }, "lang", "no language");
  ExpectError([](RecordSpec& s) { s.lang = "xx-YY"; }, "lang", "no language");
  ExpectFieldError([](FieldSpec& f) { f.format = "%Y"; }, "format", "date and datetime");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.type = ValueType::kDate;
        f.format = "%d.%m.%Y %Q";
      },
      "format", "%Q");
  ExpectFieldError(
      [](FieldSpec& f) {
        f.type = ValueType::kInteger;
        f.default_value = "many";
      },
      "default", "no value of type integer");
}

TEST_F(RuleCompilerTest, CleanStepsAreChecked) {
  const auto with = [](std::string re, std::string rewrite) {
    return [=](FieldSpec& f) {
      f.clean = std::vector<CleanStep>{{CleanStep::Kind::kTrim, "", ""},
                                       {CleanStep::Kind::kReplace, re, rewrite}};
    };
  };
  ExpectFieldError(with("(", ""), "clean[1]", "never closed");
  ExpectFieldError(with("(a)", "\\2"), "clean[1]", "does not fit");
  ExpectFieldError(with("", "x"), "clean[1]", "empty");
}

TEST_F(RuleCompilerTest, RecordsOfOneTableAgree) {
  RecordSpec list = Record({Regex("sku", "x"), Regex("price", "y")});
  RecordSpec detail = Record({Regex("sku", "x"), Regex("author", "z")});
  EXPECT_THAT(ProblemsOf({list, detail}), IsEmpty()) << "other columns are fine";
  list.key = detail.key = {"sku"};
  EXPECT_THAT(ProblemsOf({list, detail}), IsEmpty());
  detail.key = {};
  EXPECT_THAT(ProblemsOf({list, detail}), ElementsAre(Error("key", "another key")));
  detail.key = {"sku"};
  detail.fields[0].type = ValueType::kInteger;
  const auto problems = ProblemsOf({list, detail});
  ASSERT_THAT(problems, ElementsAre(Error("fields.sku.type", "is integer here and text")));
  EXPECT_EQ(problems[0].record, 1u);
  detail.fields[0] = Regex("SKU", "x");
  detail.key = list.key = {};
  EXPECT_THAT(ProblemsOf({list, detail}), ElementsAre(Error("fields.SKU", "'sku'")));
  detail.fields[0] = Regex("sku", "x");
  detail.table = "T";
  EXPECT_THAT(ProblemsOf({list, detail}), ElementsAre(Error("table", "'t'")));
}

TEST_F(RuleCompilerTest, AllProblemsAreReportedAtOnce) {
  RecordSpec first = Record({Regex("a", "("), Regex("_b", "x")});
  RecordSpec second = Record({});
  second.table = "runs";
  EXPECT_THAT(ProblemsOf({first, second}), SizeIs(4));
}

TEST_F(RuleCompilerTest, DoubtsAreWarnings) {
  const auto problems = ProblemsOf({Record({Regex("a", "<b>(\\w+)</b>")})});
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].severity, Severity::kWarning);
  EXPECT_EQ(problems[0].key, "fields.a.re");
  EXPECT_EQ(problems[0].offset, 4u);
  EXPECT_THAT(problems[0].message, HasSubstr("\\pL"));
}

TEST_F(RuleCompilerTest, ColumnsThatTheViewHasAreWarnings) {
  const auto problems = ProblemsOf({Record({Regex("Fetched_at", "x")})});
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].severity, Severity::kWarning);
  EXPECT_THAT(problems[0].message, HasSubstr("t_v"));
}

TEST_F(RuleCompilerTest, RuleVersionChangesWithWhatMakesRows) {
  const auto version = [](auto change) {
    RecordSpec spec = Record({Regex("a", "x"), Regex("b", "y")});
    change(spec);
    return RuleVersion(spec);
  };
  const std::string base = version([](RecordSpec&) {});
  EXPECT_THAT(base, testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(version([](RecordSpec& s) {
              s.key = {"a"};
              s.table = "u";
              s.expect.min_rows = 3;
            }),
            base);
  EXPECT_NE(version([](RecordSpec& s) { s.fields[0].re = {"z"}; }), base);
  EXPECT_NE(version([](RecordSpec& s) { s.fields[0].re = {"x", "y"}; }), base);
  EXPECT_NE(version([](RecordSpec& s) { s.fields[0].clean.emplace(); }), base);
  EXPECT_NE(version([](RecordSpec& s) { s.fields[0].required = true; }), base);
  EXPECT_NE(version([](RecordSpec& s) { s.fields[0].type = ValueType::kJson; }), base);
  EXPECT_NE(version([](RecordSpec& s) { s.lang = "de"; }), base);
  EXPECT_NE(version([](RecordSpec& s) { s.scope = "x"; }),
            version([](RecordSpec& s) { s.each = "x"; }));
  EXPECT_NE(version([](RecordSpec& s) { s.rows = ""; }), base);
  EXPECT_EQ(RuleVersion(RecordSpec()), RuleVersion(RecordSpec()));
}

TEST_F(RuleCompilerTest, RuleVersionIsTheSameInEveryBuild) {
  EXPECT_EQ(RuleVersion(RecordFromRegex("t", "<b>(.*?)</b>")), "c605487b1f24c55e");
}

}  // namespace
}  // namespace thresh
