#include "parser/extractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/parser/rules_test.h"

namespace thresh {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using ExtractorTest = RulesTest;

constexpr std::string_view kBoard = R"(<dl class="board-wrapper">
  <dd>
    <i class="board-index board-index-1">1</i>
    <a href="/films/1" title="霸王别姬" class="image-link" data-act="boarditem-click">
      <img data-src="//p0.test/1.jpg" alt="霸王别姬" class="board-img" /></a>
    <div class="board-item-main"><div class="movie-item-info">
      <p class="name"><a href="/films/1" title="霸王别姬">霸王别姬</a></p>
      <p class="star">
        主演：张国荣,张丰毅,巩俐
      </p>
      <p class="releasetime">上映时间：1993-07-26</p></div>
      <p class="score"><i class="integer">9.</i><i class="fraction">5</i></p></div>
  </dd>
  <dd>
    <i class="board-index board-index-2">2</i>
    <a href="/films/2" title="Roman &amp; Holiday" class="image-link"></a>
    <div class="movie-item-info">
      <p class="star"> 主演：格利高里·派克 </p>
      <p class="releasetime">上映时间：1953-09-02(美国)</p></div>
  </dd>
</dl>)";

RecordSpec Board() {
  return MatchRecord(
      R"re(<dd>.*?board-index.*?>(?P<rank>\d+)</i>.*?title="(?P<title>.*?)".*?movie-item-info)re"
      R"re(.*?<p class="star">(?P<actors>.*?)</p>.*?<p class="releasetime">(?P<released>.*?)</p>)re",
      {Field("rank", "", ValueType::kInteger)});
}

TEST_F(ExtractorTest, BoardPatternGivesAMovieARowWithTrimmedValues) {
  EXPECT_THAT(Rows(Board(), kBoard),
              ElementsAre(ElementsAre(Int(1), Text("霸王别姬"), Text("主演：张国荣,张丰毅,巩俐"),
                                      Text("上映时间：1993-07-26")),
                          ElementsAre(Int(2), Text("Roman & Holiday"), Text("主演：格利高里·派克"),
                                      Text("上映时间：1953-09-02(美国)"))));
  EXPECT_EQ(extractor_->schemas()[0].columns[0], (Column{"rank", ValueType::kInteger}));
}

TEST_F(ExtractorTest, PageRecordGivesOneRow) {
  const auto rows =
      Rows(Record({Field("title", "<title>(.*?)</title>"),
                   Field("price", "£([\\d.]+)", ValueType::kReal), Field("missing", "nowhere")}),
           "<title>A &lt; B</title> <p>£12.50</p>");
  EXPECT_THAT(rows, ElementsAre(ElementsAre(Text("A < B"), Value(12.5), Null())));
}

TEST_F(ExtractorTest, PageWithoutAnythingFoundGivesNoRow) {
  EXPECT_THAT(Rows(Record({Field("title", "<title>(.*?)</title>")}), "captcha"), IsEmpty());
}

TEST_F(ExtractorTest, PlainRegexNamesItsGroups) {
  EXPECT_THAT(Rows(RecordFromRegex("t", "(\\d)(\\pL)"), "1a 2b"),
              ElementsAre(ElementsAre(Text("1"), Text("a")), ElementsAre(Text("2"), Text("b"))));
  EXPECT_EQ(extractor_->schemas()[0].columns[1].name, "c2");
  EXPECT_THAT(Rows(RecordFromRegex("t", "\\d\\pL"), "1a 2b"),
              ElementsAre(ElementsAre(Text("1a")), ElementsAre(Text("2b"))));
  EXPECT_EQ(extractor_->schemas()[0].columns[0].name, "match");
}

TEST_F(ExtractorTest, FieldsBesideMatchAddColumns) {
  RecordSpec spec = MatchRecord("<li>(?P<name>.*?)</li>",
                                {FromField("seen", "fetched_at"), Field("bold", "<b>(.*?)</b>"),
                                 Carried(Field("head", "<h2>(.*?)</h2>"))});
  page_.fetched_at = "2026-03-03T10:00:00.000Z";
  EXPECT_THAT(
      Rows(std::move(spec), "<h2>H</h2><li>x<b>y</b></li><li>z</li>"),
      ElementsAre(ElementsAre(Text("xy"), Text("2026-03-03T10:00:00.000Z"), Text("y"), Text("H")),
                  ElementsAre(Text("z"), Text("2026-03-03T10:00:00.000Z"), Null(), Text("H"))));
}

