#include "fetcher/name_probe.h"

#include <netdb.h>

namespace thresh {

struct NameProbe::Question {
  std::string host;
  addrinfo hints{};
  gaicb request{};
  bool asked = false;

  bool IsOpen();
  ~Question();
};

bool NameProbe::Question::IsOpen() { return asked && gai_error(&request) == EAI_INPROGRESS; }

NameProbe::Question::~Question() {
  if (request.ar_result != nullptr) freeaddrinfo(request.ar_result);
}

// Those that nobody waits for any more, while they are open. Never destroyed: one may be open to
// the end of the process.
std::vector<NameProbe::Question*>& NameProbe::Left() {
  static auto& left = *new std::vector<Question*>;
  return left;
}

void NameProbe::ForgetAnswered() {
  std::erase_if(Left(), [](Question* question) {
    if (question->IsOpen()) return false;
    delete question;
    return true;
  });
}

// The C library writes to a question until it has its answer.
void NameProbe::QuestionDeleter::operator()(Question* question) const {
  if (question->IsOpen() && gai_cancel(&question->request) != EAI_CANCELED) {
    Left().push_back(question);
  } else {
    delete question;
  }
}

NameProbe::NameProbe(std::string host, Clock::time_point deadline)
    : question_(new Question), deadline_(deadline) {
  ForgetAnswered();
  question_->host = std::move(host);
  question_->hints.ai_socktype = SOCK_STREAM;
  question_->request.ar_name = question_->host.c_str();
  question_->request.ar_request = &question_->hints;
  gaicb* const list[] = {&question_->request};
  question_->asked = getaddrinfo_a(GAI_NOWAIT, const_cast<gaicb**>(list), 1, nullptr) == 0;
}

FetchError NameProbe::Poll(Clock::time_point now) {
  if (!question_->asked) return FetchError::kNameTimeout;
  switch (gai_error(&question_->request)) {
    case EAI_INPROGRESS:
      return now < deadline_ ? FetchError::kNone : FetchError::kNameTimeout;
    case EAI_NONAME:
    case EAI_NODATA:
    case EAI_ADDRFAMILY:
    case EAI_FAIL:
      return FetchError::kNameNotFound;
    default:
      return FetchError::kNameTimeout;
  }
}

}  // namespace thresh
