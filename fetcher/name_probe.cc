#include "fetcher/name_probe.h"

#include <netdb.h>

namespace thresh {

struct NameProbe::Question {
  std::string host;
  addrinfo hints{};
  gaicb request{};
  bool asked = false;
};

// The C library writes to a question until it has its answer: one that is still open is left to it.
void NameProbe::QuestionDeleter::operator()(Question* question) const {
  const bool open = question->asked && gai_error(&question->request) == EAI_INPROGRESS &&
                    gai_cancel(&question->request) != EAI_CANCELED;
  if (open) return;
  if (question->request.ar_result != nullptr) freeaddrinfo(question->request.ar_result);
  delete question;
}

NameProbe::NameProbe(std::string host, Clock::time_point deadline)
    : question_(new Question), deadline_(deadline) {
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
