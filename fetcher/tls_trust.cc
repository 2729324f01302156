#include "fetcher/tls_trust.h"

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "fetcher/library_versions.h"

namespace thresh {
namespace {

template <auto kFree>
struct Freer {
  template <class Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;

void FreeInfos(STACK_OF(X509_INFO) * infos) { sk_X509_INFO_pop_free(infos, X509_INFO_free); }
using InfosPtr = std::unique_ptr<STACK_OF(X509_INFO), Freer<FreeInfos>>;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.view().empty()) throw std::runtime_error("cannot read the CA file " + path);
  return std::move(text).str();
}

InfosPtr ReadInfos(const std::string& pem) {
  if (pem.size() > std::numeric_limits<int>::max()) return nullptr;
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return nullptr;
  return InfosPtr(PEM_X509_INFO_read_bio(bio.get(), nullptr, nullptr, nullptr));
}

// The certificates and revocation lists in `pem`; null when no certificate is there. A store is
// told what libcurl tells its own: an intermediate authority that is trusted need not lead further.
StorePtr ParseStore(const std::string& pem) {
  const InfosPtr infos = ReadInfos(pem);
  StorePtr store(X509_STORE_new());
  if (!infos || !store) return nullptr;
  int certificates = 0;
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {
    const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
    if (info->x509 != nullptr) certificates += X509_STORE_add_cert(store.get(), info->x509);
    if (info->crl != nullptr) X509_STORE_add_crl(store.get(), info->crl);
  }
  X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  return certificates > 0 ? std::move(store) : nullptr;
}

}  // namespace

// What libcurl calls, through which no exception must pass.
struct TlsTrust::Callbacks {
  // A new connection's context, which has no authorities yet and demands a valid certificate.
  static CURLcode Context(CURL*, void* context, void* self) noexcept {
    auto* store = static_cast<X509_STORE*>(static_cast<TlsTrust*>(self)->Store());
    if (store == nullptr) return CURLE_SSL_CACERT_BADFILE;
    SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), store);
    return CURLE_OK;
  }
};

void TlsTrust::StoreDeleter::operator()(void* store) const {
  X509_STORE_free(static_cast<X509_STORE*>(store));
}

TlsTrust::TlsTrust(const std::string& ca_file) {
  if (ca_file.empty()) {
    system_bundle_ = SystemCaFile();
  } else {
    pem_ = ReadFile(ca_file);
  }
}

TlsTrust::~TlsTrust() = default;

void* TlsTrust::Store() {
  if (!store_ && !pem_.empty()) {
    store_.reset(ParseStore(std::exchange(pem_, {})).release());
    ERR_clear_error();
  }
  return store_.get();
}

void TlsTrust::Apply(void* easy) {
  if (!system_bundle_.empty()) {
    // A parsed bundle is kept only when there is no CAPATH (measured: 10 ms a connection).
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, -1L);
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_CAINFO, system_bundle_.c_str());
  } else {
    for (const CURLoption built_in :
         {CURLOPT_CAPATH, CURLOPT_CAINFO, CURLOPT_PROXY_CAPATH, CURLOPT_PROXY_CAINFO}) {
      curl_easy_setopt(easy, built_in, nullptr);
    }
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &Callbacks::Context);
  }
}

}  // namespace thresh
