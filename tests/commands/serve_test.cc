// serve, as a browser and its enemies see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <string>

#include "tests/support/loopback_site.h"
#include "tests/support/process_group.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thresh_program.h"

namespace thresh {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ServeTest : public testing::Test {
 protected:
  ServeTest() {
    std::string items = "<title>\xe2\x80\xae<script>alert(0)</script></title>";
    for (int i = 1; i <= 120; ++i) {
      items += "<li>" + std::to_string(i) + " <b onclick=x>name " + std::to_string(i) + "</b>\n";
    }
    site_.Add("/", items);
    config_ = folder_.Write("site.toml", "seeds = ['" + site_.Url("/") + R"(']
[host."*"]
delay = "0s"
[[record]]
table = "item"
match = '<li>(?P<n>\d+) (?P<name>.*?)\n'
key = ["n"]
[record.fields]
n = { type = "integer" }
name = { clean = [] }
[[record]]
table = "origin"
[record.fields]
seed = { re = 'http://(\S+)', from = "seed" }
)");
    EXPECT_EQ(RunThresh({"crawl", config_.string()}).exit_code, 0);
    server_ = std::make_unique<ThreshProgram>(
        std::vector<std::string>{"serve", config_.string(), "--listen", "127.0.0.1:0"});
    while (!server_->OutputSoFar().ends_with("/\n") && !server_->HasEnded()) usleep(2000);
    const std::string url = server_->OutputSoFar();
    EXPECT_THAT(url, StartsWith("http://127.0.0.1:"));
    port_ = std::stoi(url.substr(url.rfind(':') + 1));
  }

  httplib::Result Get(const std::string& target, const httplib::Headers& headers = {}) const {
    httplib::Client client("127.0.0.1", port_);
    client.set_read_timeout(30);
    client.set_url_encode(false);  // as it stands here
    auto result = client.Get(target, headers);
    EXPECT_TRUE(result) << target;
    return result;
  }
  std::string Body(const std::string& target, int status = 200) const {
    const auto result = Get(target);
    if (!result) return "";
    EXPECT_EQ(result->status, status) << target;
    return result->body;
  }
  // A connection on which a request has been sent; `head` ends where the port is to stand.
  int Connect(const std::string& head) const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(port_));
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string request = head + std::to_string(port_) + "\r\n\r\n";
    EXPECT_EQ(write(fd, request.data(), request.size()), static_cast<ssize_t>(request.size()));
    return fd;
  }
  std::string SiteUrl() const {
    std::string url = site_.Url("/");  // nothing in it needs an escape in a query
    return url;
  }

  LoopbackSite site_;
  TemporaryFolder folder_;
  std::filesystem::path config_;
  std::unique_ptr<ThreshProgram> server_;
  int port_ = 0;
};

