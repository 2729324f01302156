#include "pipeline/secrets.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <optional>

namespace thresh {
namespace {

constexpr size_t kMaxSecretBytes = 64 << 10;

struct Expansion {
  std::string value{};
  std::string problem{};  // empty: none
  bool missing = false;
};

Expansion FromEnvironment(const std::string& name) {
  if (name.empty() || name.find_first_of("= ") != std::string::npos) {
    return {.problem = "write ${env:NAME} with the name of an environment variable"};
  }
  const char* value = std::getenv(name.c_str());
  if (value) return {.value = value};
  return {.problem = fmt::format("the environment has no variable {}", name), .missing = true};
}

Expansion FromFile(const std::string& path, const std::filesystem::path& folder) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return {.problem = "write ${file:PATH} with the path of a file"};
  }
  const std::filesystem::path full = folder / path;
  std::error_code error;
  if (!std::filesystem::is_regular_file(full, error)) {
    return {.problem = fmt::format("there is no file {}", full.string()), .missing = true};
  }
  std::ifstream file(full, std::ios::binary);
  std::string value(kMaxSecretBytes + 1, '\0');
  file.read(value.data(), static_cast<std::streamsize>(value.size()));
  value.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || !file.is_open()) {
    return {.problem = fmt::format("{} cannot be read", full.string()), .missing = true};
  }
  if (value.size() > kMaxSecretBytes) {
    return {.problem = fmt::format("{} is larger than 64 KiB", full.string())};
  }
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  return {.value = std::move(value)};
}

// What stands between "${" and "}".
Expansion Expand(std::string_view reference, const std::filesystem::path& folder) {
  if (reference.starts_with("env:")) return FromEnvironment(std::string(reference.substr(4)));
  if (reference.starts_with("file:")) return FromFile(std::string(reference.substr(5)), folder);
  return {.problem = "only ${env:NAME} and ${file:PATH} are expanded; write $${ for the text ${"};
}

}  // namespace

void ForbidCoreDumps() {
#ifndef __SANITIZE_ADDRESS__
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // a core that goes through a pipe minds no limit
#endif
}

bool HasSecretReference(std::string_view text) { return text.find("${") != std::string_view::npos; }

std::string ExpandSecrets(std::string_view text, const std::filesystem::path& folder,
                          std::vector<SecretProblem>* problems) {
  std::string result;
  size_t at = 0;
  while (true) {
    const size_t begin = text.find("${", at);
    result += text.substr(at, begin == std::string_view::npos ? begin : begin - at);
    if (begin == std::string_view::npos) return result;
    if (begin > at && text[begin - 1] == '$') {
      result += '{';
      at = begin + 2;
      continue;
    }
    const size_t end = text.find('}', begin);
    if (end == std::string_view::npos) {
      problems->push_back(
          {.offset = begin, .message = "this ${ has no }; write $${ for the text ${"});
      return result;
    }
    Expansion expansion = Expand(text.substr(begin + 2, end - begin - 2), folder);
    if (!expansion.problem.empty()) {
      problems->push_back({begin, expansion.missing, std::move(expansion.problem)});
    }
    result += expansion.value;
    at = end + 1;
  }
}

}  // namespace thresh