TEST_F(ExtractorTest, FromSaysWhatIsKnownOfThePage) {
  const HeaderList headers = {{"server", "nginx"}, {"link", "<a>"}, {"link", "<b>"}};
  page_.headers = &headers;
  page_.seed = "https://x.test/";
  page_.status = 203;
  page_.size = 1234;
  EXPECT_THAT(
      Rows(Record({FromField("u", "url"), FromField("s", "seed"),
                   FromField("st", "status", ValueType::kInteger),
                   FromField("n", "size", ValueType::kInteger), FromField("h", "header:Server"),
                   FromField("l", "header:link"), FromField("no", "header:none")}),
           "text"),
      ElementsAre(ElementsAre(Text("https://x.test/shop/page?n=1"), Text("https://x.test/"),
                              Int(203), Int(1234), Text("nginx"), Text("<a>, <b>"), Null())));
}

TEST_F(ExtractorTest, UrlsLoseWhatTheCrawlsUrlsLose) {
  strip_ = ParameterStripper::Default();
  FieldSpec field = Field("link", "href=\"([^\"]*)\"");
  EXPECT_EQ(ValueOf(field, "<a href=\"/a?utm_source=x&n=1\">"), Text("/a?utm_source=x&n=1"));
  field.type = ValueType::kUrl;
  EXPECT_EQ(ValueOf(field, "<a href=\"/a?utm_source=x&n=1\">"), Text("https://x.test/a?n=1"));
  field.default_value = "/none?utm_source=x";
  EXPECT_THAT(Rows(EachRecord("<li>", {field, Field("n", "n")}), "<li>n"),
              ElementsAre(ElementsAre(Text("https://x.test/none"), Text("n"))))
      << "defaults, too";
}

TEST_F(ExtractorTest, FromWithRegexTakesAPart) {
  FieldSpec field = FromField("n", "url", ValueType::kInteger);
  field.re = {"n=(\\d+)"};
  EXPECT_EQ(ValueOf(field, ""), Int(1));
}

TEST_F(ExtractorTest, AppliesOnlyToItsPages) {
  const auto applies = [this](auto set) {
    RecordSpec spec = Record({FromField("u", "url")});
    set(spec);
    page_.content_type = "text/html";
    return ExtractOne(std::move(spec), "Just a moment").applies;
  };
  EXPECT_TRUE(applies([](RecordSpec& spec) { spec.url = "/shop/"; }));
  EXPECT_FALSE(applies([](RecordSpec& spec) { spec.url = "/book/"; }));
  EXPECT_TRUE(applies([](RecordSpec& spec) { spec.content_type = "html"; }));
  EXPECT_FALSE(applies([](RecordSpec& spec) { spec.content_type = "json"; }));
  EXPECT_TRUE(applies([](RecordSpec& spec) { spec.when = "moment"; }));
  EXPECT_FALSE(applies([](RecordSpec& spec) { spec.when = "price"; }));
  EXPECT_FALSE(applies([](RecordSpec& spec) { spec.unless = "moment"; }));
}

TEST_F(ExtractorTest, SaysWhereAnotherRecordOfTheTableApplies) {
  std::vector<RecordSpec> specs(4, Record({FromField("u", "url")}));
  specs[0].url = specs[3].url = "/elsewhere/";
  specs[3].table = "other";
  const Extraction found = Extract(std::move(specs), "");
  EXPECT_TRUE(found.records[0].others_apply);
  EXPECT_TRUE(found.records[1].others_apply);
  EXPECT_FALSE(found.records[3].others_apply) << "they are of another table";
}

TEST_F(ExtractorTest, RowWithoutRequiredFieldIsDroppedAndCounted) {
  const auto found = ExtractOne(
      EachRecord("<li>", {Required(Field("sku", "sku=(\\d+)")), Field("name", "<b>(.*?)</b>")}),
      "<li>sku=1<b>x</b><li><b>y</b><li>sku=3");
  EXPECT_THAT(found.rows,
              ElementsAre(ElementsAre(Text("1"), Text("x")), ElementsAre(Text("3"), Null())));
  EXPECT_EQ(found.dropped_rows, 1u);
  EXPECT_EQ(found.fields[0].filled, 2u);
  EXPECT_EQ(found.fields[1].matched, 2u);
  EXPECT_EQ(found.fields[1].filled, 1u) << "of the rows that are there";
}

