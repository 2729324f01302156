#include "pipeline/terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

namespace thresh {
namespace {

constexpr int kTerminal = STDERR_FILENO;
// While a frame is drawn lines are cut, not wrapped: the terminal may have become narrower since
// its size was asked for.
constexpr std::string_view kBegin = "\x1b[?25l\x1b[?7l\r";
constexpr std::string_view kEnd = "\x1b[J\x1b[?7h\r";
constexpr std::string_view kRestore = "\r\x1b[J\x1b[?7h\x1b[?25h";

// What ends or stops the process in an instant, and is not what StopOnSignals waits for.
constexpr std::array kEnds = {SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

std::atomic<bool> is_drawn{false};
std::atomic<bool> redraw{false};
std::atomic<Fetcher*> fetcher_to_wake{nullptr};
std::array<struct sigaction, kEnds.size()> old_ends;
struct sigaction old_stop;
struct sigaction old_size;

void WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(kTerminal, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the terminal is gone
    text.remove_prefix(static_cast<size_t>(written));
  }
}

void Redraw() {
  redraw = true;
  if (Fetcher* fetcher = fetcher_to_wake.load()) fetcher->Wake();
}

void OnResize(int) {
  const int saved = errno;
  Redraw();
  errno = saved;
}

// The process ends by the signal itself, once this has returned.
void OnEnd(int signal) {
  RestoreTerminal();
  for (size_t i = 0; i < kEnds.size(); ++i) {
    if (kEnds[i] == signal) sigaction(signal, &old_ends[i], nullptr);
  }
  raise(signal);
}

void SetHandler(int signal, void (*handler)(int), struct sigaction* old) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, old);
}

// Stops as SIGTSTP does, and goes on from here when the shell says so.
void OnStop(int signal) {
  const int saved = errno;
  RestoreTerminal();
  std::signal(signal, SIG_DFL);
  sigset_t stop;
  sigset_t before;
  sigemptyset(&stop);
  sigaddset(&stop, signal);
  raise(signal);
  sigprocmask(SIG_UNBLOCK, &stop, &before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  SetHandler(signal, OnStop, nullptr);
  Redraw();
  errno = saved;
}

// A shell that runs us in the background owns the terminal, and output that is held would hold the
// crawl.
bool MayWrite() {
  pollfd terminal{.fd = kTerminal, .events = POLLOUT, .revents = 0};
  return tcgetpgrp(kTerminal) == getpgrp() && poll(&terminal, 1, 0) == 1 &&
         (terminal.revents & POLLOUT) != 0;
}

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

Terminal::Terminal(Fetcher& fetcher) {
  fetcher_to_wake = &fetcher;
  for (size_t i = 0; i < kEnds.size(); ++i) SetHandler(kEnds[i], OnEnd, &old_ends[i]);
  SetHandler(SIGTSTP, OnStop, &old_stop);
  SetHandler(SIGWINCH, OnResize, &old_size);
}

Terminal::~Terminal() {
  Erase();
  for (size_t i = 0; i < kEnds.size(); ++i) sigaction(kEnds[i], &old_ends[i], nullptr);
  sigaction(SIGTSTP, &old_stop, nullptr);
  sigaction(SIGWINCH, &old_size, nullptr);
  fetcher_to_wake = nullptr;
}

TerminalSize Terminal::size() const {
  winsize size{};
  if (ioctl(kTerminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

bool Terminal::must_redraw() const { return redraw; }

void Terminal::Draw(const std::vector<std::string>& lines) {
  redraw = false;
  if (lines.empty() || !MayWrite()) return;
  std::string frame(kBegin);
  for (const std::string& line : lines) {
    if (&line != &lines.front()) frame += "\r\n";
    frame += line + "\x1b[K";
  }
  frame += kEnd;
  if (lines.size() > 1) frame += fmt::format("\x1b[{}A", lines.size() - 1);
  is_drawn = true;
  WriteAll(frame);
}

void Terminal::Erase() { RestoreTerminal(); }

void RestoreTerminal() {
  if (is_drawn.exchange(false)) WriteAll(kRestore);
}

bool StderrIsCapableTerminal() {
  const std::string_view term = Environment("TERM");
  return isatty(kTerminal) != 0 && !term.empty() && term != "dumb";
}

bool ColorIsWanted() { return Environment("NO_COLOR").empty(); }

bool Utf8IsShown() {
  if (Environment("TERM") == "linux") return false;  // the console's fonts lack what we draw
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = Environment(name);
    if (locale.empty()) continue;
    return locale.find("UTF-8") != std::string_view::npos ||
           locale.find("utf8") != std::string_view::npos;
  }
  return false;
}

}  // namespace thresh
