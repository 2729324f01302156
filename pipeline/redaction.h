// Secrets that stand in a config as they are, kept out of the database all the same.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/config_node.h"

namespace thresh {

// Whether a header of that name carries a secret: Authorization, Cookie, X-Api-Key and their kin.
bool IsSecretHeader(std::string_view name);

// A config's text for the database, with literal secrets ("(redacted)" stands for each) taken out:
// values of such headers and cookies below [host], a proxy's password. Each is warned of.
// References (${env:NAME}) are no secrets and stay. It is the text of `file` where all of the
// config comes from there; else, where `file` is null, `root` is written anew.
std::string RedactSecrets(ConfigNode root, const ConfigSource* file, DiagnosticSink* sink);

}  // namespace thresh
