// What tutorials teach of pools: the second half of tutorial_test.cc.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "fetcher/pool/function_pool.h"
#include "fetcher/pool/process/event.h"
#include "fetcher/pool/process/process.h"
#include "fetcher/pool/process/shared_array.h"
#include "tests/support/raw_server.h"

namespace thresh::pool {
namespace {

using namespace std::chrono_literals;
using ::testing::UnorderedElementsAre;

// --- The pool

struct Answer {
  int square;
  pid_t worker;
};
Answer SquareIt(int number) { return {number * number, getpid()}; }

class PoolOfThreeTest : public ::testing::Test {
 protected:
  // Ten answers, of three workers at most, none of which is this process.
  static void Check(const std::vector<Answer>& answers) {
    std::set<pid_t> workers;
    ASSERT_EQ(answers.size(), 10u);
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(answers[static_cast<size_t>(i)].square, i * i);
      workers.insert(answers[static_cast<size_t>(i)].worker);
    }
    EXPECT_LE(workers.size(), 3u);
    EXPECT_FALSE(workers.contains(getpid()));
  }

  std::unique_ptr<ForkServer> server_ = FunctionPool::StartServer();
  FunctionPool pool_{*server_, {.workers = 3}};
};

TEST_F(PoolOfThreeTest, OneTaskAfterTheOther) {
  std::vector<Answer> answers;
  for (int i = 0; i < 10; ++i) answers.push_back(pool_.Apply<&SquareIt>(i));
  Check(answers);
}

TEST_F(PoolOfThreeTest, AllAtOnceWithCallbacks) {
  std::vector<Answer> answers(10);
  size_t called = 0;
  for (int i = 0; i < 10; ++i) {
    pool_.ApplyAsync<&SquareIt>({i}, [&, i](const Answer& answer) {
      answers[static_cast<size_t>(i)] = answer;
      ++called;
    });
  }
  pool_.Close();
  pool_.Join();
  EXPECT_EQ(called, 10u);
  Check(answers);
}

TEST_F(PoolOfThreeTest, ResultsGatheredAtTheEnd) {
  std::vector<AsyncResult<Answer>> results;
  for (int i = 0; i < 10; ++i) results.push_back(pool_.ApplyAsync<&SquareIt>({i}));
  pool_.Close();
  pool_.Join();
  std::vector<Answer> answers;
  for (const auto& result : results) answers.push_back(result.Get());
  Check(answers);
}

// --- What workers share is made before their server

SharedArray<int>* g_tickets = nullptr;

bool BuyOrDie(bool die) {
  const std::lock_guard lock(g_tickets->mutex());
  SharedArray<int>& left = *g_tickets;
  if (die) raise(SIGKILL);
  if (left[0] == 0) return false;
  const int seen = left[0];
  std::this_thread::sleep_for(1ms);
  left[0] = seen - 1;
  return true;
}

TEST(SharingPoolTest, WorkersShareALockAndSurviveAHoldersDeath) {
  SharedArray<int> tickets(1);
  tickets[0] = 5;
  g_tickets = &tickets;
  const auto server = FunctionPool::StartServer();
  FunctionPool pool(*server, {.workers = 3, .tasks_per_worker = 1});
  EXPECT_THROW(pool.Apply<&BuyOrDie>(true), WorkerLostError);
  const auto bought = pool.Map<&BuyOrDie>(std::vector<bool>(10, false), 1);
  EXPECT_EQ(std::count(bought.begin(), bought.end(), true), 5);
  EXPECT_EQ(tickets[0], 0);
}

// --- The echo server

int ConnectTo(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("connect");
  }
  return fd;
}

std::string InCapitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return toupper(c); });
  return text;
}

