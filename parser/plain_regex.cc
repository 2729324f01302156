#include "parser/plain_regex.h"

#include <string.h>

#include <algorithm>

#include "parser/ascii.h"
#include "parser/html_syntax.h"
#include "parser/utf8.h"

namespace thresh {
namespace {

// What an attempt may look at, in bytes: so many, and each of the text so often.
constexpr size_t kWorkToBegin = 64;
constexpr size_t kWorkPerByte = 2;

// As RE2's \b knows them.
bool IsWord(char c) { return ascii::IsAlphanumeric(c) || c == '_'; }

}  // namespace

// One try at one place.
class PlainRegex::Attempt {
 public:
  Attempt(const std::vector<Step>& steps, std::string_view text, size_t begin)
      : steps_(steps),
        text_(text),
        text_end_(text.data() + text.size()),
        most_work_(kWorkToBegin + kWorkPerByte * (text.size() - begin)) {}

  // The match's end, or nullptr. No match is certain unless out_of_work().
  const char* Run(size_t index, const char* at) {
    for (; index < steps_.size(); ++index) {
      const Step& step = steps_[index];
      switch (step.kind) {
        case Step::Kind::kOne:
          if (!Has(step, at)) return nullptr;
          at = Behind(step, at);
          break;
        case Step::Kind::kRepeat:
          return step.lazy ? RunLazy(index, at) : RunGreedy(index, at);
        case Step::Kind::kMark:
          marks_[step.mark] = at;
          break;
        case Step::Kind::kBoundary:
          if (IsBoundary(at) == step.negated) return nullptr;
          break;
      }
    }
    return at;
  }

  bool out_of_work() const { return out_of_work_; }
  size_t work() const { return work_; }
  const char* mark(size_t number) const { return marks_[number]; }

 private:
  bool Has(const Step& step, const char* at) const {
    return at < text_end_ && step.set[static_cast<unsigned char>(*at)];
  }

  // Behind the character at `at`; of a literal that has several bytes, behind one of these.
  const char* Behind(const Step& step, const char* at) const {
    ++at;
    while (step.wide && at < text_end_ && IsContinuation(*at)) ++at;
    return at;
  }

  static const char* Before(const Step& step, const char* at) {
    --at;
    while (step.wide && IsContinuation(*at)) --at;
    return at;
  }

  bool IsBoundary(const char* at) const {
    const bool before = at > text_.data() && IsWord(at[-1]);
    return before != (at < text_end_ && IsWord(*at));
  }

  bool Spend(size_t work) {
    work_ += work;
    out_of_work_ = work_ > most_work_;
    return !out_of_work_;
  }

  const char* RunLazy(size_t index, const char* at);
  const char* RunGreedy(size_t index, const char* at);
  const char* EndOfRun(const Step& step, const char* at) const;
  const char* NextFollow(const Step& step, const char* at) const;

  const std::vector<Step>& steps_;
  const std::string_view text_;
  const char* const text_end_;
  const size_t most_work_;
  size_t work_ = 0;
  bool out_of_work_ = false;
  std::array<const char*, 2 * kMostGroups + 2> marks_{};
};

// Where the characters of a repetition end, if it takes as many as there are.
const char* PlainRegex::Attempt::EndOfRun(const Step& step, const char* at) const {
  if (step.stop >= 0) {
    const size_t begin = static_cast<size_t>(at - text_.data());
    const size_t found = html::FindByte(text_, static_cast<char>(step.stop), begin);
    return found == text_.npos ? text_end_ : text_.data() + found;
  }
  while (Has(step, at)) ++at;
  return at;
}

// The next place where what follows may begin; nullptr when the repetition does not reach to one.
const char* PlainRegex::Attempt::NextFollow(const Step& step, const char* at) const {
  if (step.stop >= 0) {
    const size_t begin = static_cast<size_t>(at - text_.data());
    const size_t found = html::FindByte(text_, static_cast<char>(step.stop), begin);
    return found == text_.npos ? nullptr : text_.data() + found;
  }
  for (; at < text_end_; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    if (step.follow[byte]) return at;
    if (!step.set[byte]) return nullptr;
  }
  return nullptr;
}

const char* PlainRegex::Attempt::RunGreedy(size_t index, const char* at) {
  const Step& step = steps_[index];
  const char* last = at;  // where the least ends that it may take
  if ((step.minimum != 0 || step.optional) && Has(step, at)) last = Behind(step, at);
  if (step.minimum != 0 && last == at) return nullptr;
  const char* end = step.optional ? last : EndOfRun(step, at);
  if (step.optional) last = at;
  if (!Spend(static_cast<size_t>(end - at))) return nullptr;
  if (step.keeps) return Run(index + 1, end);
  for (;; end = Before(step, end)) {
    if (step.lone_follow >= 0) {
      const auto room = static_cast<size_t>(std::min(end + 1, text_end_) - last);
      end = static_cast<const char*>(memrchr(last, step.lone_follow, room));
      if (end == nullptr) return nullptr;
    }
    if (!step.has_follow || (end < text_end_ && step.follow[static_cast<unsigned char>(*end)])) {
      const char* const match_end = Run(index + 1, end);
      if (match_end != nullptr || !Spend(1)) return match_end;
    }
    if (end == last) return nullptr;
  }
}

const char* PlainRegex::Attempt::RunLazy(size_t index, const char* at) {
  const Step& step = steps_[index];
  if (step.minimum != 0) {
    if (!Has(step, at)) return nullptr;
    at = Behind(step, at);
  }
  for (bool first = true;; first = false) {
    if (step.has_follow && !step.optional) {
      const char* const follow = NextFollow(step, at);
      if (!Spend(static_cast<size_t>((follow != nullptr ? follow : text_end_) - at)))
        return nullptr;
      if (follow == nullptr) return nullptr;
      at = follow;
    }
    const char* const match_end = Run(index + 1, at);
    if (match_end != nullptr || !Spend(1)) return match_end;
    if (!Has(step, at) || (step.optional && !first)) return nullptr;
    at = Behind(step, at);
  }
}

PlainRegex::Answer PlainRegex::MatchAt(std::string_view text, size_t begin,
                                       std::span<re2::StringPiece> groups, size_t* read) const {
  Attempt attempt(steps_, text, begin);
  const char* const at = text.data() + begin;
  const char* const end = attempt.Run(0, at);
  *read += steps_.size() + attempt.work();
  if (attempt.out_of_work()) return Answer::kUnsure;
  if (end == nullptr) return Answer::kNo;
  if (!groups.empty()) groups[0] = re2::StringPiece(at, static_cast<size_t>(end - at));
  for (size_t i = 1; i < groups.size(); ++i) {
    groups[i] = re2::StringPiece();
    if (i > groups_) continue;
    const char* const open = attempt.mark(2 * i);
    groups[i] = re2::StringPiece(open, static_cast<size_t>(attempt.mark(2 * i + 1) - open));
  }
  return Answer::kYes;
}

}  // namespace thresh
