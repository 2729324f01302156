// Whose certificates a worker believes.
#pragma once

#include <memory>
#include <string>

namespace thresh {

// The authorities that all TLS connections of a worker are checked by. Owned by the worker, used by
// its one thread; what is read from files is read at once, before the sandbox closes. libcurl
// refers to it as long as an easy handle has it.
//
// The system's bundle is libcurl's business, which parses it for the first connection and keeps it.
// Of another file libcurl would copy the text for every transfer and parse it for every connection
// (Debian's 140 authorities: 35 ms), so that it is parsed here, once.
class TlsTrust {
 public:
  // By the PEM file `ca_file`, or the system's bundle when that is empty. Throws
  // std::runtime_error when the file cannot be read; one without a certificate fails connections.
  explicit TlsTrust(const std::string& ca_file);
  ~TlsTrust();
  TlsTrust(const TlsTrust&) = delete;
  TlsTrust& operator=(const TlsTrust&) = delete;

  // Has connections of the libcurl handle `easy` checked, to servers and to proxies.
  void Apply(void* easy);

 private:
  struct Callbacks;
  struct StoreDeleter {
    void operator()(void* store) const;
  };

  // OpenSSL's store of the authorities, made for the first connection; null when there are none.
  void* Store();

  std::string pem_;
  std::string system_bundle_;  // its path
  std::unique_ptr<void, StoreDeleter> store_;
};

}  // namespace thresh
