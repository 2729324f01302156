// Numbers as people read them at a glance.
#pragma once

#include <cstdint>
#include <string>

#include "pipeline/clock.h"
#include "pipeline/crawl_listener.h"

namespace thresh {

// "980 B", "18.2 kB", "1.3 GB": of 1000 a step.
std::string SizeText(double bytes);
// "12.4/s", or "24/min" below one a second; empty when nothing happens.
std::string RateText(double per_second);
// "0.4 s" below ten seconds, then "2:31", "3:12:05", "5 days".
std::string CountdownText(Milliseconds time);
// "1:24" and "3:12:05": how long something takes already.
std::string ElapsedText(Milliseconds time);
// Why a host rests, for people.
std::string Describe(const WaitingHost& host);
// The same in eleven columns at most.
std::string DescribeBriefly(WaitReason why);

}  // namespace thresh
