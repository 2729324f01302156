// ${env:NAME} and ${file:PATH} in the values of a config: how a secret is used without standing in
// the config, and so neither in the database nor in a process list.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace thresh {

struct SecretProblem {
  size_t offset = 0;      // byte of the text at which the reference begins
  bool missing = false;   // the reference is well written, but what it names is not there
  std::string message{};  // never holds a secret
};

// No core of this process and of those it forks from now on is written, and no other process of its
// user looks into its memory: secrets will be there. Not with sanitizers, which look into it
// themselves.
void ForbidCoreDumps();

// Whether `text` has a reference in it.
bool HasSecretReference(std::string_view text);

// `text` with each ${env:NAME} replaced by the environment's variable and each ${file:PATH} by the
// file's content without its last line end; PATH is relative to `folder`, at most 64 KiB are read.
// "$${" is a literal "${". What cannot be expanded is left empty and told in `problems`. A value is
// inserted as it is: references in it are not followed.
std::string ExpandSecrets(std::string_view text, const std::filesystem::path& folder,
                          std::vector<SecretProblem>* problems);

}  // namespace thresh
