// Rows made anew where a field has another type than its column.
#include "storage/reparse.h"
#include "tests/storage/reparse_test.h"

namespace thresh {
namespace {

class ReparseTypesTest : public ReparseTest {};

// A price as a number, or NULL where it is none.
Row Priced(const std::string& name, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const bool is_number = text != nullptr && text->find_first_not_of("0123456789") == text->npos;
  return {name, is_number ? Value(std::stod(*text)) : Value()};
}

TEST_F(ReparseTypesTest, AColumnOfAnotherTypeIsMadeAnewAndTheOldOneKept) {
  store_->PrepareTables("s", {book_}, true);
  StartRun();
  Fetch("/1", "a 1 b dear", {book_});
  Rows(
      "CREATE VIEW mine AS SELECT sku, price FROM book; CREATE VIEW through AS SELECT price FROM "
      "book_v; CREATE INDEX fast ON book (price); CREATE VIEW broken AS SELECT x FROM nowhere");
  TableSchema typed = Changed(book_);
  typed.columns[1].type = ValueType::kReal;
  EXPECT_THROW(store_->PrepareTables("s", {typed}, true), StorageError) << "a crawl asks first";
  store_.reset();
  store_ = Store::Open(path_);
  {
    const auto reparse = Replay({typed}, {Priced});
    ASSERT_EQ(reparse->retyped().size(), 1u);
    EXPECT_EQ(reparse->retyped()[0].kept_as, "price_text");
    reparse->Compare({});
  }
  EXPECT_EQ(Books(), "a|1 / b|dear") << "not finished, nothing has changed";
  {
    const auto reparse = Replay({typed}, {Priced});
    reparse->Compare({});
    reparse->Finish();
  }
  EXPECT_EQ(Rows("SELECT sku, price, typeof(price), price_text FROM book ORDER BY sku"),
            "a|1.0|real|1 / b|NULL|null|dear");
  EXPECT_EQ(Rows("SELECT sku, price, price_text FROM book_history ORDER BY sku"), "a|NULL|1");
  EXPECT_EQ(Rows("SELECT price FROM mine WHERE sku = 'a'"), "1.0");
  EXPECT_EQ(Rows("SELECT price FROM through WHERE price IS NOT NULL"), "1.0");
  EXPECT_EQ(Rows("SELECT sql FROM sqlite_schema WHERE name = 'fast'"),
            "CREATE INDEX fast ON book (price)");
  EXPECT_EQ(Rows("SELECT price, price_text FROM book_v WHERE sku = 'a'"), "1.0|1");
  EXPECT_NO_THROW(store_->PrepareTables("s", {typed}, true)) << "the crawl goes on";
  EXPECT_EQ(Rows("PRAGMA integrity_check"), "ok");
}

TEST_F(ReparseTypesTest, AKeyOfAnotherTypeIsRefused) {
  store_->PrepareTables("s", {book_}, true);
  StartRun();
  Fetch("/1", "a 1", {book_});
  TableSchema typed = Changed(book_);
  typed.columns[0].type = ValueType::kReal;
  EXPECT_THROW(Replay({typed}, {plain_}), StorageError);
  EXPECT_EQ(Books(), "a|1");
}

TEST_F(ReparseTypesTest, AColumnThatIsKeptTakesNoNameThatIsThere) {
  const TableSchema wide{"book", {{"sku"}, {"price"}, {"price_text"}}, {"sku"}, "rule1"};
  store_->PrepareTables("s", {wide}, true);
  StartRun();
  Fetch("/1", "a 1", {book_});
  TableSchema typed = Changed(wide);
  typed.columns[1].type = ValueType::kInteger;
  const auto reparse = Replay({typed}, {[](const std::string& name, const Value&) -> Row {
                                return {name, Value(int64_t{7}), Value()};
                              }});
  EXPECT_EQ(reparse->retyped()[0].kept_as, "price_text_2");
}

}  // namespace
}  // namespace thresh