TEST_F(ExtractorTest, FailedConversionsAreNullAndCountedWithTheFirst) {
  const auto found =
      ExtractOne(EachRecord("<li>", {Field("price", "<li>([^<]*)", ValueType::kReal)}),
                 "<li>1.234<li>12.50<li>call us<li> ");
  EXPECT_THAT(found.rows, ElementsAre(ElementsAre(Null()), ElementsAre(Real(12.5)),
                                      ElementsAre(Null()), ElementsAre(Null())));
  EXPECT_EQ(found.fields[0].failed, 2u);
  EXPECT_EQ(found.fields[0].example, "1.234");
  EXPECT_EQ(found.fields[0].filled, 1u);
}

TEST_F(ExtractorTest, DefaultStandsForWhatIsNotThere) {
  FieldSpec field = Field("stock", "stock=([^<]*)", ValueType::kInteger);
  field.default_value = "7";
  EXPECT_THAT(
      Rows(EachRecord("<li>", {field, Field("n", "n")}), "<li>n stock=3<li>n<li>n stock=many"),
      ElementsAre(ElementsAre(Int(3), Text("n")), ElementsAre(Int(7), Text("n")),
                  ElementsAre(Null(), Text("n"))))
      << "but not for what does not convert";
}

TEST_F(ExtractorTest, TooFewRowsAreSaid) {
  RecordSpec spec = EachRecord("<li>", {Field("n", "<li>(.)")});
  spec.expect.min_rows = 2;
  EXPECT_TRUE(ExtractOne(spec, "<li>1").too_few_rows);
  EXPECT_FALSE(ExtractOne(spec, "<li>1<li>2").too_few_rows);
}

TEST_F(ExtractorTest, OverrunsAreCounted) {
  constexpr std::string_view kPage =
      "<article><b>1</b><i>x</i></article><article><b>2</b></article>"
      "<article><b>3</b><i>z</i></article>";
  const auto found =
      ExtractOne(MatchRecord("<article><b>(?P<n>.*?)</b>.*?<i>(?P<i>.*?)</i>"), kPage);
  EXPECT_EQ(found.rows.size(), 2u) << "the second took its <i> from the third";
  EXPECT_EQ(found.overruns, 1u);
}

