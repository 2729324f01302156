// Certificates for TLS servers on loopback: good ones, and those that must not be believed.
#pragma once

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace thresh {

// A folder with a CA and certificates by it, made by openssl.
class Certificates {
 public:
  Certificates() {
    std::string name = std::filesystem::temp_directory_path() / "thresh_tls_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category());
    folder_ = name;
    Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        " -subj '/CN=thresh test CA' -keyout ca.key -out ca.pem");
    Sign("good", "DNS:localhost,IP:127.0.0.1", 2);
    Sign("other", "DNS:other.test", 2);
    Sign("expired", "DNS:localhost,IP:127.0.0.1", -1);
    Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        " -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
        " -keyout self.key -out self.pem");
    std::ofstream(folder_ / "page") << "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n"
                                       "Connection: close\r\n\r\nsecret";
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string Path(const std::string& file) const { return folder_ / file; }

 private:
  void Run(const std::string& command) {
    const std::string line = "cd '" + folder_.string() + "' && " + command + " >/dev/null 2>&1";
    if (system(line.c_str()) != 0) throw std::runtime_error(command);
  }

  void Sign(const std::string& name, const std::string& hosts, int days) {
    Run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=" + name +
        " -addext subjectAltName=" + hosts + " -keyout " + name + ".key -out " + name + ".csr");
    Run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial" +
        " -copy_extensions copyall -days " + std::to_string(days) + " -out " + name + ".pem");
  }

  std::filesystem::path folder_;
};

}  // namespace thresh
