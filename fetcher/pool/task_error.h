// Why a task has no result.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "fetcher/pool/process/process.h"

namespace thresh::pool {

// What AsyncResult::Get throws and error callbacks are given: one of the classes below.
class TaskError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The function threw. what() is its exception's what().
class RemoteError : public TaskError {
 public:
  RemoteError(std::string type, const std::string& what)
      : TaskError(what), type_(std::move(type)) {}
  const std::string& type() const { return type_; }  // "std::out_of_range"

 private:
  std::string type_;
};

// The worker died with the task in it. The task may have run, or not, or half.
class WorkerLostError : public TaskError {
 public:
  WorkerLostError(const std::string& what, ExitStatus exit) : TaskError(what), exit_(exit) {}
  ExitStatus exit() const { return exit_; }

 private:
  ExitStatus exit_;
};

// The pool was terminated.
class CancelledError : public TaskError {
 public:
  using TaskError::TaskError;
};

// The answer is no value of the function's type: its worker has gone astray.
class MalformedAnswerError : public TaskError {
 public:
  using TaskError::TaskError;
};

// AsyncResult::Get was not given the time that the task takes. The task goes on.
class TimeoutError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace thresh::pool
