#include "storage/read_limit.h"

#include <sqlite3.h>

#include <utility>

namespace thresh {
namespace {

constexpr int kStepsBetweenQuestions = 4000;

}  // namespace

ReadLimit::ReadLimit(Database& database, std::function<bool()> is_over)
    : database_(database), is_over_(std::move(is_over)) {
  if (is_over_) {
    sqlite3_progress_handler(database_.handle(), kStepsBetweenQuestions, &ReadLimit::Ask, this);
  }
}

ReadLimit::~ReadLimit() { sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr); }

int ReadLimit::Ask(void* limit) {
  auto& self = *static_cast<ReadLimit*>(limit);
  self.was_over_ = self.was_over_ || self.is_over_();
  return self.was_over_ ? 1 : 0;
}

}  // namespace thresh
