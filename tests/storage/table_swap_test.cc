#include "storage/table_swap.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>

#include "storage/reparse.h"
#include "tests/storage/lone_reparse.h"
#include "tests/storage/plain_sqlite.h"
#include "tests/storage/times.h"
#include "tests/support/temporary_folder.h"

namespace thresh {
namespace {

using Change = RowDifference::Change;

// A crawl of pages that are words; a rule makes a row of each word, or none, and has a version.
class WordCrawl {
 public:
  using Pages = std::map<std::string, std::string>;  // by URL

  struct Remade {
    ReparseTotals totals;
    std::map<Change, int64_t> told;
    std::string text;  // what was told
  };

  WordCrawl() { store_->PrepareTables("s", {Line("1")}, true); }

  static TableSchema Line(const std::string& version) { return {"line", {{"word"}}, {}, version}; }

  // Of rule "1" a word's row is the word; other rules change some words and drop some.
  static RecordExtraction Parse(std::string_view body, const std::string& version) {
    RecordExtraction found;
    found.applies = true;
    std::istringstream words{std::string(body)};
    for (std::string word; words >> word;) {
      const bool any = version == "1" || word.front() != version.front();
      if (any && word.front() == version.back()) word += version;
      if (any) found.rows.push_back({word});
    }
    return found;
  }

  void Fetch(const Pages& pages) {
    if (run_ != 0) store_->FinishRun(run_, RunOutcome::kComplete, 0, At(++now_));
    run_ = store_->StartRun("s", "h", "", At(++now_));
    for (const auto& [url, body] : pages) {
      UrlId& id = urls_[url];
      if (id == 0) id = store_->AddUrl("s", {.url = url, .host = "https://x.test"});
      PageRecord page;
      page.url_id = id;
      page.fetched_at = At(++now_);
      page.status = 200;
      page.final_url = url;
      page.charset = "utf-8";
      const std::string body_hash = body + "#";
      page.body_hash = body_hash;
      page.stored_body = body;
      const PageId page_id = store_->AddPage(run_, page);
      store_->ApplyRows("s", run_, id, page_id, Line("1"), Parse(body, "1"), At(now_));
    }
    store_->Commit();
  }

