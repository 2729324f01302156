// A terminal on which a few lines are drawn over and over, in place.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fetcher/fetcher.h"

namespace thresh {

struct TerminalSize {
  size_t columns = 80;
  size_t rows = 24;
};

// Draws on stderr. The cursor is hidden and stands at the beginning of the first line that was
// drawn, so that whatever a resize does to the lines below, erasing from there takes them all.
//
// One at a time, in the one thread. While it lives, a signal that would end or stop the process
// erases the lines and shows the cursor first (SIGKILL cannot be caught); after SIGCONT, and when
// the size changes, `must_redraw` and the fetcher is woken, which must outlive it.
class Terminal {
 public:
  explicit Terminal(Fetcher& fetcher);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  TerminalSize size() const;
  bool must_redraw() const;
  // Takes the place of what was drawn. Each line fits into the columns, all of them into the rows
  // but one. Draws nothing while the process is in the background or output is held (Ctrl-S).
  void Draw(const std::vector<std::string>& lines);
  void Erase();
};

// Erases what a Terminal has drawn and shows the cursor. Async-signal-safe; does nothing when
// nothing is drawn.
void RestoreTerminal();

// Whether stderr can have lines drawn on it: a terminal, and not a dumb one.
bool StderrIsCapableTerminal();
// Whether colours are wanted: NO_COLOR (no-color.org) is not set.
bool ColorIsWanted();
// Whether the terminal shows UTF-8, by the locale's name.
bool Utf8IsShown();

}  // namespace thresh
