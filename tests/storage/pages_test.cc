#include "storage/pages.h"

#include "gmock/gmock.h"
#include "storage/stored_body.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

class PagesTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  RunId run_ = store_->StartRun("s", "h", "", Timestamp());
  UrlId a_ = store_->AddUrl("s", {.url = "/a", .host = "https://x.test"});
  UrlId b_ = store_->AddUrl("s", {.url = "/b", .host = "https://x.test"});

  // A page of `url` whose body is `body`, and its hash too; kept unless `keep` is false.
  void Fetch(UrlId url, std::string_view body, int status = 200, bool all = false,
             bool keep = true) {
    PageRecord page;
    page.url_id = url;
    page.status = status;
    page.body_hash = body;
    page.stored_body = keep ? body : "";
    page.bytes = body.size();
    page.keep_all_bodies = all;
    store_->AddPage(run_, page);
    store_->Commit();
  }

  // A page whose fetcher says that its body has this hash.
  void FetchAs(UrlId url, std::string_view hash, std::string_view body) {
    PageRecord page;
    page.url_id = url;
    page.status = 200;
    page.body_hash = hash;
    page.stored_body = body;
    store_->AddPage(run_, page);
    store_->Commit();
  }
  std::string BodyOf(UrlId url) {
    return Rows(path_,
                "SELECT CAST(body AS TEXT) FROM pages JOIN bodies USING (body_hash) "
                "WHERE body_kept = 1 AND url_id = " +
                    std::to_string(url));
  }

  std::string Bodies() {
    return Rows(path_, "SELECT body_hash, uses FROM bodies ORDER BY body_hash");
  }
};

TEST_F(PagesTest, EqualBodiesAreStoredOnce) {
  Fetch(a_, "one");
  Fetch(b_, "one");
  EXPECT_EQ(Bodies(), "one|2");
  EXPECT_EQ(Rows(path_, "SELECT encoding, CAST(body AS TEXT) FROM bodies"), "identity|one");
}

TEST_F(PagesTest, OnlyTheLatestBodyOfAUrlStays) {
  Fetch(a_, "one");
  Fetch(b_, "one");
  Fetch(a_, "two");
  EXPECT_EQ(Bodies(), "one|1 / two|1") << "another page has it";
  Fetch(b_, "three");
  EXPECT_EQ(Bodies(), "three|1 / two|1") << "no page has it any more";
  EXPECT_EQ(Rows(path_, "SELECT group_concat(body_hash) FROM pages"), "one,one,two,three");
}

TEST_F(PagesTest, TheSameBodyAgainChangesNothing) {
  Fetch(a_, "one");
  Fetch(a_, "one");
  Fetch(a_, "one");
  EXPECT_EQ(Bodies(), "one|1");
  EXPECT_EQ(Rows(path_, "SELECT sum(body_kept) FROM pages"), "1");
}

TEST_F(PagesTest, AnErrorPageDoesNotCostTheGoodBody) {
  Fetch(a_, "good");
  Fetch(a_, "error", 500);
  EXPECT_EQ(Bodies(), "error|1 / good|1");
  Fetch(a_, "better");
  EXPECT_EQ(Bodies(), "better|1") << "the next good page takes the place of both";
}

TEST_F(PagesTest, AllStayWhereAllAreWanted) {
  Fetch(a_, "one", 200, true);
  Fetch(a_, "two", 200, true);
  EXPECT_EQ(Bodies(), "one|1 / two|1");
}

// A fetcher that was taken over names another page's hash, or a server finds bodies of one hash.
TEST_F(PagesTest, NoPageCanLieAboutAnotherOnesBody) {
  const std::string hash(32, '7');
  FetchAs(b_, hash, "the liar's");
  FetchAs(a_, hash, "the true one");
  EXPECT_EQ(BodyOf(a_), "the true one");
  EXPECT_EQ(BodyOf(b_), "the liar's");
  EXPECT_EQ(store_->LatestBodyHash(a_), hash) << "as it was fetched: it did not change";
  FetchAs(a_, hash, "the true one");
  FetchAs(b_, hash, "the true one");
  EXPECT_EQ(BodyOf(a_), "the true one");
  EXPECT_EQ(BodyOf(b_), "the true one");
  FetchAs(a_, hash, "another");
  EXPECT_EQ(BodyOf(a_), "another");
  EXPECT_EQ(Rows(path_, "SELECT count(*), sum(uses) FROM bodies"), "2|2");
}

TEST_F(PagesTest, ABodyMayBeNamedAndNotKept) {
  Fetch(a_, "one", 200, false, false);
  EXPECT_EQ(Bodies(), "");
  EXPECT_EQ(Rows(path_, "SELECT body_hash, bytes FROM pages"), "one|3");
}

TEST_F(PagesTest, CountsForItsRun) {
  Fetch(a_, "one");
  Fetch(a_, "", 304);
  store_->UpdateUrl(b_, run_, {.state = UrlState::kFailed, .reason = "refused"});
  const RunTotals pending = store_->ReadTotals(run_);
  store_->Close();
  EXPECT_EQ(pending.pages, 2);
  EXPECT_EQ(pending.unchanged, 1);
  EXPECT_EQ(pending.failed, 1);
  EXPECT_EQ(Rows(path_, "SELECT pages, unchanged, failed, bytes FROM runs"), "2|1|1|3");
}

TEST_F(PagesTest, A304ThatNobodyAskedForIsNoPageUnchanged) {
  store_->AddPage(run_, {.url_id = a_, .status = 304, .error = "bad-response"});
  EXPECT_EQ(store_->ReadTotals(run_).pages, 1);
  EXPECT_EQ(store_->ReadTotals(run_).unchanged, 0);
}

TEST(StoredBodyTest, SaysWhenABodyIsDamaged) {
  const std::string_view frame(
      "\x28\xb5\x2f\xfd\x00\x58\x19\x00\x00"
      "abc",
      12);
  EXPECT_EQ(EncodingOf(frame), "zstd");
  std::string body = "what was there";
  DecodeBody("zstd", frame, &body);
  EXPECT_EQ(body, "abc");
  DecodeBody("identity", "defg", &body);
  EXPECT_EQ(body, "defg");
  EXPECT_THROW(DecodeBody("zstd", frame.substr(0, 11), &body), StorageError) << "cut short";
  EXPECT_THROW(DecodeBody("zstd", "no frame at all", &body), StorageError);
  const std::string_view huge("\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\x0f", 13);
  EXPECT_THROW(DecodeBody("zstd", huge, &body), StorageError) << "claims 2^60 bytes";
}

}  // namespace
}  // namespace thresh