TEST_F(ServeTest, EveryAnswerForbidsWhatIsNotOurs) {
  for (const char* target : {"/", "/tables", "/table?name=item", "/sql", "/page", "/page.css",
                             "/nothing", "/table?name=none", "/download?table=item&format=csv"}) {
    const auto result = Get(target);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->get_header_value("Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
              "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
        << target;
    EXPECT_EQ(result->get_header_value("X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(result->get_header_value_count("Set-Cookie"), 0u) << target;
    EXPECT_EQ(result->get_header_value_count("Access-Control-Allow-Origin"), 0u) << target;
    EXPECT_THAT(result->body, AllOf(Not(HasSubstr(" onclick=\"")), Not(HasSubstr("<script>")),
                                    Not(HasSubstr(" style=\""))))
        << target;
  }
}

TEST_F(ServeTest, RefusesOtherHostsAndOtherSites) {
  EXPECT_EQ(Get("/", {{"Host", "evil.example:" + std::to_string(port_)}})->status, 421);
  EXPECT_EQ(Get("/", {{"Host", ""}})->status, 421);
  EXPECT_EQ(Get("/", {{"Host", "localhost:" + std::to_string(port_)}})->status, 200);
  EXPECT_EQ(Get("/sql?q=select+1", {{"Sec-Fetch-Site", "cross-site"}})->status, 403);
  EXPECT_EQ(Get("/", {{"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Mode", "no-cors"}})->status,
            403);
  EXPECT_EQ(Get("/", {{"Sec-Fetch-Site", "cross-site"},
                      {"Sec-Fetch-Mode", "navigate"},
                      {"Sec-Fetch-Dest", "document"}})
                ->status,
            200);
  EXPECT_EQ(Get("/sql?q=select+1", {{"Sec-Fetch-Site", "same-origin"}})->status, 200);
  httplib::Client client("127.0.0.1", port_);
  EXPECT_EQ(client.Post("/sql", "q=select 1", "text/plain")->status, 405);
}

TEST_F(ServeTest, TablesAreSortedFilteredAndPaged) {
  const std::string first = Body("/table?name=item&sort=n&dir=desc");
  EXPECT_THAT(first,
              AllOf(HasSubstr(">120<"), HasSubstr("name 71&lt;"), Not(HasSubstr("name 70&lt;"))));
  EXPECT_THAT(first, HasSubstr("1 to 50 of 120"));
  EXPECT_THAT(first, HasSubstr("aria-sort=\"descending\""));
  const std::string last = Body("/table?name=item&sort=n&dir=desc&page=3");
  EXPECT_THAT(last, AllOf(HasSubstr(">20<"), HasSubstr(">1<"), HasSubstr("101 to 120 of 120")));
  EXPECT_THAT(Body("/table?name=item&f.n=%3E%3D118"), HasSubstr("1 to 3 of 3"));
  EXPECT_THAT(Body("/table?name=item&f.name=NAME+11"), HasSubstr("1 to 11 of 11"));
  EXPECT_THAT(Body("/table?name=item&f.name=100%25"), HasSubstr("no rows of 0"));
  EXPECT_THAT(Body("/table?name=item&f._gone_at=null&f.n=%217"), HasSubstr("of 119"));
  EXPECT_THAT(Body("/table?name=item&page=9999999999999&size=0"), HasSubstr("no rows of 120"));
  EXPECT_THAT(Body("/table?name=item"), HasSubstr("&lt;b onclick=x&gt;name 1&lt;/b&gt;"));
}

TEST_F(ServeTest, NamesInAnAddressAreNoSql) {
  EXPECT_THAT(Body("/table?name=item%22%20union%20select%201--", 400),
              HasSubstr("no table or view"));
  EXPECT_THAT(Body("/table?name=item&sort=n%3B%20drop%20table%20item", 400),
              HasSubstr("no column"));
  EXPECT_THAT(Body("/table?name=item&f.n%22=1", 400), HasSubstr("no column"));
  EXPECT_THAT(Body("/table?name=item&f.name=%27%20or%201=1--"), HasSubstr("no rows of 0"));
  EXPECT_THAT(Body("/table?name=item&f.n=%3E1%20or%201"), HasSubstr("no rows of 0"));
}

TEST_F(ServeTest, SqlIsAnsweredOrExplained) {
  EXPECT_THAT(Body("/sql?q=select+count(*)+as+many,+%27%3Cb%3E%27+from+item"),
              AllOf(HasSubstr("120"), HasSubstr(">many<"), HasSubstr("&lt;b&gt;")));
  EXPECT_THAT(Body("/sql?q=select+%0A+oops", 400),
              HasSubstr("line 2, column 2: no such column: oops"));
  EXPECT_THAT(Body("/sql?q=delete+from+item", 400), HasSubstr("this statement would write"));
  EXPECT_THAT(Body("/sql?q=attach+%27/tmp/x%27+as+x", 400), HasSubstr("not allowed"));
  EXPECT_THAT(Body("/sql?q=with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)+"
                   "select+x+from+c"),
              HasSubstr("The first 1,000 rows"));
  EXPECT_THAT(Body("/sql?q=select+length(zeroblob(900000000))", 400), HasSubstr("too big"));
  EXPECT_THAT(Body("/sql?q=%3C/textarea%3E%3Cscript%3E", 400), Not(HasSubstr("<script>")));
}

TEST_F(ServeTest, DownloadsAreWhatExportGives) {
  const auto csv = Get("/download?table=item&format=csv");
  EXPECT_EQ(csv->get_header_value("Content-Disposition"), "attachment; filename=\"item.csv\"");
  EXPECT_THAT(csv->body, StartsWith("n,name,page_url,"));
  for (const char* format : {"tsv", "json", "ndjson", "md", "xlsx", "sql"}) {
    EXPECT_GT(Body(std::string("/download?table=item&format=") + format).size(), 1000u) << format;
  }
  EXPECT_THAT(Body("/download?format=warc"), StartsWith("WARC/1.1"));
  EXPECT_EQ(Body("/download?sql=select+7+as+x&format=csv"), "x\r\n7\r\n");
  EXPECT_THAT(Body("/download?sql=select+oops&format=csv", 400), HasSubstr("no such column: oops"));
  EXPECT_THAT(Body("/download?table=none&format=csv", 400), HasSubstr("no table or view"));
  EXPECT_THAT(Body("/download?table=-o/tmp/thresh-no-file&format=csv", 400), HasSubstr("no table"));
  EXPECT_THAT(Body("/download?table=item&format=exe", 400), HasSubstr("no format"));
}

// RFC 9110 §15.3.7: a part is no 200, which who goes on with a download would take for the whole.
TEST_F(ServeTest, APartOfAnAnswerIsSaidToBeOne) {
  const httplib::Headers range = {{"Range", "bytes=0-3"}};
  const auto part = Get("/source?url=" + SiteUrl(), range);
  EXPECT_EQ(part->status, 206);
  EXPECT_THAT(part->get_header_value("Content-Range"), StartsWith("bytes 0-3/"));
  EXPECT_EQ(part->body.size(), 4u);
  const auto whole = Get("/download?table=item&format=csv", range);
  EXPECT_EQ(whole->status, 200) << "how long it gets is not known";
  EXPECT_THAT(whole->body, AllOf(StartsWith("n,name,"), HasSubstr("\n120,")));
}

TEST_F(ServeTest, APageShowsWhereItsFieldsWereFound) {
  const std::string page = Body("/page?url=" + SiteUrl());
  EXPECT_THAT(page, HasSubstr("title=\"item.n, row 7\""));
  EXPECT_THAT(page, HasSubstr(">&lt;b onclick=x&gt;name 7&lt;/b&gt;</mark>"));
  EXPECT_THAT(page, HasSubstr("item: 120 rows"));
  EXPECT_THAT(page, HasSubstr("&lt;U+202E&gt;&lt;script&gt;alert(0)"));
  const auto source = Get("/source?url=" + SiteUrl());
  EXPECT_EQ(source->get_header_value("Content-Type"), "application/octet-stream");
  EXPECT_THAT(source->body, HasSubstr("<script>alert(0)</script>"));
  EXPECT_THAT(page, HasSubstr(">" + SiteUrl().substr(7) + "<")) << "from = \"seed\"";
  EXPECT_THAT(Body("/page?url=https://x.test/none", 404), HasSubstr("no page of this URL"));
  EXPECT_THAT(Body("/page?url=javascript:alert(1)", 400), Not(HasSubstr("href=\"javascript")));
}

TEST_F(ServeTest, APageIsReadByAllTheRulesOfTheRun) {
  const std::string rule = R"(record=[{table='event', match='<b (?P<name>\w+)=x>'}])";
  const ProgramResult crawl = RunThresh({"crawl", config_.string(), "--set", rule});
  EXPECT_EQ(crawl.exit_code, 0) << crawl.errors;
  const std::string page = Body("/page?url=" + SiteUrl());
  EXPECT_TRUE(page.find("title=\"event.name, row 1\"") != page.npos) << "what --set said";
  EXPECT_TRUE(page.find("event: 120 rows") != page.npos);
  EXPECT_TRUE(page.find("item.n, row 1") == page.npos) << "and not what the file says";
}

TEST_F(ServeTest, TellsProgressAsItGoes) {
  httplib::Client client("127.0.0.1", port_);
  std::string events;
  client.Get("/events", [&](const char* data, size_t size) {
    events.append(data, size);
    return false;
  });
  EXPECT_THAT(events, StartsWith("data: {\"running\":false,\"state\":\"1 1\""));
}

// A query that would run for ten seconds, a download that never begins, and somebody who watches.
TEST_F(ServeTest, ASignalEndsItCleanly) {
  const std::string endless =
      "with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)+select+sum(x)+from+c";
  const std::string rest = " HTTP/1.1\r\nHost: 127.0.0.1:";
  const int busy = Connect("GET /sql?q=" + endless + rest);
  const int loading = Connect("GET /download?format=csv&sql=" + endless + rest);
  const int watching = Connect("GET /events" + rest);
  char byte = 0;
  EXPECT_EQ(read(watching, &byte, 1), 1);
  const pid_t group = server_->pid();
  while (LivingProcessesOf(group).size() < 2) usleep(2000);
  const auto begin = std::chrono::steady_clock::now();
  server_->Kill(SIGINT);
  const ProgramResult result = server_->Wait();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.errors, "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(WaitUntilGone(group, std::chrono::seconds(2)));
  for (const int fd : {busy, loading, watching}) close(fd);
}

// Who goes away while a download is made needs it no more.
TEST_F(ServeTest, ADownloadEndsWithItsReader) {
  const int reader = Connect(
      "GET /download?format=csv&sql=with+recursive+c(x)+as+(select+1+union+all+select+x%2B1+from+c)"
      "+select+x+from+c HTTP/1.1\r\nHost: 127.0.0.1:");
  char bytes[1000];
  EXPECT_GT(read(reader, bytes, sizeof bytes), 0);
  EXPECT_EQ(LivingProcessesOf(server_->pid()).size(), 2u);
  close(reader);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (LivingProcessesOf(server_->pid()).size() > 1 && std::chrono::steady_clock::now() < end) {
    usleep(2000);
  }
  EXPECT_EQ(LivingProcessesOf(server_->pid()).size(), 1u);
}

TEST_F(ServeTest, APortThatIsTakenIsSaid) {
  const std::string address = "127.0.0.1:" + std::to_string(port_);
  const ProgramResult second = RunThresh({"serve", config_.string(), "--listen", address});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.errors, HasSubstr("cannot listen on http://" + address));
  EXPECT_EQ(RunThresh({"serve", config_.string(), "--listen", "127.0.0.1:99999"}).exit_code, 2);
  EXPECT_EQ(RunThresh({"serve", (folder_ / "none.db").string()}).exit_code, 5);
}

}  // namespace
}  // namespace thresh