// Serves connections until `clients` have gone: lines in, capitals out, by way of the pool.
void ServeEcho(int listener, FunctionPool& pool, size_t clients) {
  std::vector<pollfd> open{{listener, POLLIN, 0}};
  for (size_t gone = 0; gone < clients;) {
    pool.Poll(0ms);
    poll(open.data(), open.size(), pool.in_flight() > 0 ? 1 : 10'000);
    const std::vector<pollfd> ready = open;
    for (const pollfd& one : ready) {
      if (one.revents == 0) continue;
      if (one.fd == listener) {
        open.push_back({accept(listener, nullptr, nullptr), POLLIN, 0});
        continue;
      }
      char text[256];
      const ssize_t bytes = read(one.fd, text, sizeof text);
      if (bytes > 0) {
        pool.ApplyAsync<&InCapitals>({std::string(text, static_cast<size_t>(bytes))},
                                     [fd = one.fd](const std::string& answer) {
                                       EXPECT_GT(write(fd, answer.data(), answer.size()), 0);
                                     });
      } else {
        close(one.fd);
        std::erase_if(open, [&](const pollfd& other) { return other.fd == one.fd; });
        ++gone;
      }
    }
  }
}

TEST(EchoServerTest, AnswersSixClientsAtOnceInCapitals) {
  const auto server = FunctionPool::StartServer();
  FunctionPool pool(*server, {.workers = 4});
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 16), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);

  Event all_connected;
  SharedArray<int> connected(1);
  std::vector<Process> clients;
  for (int c = 0; c < 6; ++c) {
    clients.push_back(Process::Start([&, c] {
      const int fd = ConnectTo(ntohs(address.sin_port));
      if (std::atomic_ref(connected[0]).fetch_add(1) + 1 == 6) all_connected.Set();
      all_connected.Wait();
      for (int i = 0; i < 5; ++i) {
        const std::string text = "client " + std::to_string(c) + " says " + std::to_string(i);
        char answer[256];
        if (write(fd, text.data(), text.size()) < 0) return 1;
        const ssize_t bytes = read(fd, answer, sizeof answer);
        if (bytes < 0 || std::string(answer, static_cast<size_t>(bytes)) != InCapitals(text))
          return 2;
      }
      return 0;
    }));
  }
  ServeEcho(listener, pool, 6);
  close(listener);
  for (Process& client : clients) EXPECT_EQ(client.Join().code, 0);
}

// --- The crawlers

// What a server answers to a GET, after its head. Runs in a worker.
std::string GetPage(uint16_t port, const std::string& path) {
  const int fd = ConnectTo(port);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  if (write(fd, request.data(), request.size()) < 0) throw std::runtime_error("write");
  std::string answer;
  char part[4096];
  for (ssize_t bytes; (bytes = read(fd, part, sizeof part)) > 0;) {
    answer.append(part, static_cast<size_t>(bytes));
  }
  close(fd);
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

// Serves /page/N, of N bytes, and /board/N, with three movies of a board.
class CrawlersTest : public ::testing::Test {
 protected:
  static std::string PageAt(const std::string& path) {
    const int number = std::stoi(path.substr(path.rfind('/') + 1));
    if (path.starts_with("/page/")) return std::string(static_cast<size_t>(number), 'x');
    std::string page;
    for (int rank = number * 3 + 1; rank <= number * 3 + 3; ++rank) {
      page += "<dd><i>" + std::to_string(rank) + "</i><a title=\"Movie " + std::to_string(rank) +
              "\"></a></dd>\n";
    }
    return page;
  }

  std::unique_ptr<ForkServer> fork_server_ = FunctionPool::StartServer();
  RawServer site_{[](RawConnection& peer) {
    const std::string request = peer.ReadRequest();
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    peer.Send("HTTP/1.0 200 OK\r\n\r\n" + PageAt(path));
  }};
  FunctionPool pool_{*fork_server_, {.workers = 4}};
};

TEST_F(CrawlersTest, FirstCrawlerNotesTheSizeOfEachPage) {
  std::map<std::string, size_t> sizes;
  for (int page : {10, 200, 3000, 40'000, 500'000}) {
    const std::string path = "/page/" + std::to_string(page);
    pool_.ApplyAsync<&GetPage>({site_.port(), path},
                               [&, path](const std::string& text) { sizes[path] = text.size(); });
  }
  pool_.Close();
  pool_.Join();
  EXPECT_THAT(sizes,
              UnorderedElementsAre(std::pair("/page/10", 10), std::pair("/page/200", 200),
                                   std::pair("/page/3000", 3000), std::pair("/page/40000", 40'000),
                                   std::pair("/page/500000", 500'000)));
}

TEST_F(CrawlersTest, SecondCrawlerTakesTheBoardApartWithARegex) {
  const std::regex row("<dd><i>(\\d+)</i><a title=\"([^\"]*)\"></a></dd>");
  std::map<int, std::string> board;
  const auto parse_page = [&](const std::string& text) {
    for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
      board[std::stoi((*match)[1])] = (*match)[2];
    }
  };
  for (int page = 0; page < 10; ++page) {
    pool_.ApplyAsync<&GetPage>({site_.port(), "/board/" + std::to_string(page)}, parse_page);
  }
  pool_.Close();
  pool_.Join();
  ASSERT_EQ(board.size(), 30u);
  EXPECT_EQ(board[1], "Movie 1");
  EXPECT_EQ(board[30], "Movie 30");
}

}  // namespace
}  // namespace thresh::pool
