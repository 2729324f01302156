#include "pipeline/row_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace thresh {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each row as a line.
class Lines : public RowWriter {
 public:
  std::vector<std::string> lines;

  void Begin(const std::vector<OutputColumn>& columns) override {
    std::string names;
    for (const OutputColumn& column : columns) names += column.name + ' ';
    lines.push_back(names);
  }
  void Row(std::span<const Cell> cells) override {
    std::string line;
    for (const Cell& cell : cells) {
      const auto* text = std::get_if<std::string_view>(&cell);
      line += text != nullptr ? std::string(*text) + ' ' : "- ";
    }
    lines.push_back(line);
  }
  void End() override { lines.push_back("end"); }
};

class RowPrinterTest : public testing::Test {
 protected:
  RowPrinterTest() {
    for (const char* input : {"a", "b", "c", "d"}) printer_.AddInput(input);
    lines_.lines.clear();
  }

  static std::shared_ptr<const Extractor> TwoRecords() {
    RecordSpec one, two;
    one.table = "one";
    one.match = "(?P<x>x)";
    two.table = "two";
    two.match = "(?P<y>y)(?P<x>x)";
    std::vector<RuleProblem> problems;
    return Extractor::Compile({one, two}, &problems);
  }
  void Print(const char* input, std::vector<const char*> values) {
    Row row(values.begin(), values.end());
    printer_.Print(input, extractor_->schemas()[values.size() - 1], {row});
  }
  std::vector<std::string> Printed() { return std::exchange(lines_.lines, {}); }

  std::shared_ptr<const Extractor> extractor_ = TwoRecords();
  Lines lines_;
  RowPrinter printer_{*extractor_, lines_};
};

TEST_F(RowPrinterTest, RowsOfLaterInputsWaitForThoseBefore) {
  Print("c", {"c1"});
  Print("b", {"b1"});
  printer_.Finish("c");
  Print("b", {"b2"});
  EXPECT_THAT(Printed(), IsEmpty());
  Print("a", {"a1"});
  EXPECT_THAT(Printed(), ElementsAre("a1 - ")) << "nothing is before it";
  printer_.Finish("a");
  EXPECT_THAT(Printed(), ElementsAre("b1 - ", "b2 - "));
  Print("b", {"b3"});
  EXPECT_THAT(Printed(), ElementsAre("b3 - "));
  printer_.Finish("b");
  EXPECT_THAT(Printed(), ElementsAre("c1 - "));
  Print("d", {"d1"});
  EXPECT_THAT(Printed(), ElementsAre("d1 - ")) << "c was finished long ago";
}

TEST_F(RowPrinterTest, TheEndPrintsWhatStillWaits) {
  Print("d", {"d1"});
  Print("b", {"b1"});
  printer_.End();
  EXPECT_THAT(Printed(), ElementsAre("b1 - ", "d1 - ", "end"));
}

TEST_F(RowPrinterTest, RecordsShareTheirColumns) {
  Print("b", {"yes", "too"});
  Print("a", {"only"});
  printer_.End();
  EXPECT_THAT(Printed(), ElementsAre("only - ", "too yes ", "end"));
}

}  // namespace
}  // namespace thresh
