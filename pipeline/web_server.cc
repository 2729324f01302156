#include "pipeline/web_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "pipeline/clock.h"
#include "pipeline/program_output.h"
#include "pipeline/web_pages.h"

namespace thresh {
namespace {

constexpr size_t kThreads = 24;
// Each holds a thread while somebody looks at a page.
constexpr int kMostStreams = 10;
constexpr int kSecondsOfAStream = 60;
constexpr std::chrono::milliseconds kStreamInterval{1000};
// Until a download has its first byte.
constexpr Milliseconds kMostTimeToBegin{60'000};
constexpr int kSecondsToRead = 3;
constexpr int kSecondsToWrite = 10;
constexpr size_t kMostRequestBytes = 1 << 16;

// Of a page that is ours everything is ours: https://www.w3.org/TR/CSP3/
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const httplib::Headers& SafetyHeaders() {
  static const httplib::Headers headers = {{"Content-Security-Policy", kPolicy},
                                           {"X-Content-Type-Options", "nosniff"},
                                           {"X-Frame-Options", "DENY"},
                                           {"Referrer-Policy", "no-referrer"},
                                           {"Cross-Origin-Opener-Policy", "same-origin"},
                                           {"Cross-Origin-Resource-Policy", "same-origin"},
                                           {"Cache-Control", "no-store"}};
  return headers;
}

// Whether another site's page asks, other than by a plain link to the overview.
// https://www.w3.org/TR/fetch-metadata/
bool IsFromElsewhere(const httplib::Request& request) {
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  if (site.empty() || site == "same-origin" || site == "none") return false;
  const bool follows_link = request.get_header_value("Sec-Fetch-Mode") == "navigate" &&
                            request.get_header_value("Sec-Fetch-Dest") == "document";
  return !(follows_link && request.path == "/");
}

void Refuse(int status, const char* why, httplib::Response& response) {
  response.status = status;
  response.set_content(std::string(why) + "\n", "text/plain; charset=utf-8");
}

std::system_error ListenError(const ListenAddress& listen) {
  const int error = errno != 0 ? errno : EADDRNOTAVAIL;
  return {error, std::generic_category(), "cannot listen on " + UrlOf(listen)};
}

}  // namespace

class WebServer::Impl {
 public:
  Impl(std::filesystem::path db, const ListenAddress& listen)
      : listen_(listen), pages_(std::move(db), [this] { return stopping_.load(); }) {
    stop_event_ = eventfd(0, EFD_CLOEXEC);
    if (stop_event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    Configure();
    Bind();
  }
  ~Impl() { close(stop_event_); }

  const ListenAddress& address() const { return listen_; }
  void Run() { server_.listen_after_bind(); }
  void Stop() {
    stopping_ = true;
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(stop_event_, &one, sizeof one);
    server_.stop();
  }

 private:
  void Configure() {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    // A browser that keeps connections open would keep threads.
    server_.set_keep_alive_max_count(1);
    server_.set_read_timeout(kSecondsToRead);
    server_.set_write_timeout(kSecondsToWrite);
    server_.set_payload_max_length(kMostRequestBytes);
    server_.set_tcp_nodelay(true);
    // Not the library's SO_REUSEPORT, with which a second server would take turns with this one.
    server_.set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server_.set_default_headers(SafetyHeaders());
    server_.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          return Check(request, response) ? httplib::Server::HandlerResponse::Unhandled
                                          : httplib::Server::HandlerResponse::Handled;
        });
    server_.Get("/events",
                [this](const httplib::Request&, httplib::Response& response) { Stream(response); });
    server_.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
      Answer(request, response);
    });
  }

  void Bind() {
    errno = 0;
    if (listen_.port == 0) {
      listen_.port = server_.bind_to_any_port(listen_.host);
      if (listen_.port <= 0) throw ListenError({listen_.host, 0});
    } else if (!server_.bind_to_port(listen_.host, listen_.port)) {
      throw ListenError(listen_);
    }
  }

  bool Check(const httplib::Request& request, httplib::Response& response) const {
    if (request.get_header_value_count("Host") != 1 ||
        !AnswersTo(request.get_header_value("Host"), listen_)) {
      Refuse(421, "This server does not answer to that Host.", response);
    } else if (request.method != "GET" && request.method != "HEAD") {
      Refuse(405, "This server only reads.", response);
    } else if (IsFromElsewhere(request)) {
      Refuse(403, "Another site's page asked for this.", response);
    } else {
      return true;
    }
    return false;
  }

  void Answer(const httplib::Request& request, httplib::Response& response) const {
    WebRequest asked{.path = request.path};
    for (const auto& [name, value] : request.params) asked.parameters.emplace_back(name, value);
    WebResponse answer = pages_.Answer(asked);
    if (answer.status != 200)
      response.status = answer.status;  // else 206 where a range is asked for
    if (!answer.filename.empty()) {
      response.set_header("Content-Disposition", "attachment; filename=\"" + answer.filename + '"');
    }
    if (!answer.command.empty()) return Pass(std::move(answer), response);
    response.set_content(std::move(answer.body), answer.type);
  }

  // What a program prints, as it comes. One that fails before it prints is an error; when it fails
  // later the answer ends without its last chunk, so that no client takes it for whole.
  void Pass(WebResponse answer, httplib::Response& response) const {
    const auto program = std::make_shared<ProgramOutput>(answer.command);
    const SteadyTime end = clock_.Steady() + kMostTimeToBegin;
    std::string first = program->Read([this, end] { return stopping_ || clock_.Steady() > end; });
    const bool is_late = first.empty() && clock_.Steady() > end;
    if (is_late || (first.empty() && (stopping_ || !program->Succeeded()))) {
      response.headers.erase("Content-Disposition");
      std::string errors = is_late ? "stopped, it took longer than it may" : program->errors();
      if (errors.ends_with('\n')) errors.pop_back();
      return Refuse(400, errors.c_str(), response);
    }
    const auto begun = std::make_shared<std::string>(std::move(first));
    response.status = 200;  // all of it: of what comes in chunks no range is known
    response.set_chunked_content_provider(answer.type, [this, program, begun](
                                                           size_t, httplib::DataSink& sink) {
      const auto is_over = [&] { return stopping_ || !sink.is_writable(); };
      const std::string bytes = begun->empty() ? program->Read(is_over) : std::exchange(*begun, {});
      if (is_over()) return false;
      if (!bytes.empty()) return sink.write(bytes.data(), bytes.size());
      if (!program->Succeeded()) return false;
      sink.done();
      return true;
    });
  }

  // Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
  void Stream(httplib::Response& response) {
    if (streams_.fetch_add(1) >= kMostStreams) {
      --streams_;
      return Refuse(503, "Too many pages are watching.", response);
    }
    const auto left = std::make_shared<int>(kSecondsOfAStream);
    response.set_chunked_content_provider(
        "text/event-stream",
        [this, left](size_t, httplib::DataSink& sink) { return SendEvent(*left, sink); },
        [this](bool) { --streams_; });
  }

  // The client asks again when the stream ends.
  bool SendEvent(int& left, httplib::DataSink& sink) const {
    if (left < kSecondsOfAStream) {
      pollfd stop{stop_event_, POLLIN, 0};
      poll(&stop, 1, static_cast<int>(kStreamInterval.count()));
    }
    if (stopping_ || --left < 0) {
      sink.done();
      return true;
    }
    std::string event;
    try {
      event = "data: " + pages_.ProgressJson() + "\n\n";
    } catch (const std::exception&) {
      event = ": the database cannot be read now\n\n";
    }
    return sink.write(event.data(), event.size());
  }

  const SystemClock clock_;
  ListenAddress listen_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> streams_{0};
  int stop_event_ = -1;
  WebPages pages_;
  httplib::Server server_;
};

WebServer::WebServer(std::filesystem::path db, const ListenAddress& listen)
    : impl_(std::make_unique<Impl>(std::move(db), listen)) {}
WebServer::~WebServer() = default;

const ListenAddress& WebServer::address() const { return impl_->address(); }
void WebServer::Run() { impl_->Run(); }
void WebServer::Stop() { impl_->Stop(); }

}  // namespace thresh
