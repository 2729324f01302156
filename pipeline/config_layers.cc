#include "pipeline/config_layers.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "parser/hex_hash.h"
#include "parser/utf8.h"
#include "pipeline/commands.h"
#include "pipeline/config_document.h"
#include "pipeline/input_file.h"
#include "storage/database_file.h"

namespace thresh {
namespace {

bool LooksLikeUrl(const std::filesystem::path& path) {
  return path.string().find("://") != std::string::npos;
}

// The file's bytes; else why it cannot be read.
std::optional<std::string> ReadText(const std::filesystem::path& path, std::string* problem) {
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::not_found) {
    *problem = LooksLikeUrl(path) ? "this is a URL, and not a config: thresh init writes one for it"
                                  : "there is no such file";
    return std::nullopt;
  }
  if (type != std::filesystem::file_type::regular) {
    *problem = "this is not a regular file";
    return std::nullopt;
  }
  if (IsDatabaseFile(path)) {
    *problem = "this is a database, and not a config";
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    *problem = fmt::format("cannot be opened: {}", std::strerror(errno));
    return std::nullopt;
  }
  std::string text(kMaxConfigBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad()) {
    *problem = "cannot be read";
  } else if (text.size() > kMaxConfigBytes) {
    *problem =
        "is larger than 1 MiB: put long lists of seeds into a file and write "
        "\"list:urls.txt\"";
  } else {
    return text;
  }
  return std::nullopt;
}

}  // namespace

ConfigLayers::ConfigLayers(const std::filesystem::path& path, const std::filesystem::path& defaults,
                           const std::vector<std::string>& overrides, DiagnosticSink* sink) {
  if (!defaults.empty()) AddDefaults(defaults, sink);
  file_ = AddFile(path, sink);
  for (const std::string& text : overrides) AddOverride(text, sink);
}

const ConfigSource* ConfigLayers::AddFile(const std::filesystem::path& path, DiagnosticSink* sink) {
  auto owned = std::make_unique<ConfigSource>();
  ConfigSource* source = sources_.emplace_back(std::move(owned)).get();
  source->name = LooksLikeUrl(path) ? WithoutCredentials(path.string()) : path.string();
  source->folder = FolderOf(path).string();
  std::string problem;
  std::optional<std::string> text = ReadText(path, &problem);
  if (!text) {
    sink->Error({.source = source}, problem);
    ok_ = false;
    return source;
  }
  if (text->starts_with(kUtf8ByteOrderMark)) text->erase(0, kUtf8ByteOrderMark.size());
  source->text = *std::move(text);
  Lay(ParseToml(*source, sink));
  return source;
}

void ConfigLayers::AddDefaults(const std::filesystem::path& path, DiagnosticSink* sink) {
  AddFile(path, sink);
  const ConfigEntry* name = root_.FindEntry("name");
  if (!name) return;
  sink->Error(name->key_place, "\"name\" is each site's own: take it out of defaults.toml");
}

void ConfigLayers::AddOverride(const std::string& text, DiagnosticSink* sink) {
  auto owned = std::make_unique<ConfigSource>();
  ConfigSource* source = sources_.emplace_back(std::move(owned)).get();
  source->name = "--set " + text.substr(0, text.find('='));  // the value may be a secret
  source->folder = ".";
  source->text = text;
  source->has_lines = false;
  Lay(ParseOverride(*source, sink));
}

void ConfigLayers::Lay(std::optional<ConfigNode> layer) {
  if (layer) {
    Overlay(&root_, *std::move(layer));
  } else {
    ok_ = false;
  }
}

std::string ConfigLayers::Hash() const {
  std::string all;
  for (const auto& source : sources_) {
    all += fmt::format("{}:{}", source->text.size(), source->text);
  }
  return HexHash(all);
}

}  // namespace thresh
