// Secrets that stand in a config as they are, kept out of the database all the same.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/config_node.h"

namespace thresh {

// Whether a header of that name carries a secret: Authorization, Cookie, X-Api-Key and their kin.
bool IsSecretHeader(std::string_view name);

// Whether a cookie, "name=value", is likely to carry a credential, by its name: one with "sess",
// "token", "auth", "jwt", "secret", "passw", "login", "logged", "remember", "credential" or
// "apikey" in it, or the word "sid" at its end or before what is no letter (PHPSESSID,
// connect.sid).
bool IsSecretCookie(std::string_view cookie);

// A config's text for the database, with literal secrets ("(redacted)" stands for each) taken out:
// values of such headers and all cookies below [host], a proxy's password. Each is warned of, but
// for cookies that say no more than "lang=en". References (${env:NAME}) are no secrets and stay. It
// is the text of `file` where all of the config comes from there; else, where `file` is null,
// `root` is written anew.
std::string RedactSecrets(ConfigNode root, const ConfigSource* file, DiagnosticSink* sink);

}  // namespace thresh