  // Without `may_stand` every page goes by the shadow table.
  Remade Remake(const std::string& version, bool may_stand = true) {
    Remade remade;
    const LoneReparse reparse(store_.get(), {Line(version)}, true, At(100'000 + ++remade_));
    reparse->ForEachPage([&](const StoredPageView& stored) {
      StoredPageView page = stored;
      page.last = may_stand && stored.last;
      Extraction found;
      found.records.push_back(Parse(page.body, version));
      reparse->Apply(page, found);
    });
    remade.totals = reparse->Compare([&](const RowDifference& difference) {
      ++remade.told[difference.change];
      remade.text += difference.key;
      for (const Row* row : {difference.before, difference.after}) {
        remade.text += row == nullptr ? "|" : '|' + std::get<std::string>(row->front());
      }
      remade.text += '\n';
    });
    reparse->Finish();
    return remade;
  }

  std::string Rows(const std::string& sql) { return thresh::Rows(path_, sql); }
  std::string Lines() {
    return Rows(
        "SELECT word, _ordinal FROM line, urls WHERE url_id = _url_id AND _gone_at IS NULL "
        "ORDER BY url, 2");
  }

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "crawl.db";
  std::unique_ptr<Store> store_ = Store::Open(path_);
  std::map<std::string, UrlId> urls_;
  RunId run_ = 0;
  int now_ = 0;
  int remade_ = 0;
};

TEST(TableSwapTest, OfEqualRowsThoseStayThatAreInTheirPlaces) {
  WordCrawl crawl;
  crawl.Fetch({{"/1", "a a b a"}, {"/2", "c x c"}});
  const std::string all = "SELECT rowid, * FROM line ORDER BY rowid";
  const std::string before = crawl.Rows(all);
  EXPECT_EQ(crawl.Remake("1", false).text, "");
  EXPECT_EQ(crawl.Rows(all), before);
  crawl.Rows("UPDATE line SET word = 'y' WHERE _url_id = 1 AND _ordinal = 1");
  EXPECT_EQ(crawl.Remake("1").text, "/1 2|y|a\n");
  crawl.Rows("UPDATE line SET word = 'c' WHERE word = 'x'");
  EXPECT_EQ(crawl.Remake("1").text, "/2 2|c|x\n");
}

TEST(TableSwapTest, RowsThatMovedStayTheRowsTheyAre) {
  WordCrawl crawl;
  crawl.Fetch({{"/1", "a b c"}});
  crawl.Rows("UPDATE line SET _ordinal = 2 - _ordinal, _first_seen = 'then ' || word");
  EXPECT_EQ(crawl.Remake("1").text, "");
  EXPECT_EQ(crawl.Rows("SELECT word, _ordinal, _first_seen FROM line ORDER BY word"),
            "a|0|then a / b|1|then b / c|2|then c");
}

// A crawl of any pages, twice, with rows that were harmed since.
class RandomCrawl : public WordCrawl {
 public:
  explicit RandomCrawl(unsigned seed) : random_(seed) {
    for (int run = 0; run < 2; ++run) FetchSome();
    for (const char* harm :
         {"UPDATE line SET word = 'a'", "UPDATE line SET _ordinal = 3 - _ordinal",
          "UPDATE line SET _rule = 'old'", "UPDATE line SET _gone_at = 'then'",
          "DELETE FROM line"}) {
      Rows(std::string(harm) + " WHERE _url_id = " + std::to_string(Below(7)));
    }
    std::erase_if(pages_, [&](const auto& page) {
      return Count("line JOIN urls ON url_id = _url_id WHERE _gone_at IS NOT NULL AND url = '" +
                   page.first + "'") > 0;
    });
  }

  // What the table is to have that is not gone.
  std::string Expected(const std::string& version) const {
    std::string text;
    for (const auto& [url, body] : pages_) {
      int place = 0;
      for (const Row& row : Parse(body, version).rows) {
        text += text.empty() ? "" : " / ";
        text += std::get<std::string>(row[0]) + '|' + std::to_string(place++);
      }
    }
    return text;
  }
  int64_t Count(const std::string& table) {
    return std::stoll(Rows("SELECT count(*) FROM " + table));
  }
  std::string All() {
    return Rows("SELECT rowid, * FROM line ORDER BY 1") +
           Rows("SELECT rowid, * FROM line_history ORDER BY 1");
  }

 private:
  size_t Below(unsigned n) { return static_cast<size_t>(random_() % n); }

  void FetchSome() {
    Pages fetched;
    for (int i = 0; i < 6; ++i) {
      std::string body;
      for (size_t words = Below(6); words > 0; --words) (body += "123abc"[Below(6)]) += ' ';
      if (Below(3) > 0) fetched["/" + std::to_string(i)] = body;
    }
    Fetch(fetched);
    for (const auto& [url, body] : fetched) {
      if (!body.empty()) pages_[url] = body;  // a page without rows costs none
    }
  }

  std::mt19937 random_;
  Pages pages_;
};

WordCrawl::Remade RemakeAndCheck(RandomCrawl& crawl, const std::string& version, bool may_stand) {
  const std::string standing = "line WHERE _gone_at IS NULL";
  const std::string ended = "line_history WHERE _valid_to <> 'then'";  // not of those that are gone
  const int64_t rows = crawl.Count(standing), versions = crawl.Count(ended);
  WordCrawl::Remade remade = crawl.Remake(version, may_stand);
  const ReparseTotals& totals = remade.totals;
  EXPECT_EQ(crawl.Lines(), crawl.Expected(version));
  EXPECT_EQ(crawl.Count(standing + " AND _rule <> '" + version + "'"), 0);
  EXPECT_EQ(crawl.Count(standing) - rows, totals.added - totals.removed);
  EXPECT_EQ(crawl.Count(ended) - versions, totals.changed + totals.removed);
  EXPECT_EQ(totals.added, remade.told[Change::kAdded]);
  EXPECT_EQ(totals.changed, remade.told[Change::kChanged]);
  EXPECT_EQ(totals.removed, remade.told[Change::kRemoved]);
  return remade;
}

// Whatever the pages are and were, the table has what they give, what was told is what was done,
// and it makes no difference whether pages whose rows stand are left out.
TEST(TableSwapTest, TheTableHasWhatThePagesGive) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    RandomCrawl one(seed), other(seed);
    for (const char* version : {"1", "1", "2a", "2a", "3b"}) {
      const std::string told = RemakeAndCheck(one, version, true).text;
      EXPECT_EQ(told, RemakeAndCheck(other, version, false).text);
      EXPECT_EQ(one.All(), other.All());
    }
  }
}

}  // namespace
}  // namespace thresh
