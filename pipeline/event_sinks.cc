// Where events go: spdlog's lines, and NDJSON.
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <utility>

#include "pipeline/event_log.h"
#include "pipeline/message.h"

namespace thresh {
namespace {

// The level alone is coloured.
constexpr char kPattern[] = "time=%Y-%m-%dT%H:%M:%S.%eZ level=%^%l%$ %v";

spdlog::level::level_enum SpdlogLevel(EventLevel level) {
  switch (level) {
    case EventLevel::kDebug:
      return spdlog::level::debug;
    case EventLevel::kInfo:
      return spdlog::level::info;
    case EventLevel::kWarning:
      return spdlog::level::warn;
    case EventLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

class LogfmtSink : public EventSink {
 public:
  explicit LogfmtSink(bool color) : logger_("thresh", MakeSink(color)) {
    logger_.set_level(spdlog::level::debug);
    logger_.set_pattern(kPattern, spdlog::pattern_time_type::utc);
    logger_.set_error_handler([](const std::string&) {});  // a full disk does not end a crawl
  }
  void Write(const Event& event, Timestamp time) override {
    logger_.log(time, spdlog::source_loc{}, SpdlogLevel(event.level), ToLogfmt(event));
  }

 private:
  static spdlog::sink_ptr MakeSink(bool color) {
    if (!color) return std::make_shared<spdlog::sinks::stderr_sink_st>();
    return std::make_shared<spdlog::sinks::ansicolor_stderr_sink_st>(spdlog::color_mode::always);
  }

  spdlog::logger logger_;
};

class JsonSink : public EventSink {
 public:
  void Write(const Event& event, Timestamp time) override {
    PrintMessage("{}\n", ToJson(event, time));
  }
};

}  // namespace

std::unique_ptr<EventSink> MakeLogfmtSink(bool color) {
  return std::make_unique<LogfmtSink>(color);
}

std::unique_ptr<EventSink> MakeJsonSink() { return std::make_unique<JsonSink>(); }

}  // namespace thresh