TEST_F(ExtractorTest, DeadlineKeepsWhatWasFoundUntilThen) {
  std::string page;
  for (int i = 0; i < 10'000; ++i) page += "<li>x";
  int questions = 0;
  budget_.expired = [&questions] { return ++questions > 3; };
  const Extraction extraction = Extract({EachRecord("<li>", {Field("n", "<li>(.)")})}, page);
  EXPECT_TRUE(extraction.cut_short);
  EXPECT_GT(extraction.records[0].rows.size(), 10u);
  EXPECT_LT(extraction.records[0].rows.size(), 5'000u);
  for (const Row& row : extraction.records[0].rows) EXPECT_EQ(row[0], Text("x"));
}

TEST_F(ExtractorTest, QuadraticPatternEndsAtTheDeadline) {
  const std::string page(1'000'000, 'A');
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  budget_.expired = [end] { return std::chrono::steady_clock::now() > end; };
  const Extraction extraction = Extract({RecordFromRegex("t", ".*[^A-Z]|[A-Z]")}, page);
  EXPECT_TRUE(extraction.cut_short);
  EXPECT_GT(extraction.records[0].rows.size(), 0u);
  EXPECT_LT(extraction.records[0].rows.size(), 500'000u);
}

TEST_F(ExtractorTest, ExpensivePatternReadsLeadingBytes) {
  budget_.parse_time = std::chrono::milliseconds(1);  // 8e6 steps
  std::string page = "aX";
  page.append(2'000'000, 'b');
  page += "aX";
  const Extraction cheap = Extract({MatchRecord("a(?P<x>X)")}, "aXaX");
  EXPECT_FALSE(cheap.cut_short);
  const Extraction extraction = Extract({MatchRecord("a(?P<x>X)")}, page);
  EXPECT_TRUE(extraction.cut_short);
  EXPECT_EQ(extraction.records[0].rows.size(), 1u);
}

TEST_F(ExtractorTest, RowsEndWhereThePagesMemoryDoes) {
  std::string page;
  for (int i = 0; i < 100'000; ++i) page += "x ";
  budget_.memory = 0;  // 1.6 MB then, for the page's size
  const Extraction all = Extract({MatchRecord("x (?P<x>x x x x x x x )")}, page);
  EXPECT_FALSE(all.cut_short);
  EXPECT_EQ(all.records[0].rows.size(), 12'500u);
  const Extraction extraction = Extract({MatchRecord("(?P<x>x)")}, page);
  EXPECT_TRUE(extraction.cut_short);
  EXPECT_GT(extraction.records[0].rows.size(), 10'000u);
  EXPECT_LT(extraction.records[0].rows.size(), 20'000u);
  for (const Row& row : extraction.records[0].rows) EXPECT_EQ(row[0], Text("x"));
}

// What a list, a carried field or a JSON array would be of otherwise.
TEST_F(ExtractorTest, ARowThatThePagesMemoryDoesNotHoldIsLeftOut) {
  std::string page = "[0";
  for (int i = 0; i < 100'000; ++i) page += ",0";
  page += "]";
  budget_.memory = 0;
  FieldSpec in_text = Field("x", "");
  in_text.text = "0";
  const RecordSpec records[] = {
      Record({Many(Field("x", "0"))}), Record({Many(in_text)}), Record({Many(JsonField("x", ""))}),
      EachRecord("\\[0", {Carried(Field("x", "0"))}),
      // Each of these is small enough.
      Record({Field("a", "(?s).*"), Field("b", "(?s).*"), Field("c", "(?s).*"),
              Field("d", "(?s).*"), Field("e", "(?s).*"), Field("f", "(?s).*"),
              Field("g", "(?s).*"), Field("h", "(?s).*"), Field("i", "(?s).*")})};
  for (const RecordSpec& record : records) {
    const Extraction extraction = Extract({MatchRecord("(?P<n>\\[0)"), record}, page);
    EXPECT_TRUE(extraction.cut_short);
    EXPECT_EQ(extraction.records[0].rows.size(), 1u);
    EXPECT_EQ(extraction.records[1].rows.size(), 0u);
  }
}

TEST_F(ExtractorTest, ListsAreJson) {
  EXPECT_EQ(ValueOf(Many(Field("x", "(?s)<b>(.*?)</b>")),
                    "<b>a</b><b></b><b>\"\\/</b><b>caf\u00e9 \u4e2d</b><b>\x7f\x01</b>"),
            Text("[\"a\",null,\"\\\"\\\\/\",\"caf\u00e9 \u4e2d\",\"\x7f\\u0001\"]"));
  EXPECT_EQ(
      ValueOf(Many(Field("x", "<b>(.*?)</b>", ValueType::kReal)), "<b>1.5</b><b>x</b><b>2</b>"),
      Text("[1.5,null,2.0]"));
  EXPECT_EQ(ValueOf(Many(Field("x", "\\d+", ValueType::kInteger)), "7 -8"), Text("[7,8]"));
  EXPECT_EQ(ValueOf(Many(Field("x", "\\w+", ValueType::kBoolean)), "yes no"), Text("[true,false]"));
  EXPECT_EQ(ValueOf(Many(JsonField("x", "", ValueType::kJson)), "[{\"a\": 1}, [2]]"),
            Text("[{\"a\":1},[2]]"));
}

TEST_F(ExtractorTest, NulBytesAndReplacementCharactersDoNotEndAPage) {
  using namespace std::string_view_literals;
  EXPECT_THAT(Rows(MatchRecord("<b>(?P<x>.*?)</b>"), "\0<b>1</b>\uFFFD\0<b>2</b>"sv),
              ElementsAre(ElementsAre(Text("1")), ElementsAre(Text("2"))));
}

TEST_F(ExtractorTest, SeveralRecordsReadOnePage) {
  RecordSpec other = Record({Field("title", "<title>(.*?)</title>")});
  other.table = "page";
  const Extraction found =
      Extract({MatchRecord("<b>(?P<x>.*?)</b>"), other}, "<title>T</title><b>1</b><b>2</b>");
  EXPECT_THAT(found.records[0].rows, SizeIs(2));
  EXPECT_THAT(found.records[1].rows, ElementsAre(ElementsAre(Text("T"))));
}

TEST_F(ExtractorTest, ManyIsAnArrayColumn) {
  Rows(Record({Many(Field("tags", "x", ValueType::kInteger)), Field("u", "x", ValueType::kUrl)}),
       "");
  EXPECT_THAT(extractor_->schemas()[0].columns,
              ElementsAre(Column{"tags", ValueType::kJson}, Column{"u", ValueType::kUrl}));
}

}  // namespace
}  // namespace thresh
