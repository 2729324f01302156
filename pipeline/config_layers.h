// A site's config before it is understood: its file laid over defaults.toml, --set over both.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/config_node.h"

namespace thresh {

// Owns the sources that the nodes' places point to.
class ConfigLayers {
 public:
  // Reads and parses `path`, `defaults` (empty: none) and `overrides`. When one of them cannot be
  // read or is no TOML, `sink` says so and ok() is false.
  ConfigLayers(const std::filesystem::path& path, const std::filesystem::path& defaults,
               const std::vector<std::string>& overrides, DiagnosticSink* sink);

  bool ok() const { return ok_; }
  const ConfigNode& root() const { return root_; }
  const ConfigSource& file() const { return *file_; }
  // Whether all of root() comes from file().
  bool one_file() const { return sources_.size() == 1; }
  // Of all that was read: 32 hex digits (XXH3-128).
  std::string Hash() const;

 private:
  const ConfigSource* AddFile(const std::filesystem::path& path, DiagnosticSink* sink);
  void AddDefaults(const std::filesystem::path& path, DiagnosticSink* sink);
  void AddOverride(const std::string& text, DiagnosticSink* sink);
  void Lay(std::optional<ConfigNode> layer);

  std::vector<std::unique_ptr<ConfigSource>> sources_;
  const ConfigSource* file_ = nullptr;
  ConfigNode root_;
  bool ok_ = true;
};

}  // namespace thresh
