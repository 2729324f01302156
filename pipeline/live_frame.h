// The lines of the live view: a pure function of the crawl's numbers and the terminal's size.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pipeline/crawl_numbers.h"
#include "pipeline/styled_line.h"

namespace thresh {

// At most `rows` lines of at most style.width columns:
//
//   books     ━━━━━━━━━━━━━━━────────────  57 %   1:24   about 51 s left
//   pages     1,240 done  12.4/s   760 queued   3 failed   4 in flight
//   bytes     18.2 MB  182 kB/s
//   rows      book 980  9.8/s   shelf 50
//   waiting   slow.example    2:31  it said so (Retry-After)    40 queued
//   workers   4711  books.example/book/17                         0.8 s
//
// What has no room is left out from the bottom, a count standing for it.
std::vector<std::string> LiveFrame(const CrawlNumbers& numbers, size_t rows,
                                   const LineStyle& style);

// The same in one line without any control sequence, for a terminal that is dumb.
std::string ProgressLine(const CrawlNumbers& numbers);

}  // namespace thresh
