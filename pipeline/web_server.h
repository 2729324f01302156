// HTTP for WebPages.
//
// Each request has a thread of a pool to itself and a connection to the database of its own. What
// may be asked is limited: requests whose Host is not ours, and those that a page of another site
// makes, are refused (see AnswersTo); every answer forbids scripts, frames and loads that are not
// from here. There are no cookies and nothing is written.
#pragma once

#include <filesystem>
#include <memory>

#include "pipeline/listen_address.h"

namespace thresh {

// One owner; Stop may be called by another thread than Run.
class WebServer {
 public:
  // Listens from here on; a port of 0 becomes a free one. Throws std::system_error.
  WebServer(std::filesystem::path db, const ListenAddress& listen);
  ~WebServer();

  const ListenAddress& address() const;
  // Answers until Stop.
  void Run();
  // Ends queries that run, streams and downloads; Run returns within moments, and at the latest
  // when the slowest client has had its answer.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace thresh
