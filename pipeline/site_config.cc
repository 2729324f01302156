#include "pipeline/site_config.h"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <utility>

#include "pipeline/config_reader.h"
#include "pipeline/config_record.h"
#include "pipeline/config_sections.h"
#include "pipeline/config_seeds.h"
#include "pipeline/redaction.h"

namespace thresh {
namespace {

using Kind = ConfigNode::Kind;

constexpr size_t kMaxNameBytes = 100;

// Letters and digits of any script, and '-', '_', '.' behind the first: a name is also a file's.
bool IsSiteName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return false;
  const int32_t size = static_cast<int32_t>(name.size());
  for (int32_t i = 0; i < size;) {
    const bool first = i == 0;
    UChar32 c;
    U8_NEXT(name.data(), i, size, c);
    if (c >= 0 && (u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK)) continue;
    if (first || (c != '-' && c != '_' && c != '.')) return false;
  }
  return true;
}

// Reads one site. Holds what its parts share.
class SiteReader {
 public:
  SiteReader(const SiteRequest& request, const ConfigLayers& layers, const LoadOptions& options,
             DiagnosticSink* sink)
      : request_(request),
        layers_(layers),
        options_(options),
        sink_(sink),
        root_(layers.root(), Section::kRoot, sink) {}

  Config Read();

 private:
  void ReadName(Config* config) const;
  void ReadSeedList(Config* config) const;
  void ReadDatabase(Config* config) const;
  void CheckMemory(const Config& config) const;
  const ConfigNode* List(std::string_view key) const;
  // [[key]], where [key] may have been written: `one` then holds it as a list.
  const ConfigNode* Tables(std::string_view key, ConfigNode* one) const;
  Place WholeFile() const { return {.source = &layers_.file()}; }

  const SiteRequest& request_;
  const ConfigLayers& layers_;
  const LoadOptions& options_;
  DiagnosticSink* sink_;
  TableReader root_;
};

Config SiteReader::Read() {
  Config config;
  config.path = request_.path;
  ReadName(&config);
  ReadSeedList(&config);
  ReadFollow(List("follow"), sink_, &config.follow);
  Set(&config.lang, root_.String("lang"));
  Set(&config.html_links, root_.Boolean("html_links"));
  ReadLimits(root_.Table("limits"), sink_, &config.limits);
  ReadFetch(root_.Table("fetch"), options_, sink_, &config.fetch);
  ReadHosts(root_.Table("host"), options_, sink_, &config.hosts);
  ReadStore(root_.Table("store"), sink_, &config.store);
  ReadDatabase(&config);
  ReadRecrawl(root_.Table("recrawl"), sink_, &config.recrawl);
  ConfigNode single_link, single_record;
  config.link_rules = ReadLinks(Tables("links", &single_link), sink_);
  config.extractor =
      ReadRecords(Tables("record", &single_record), root_.Find("lang"), config.fetch.strip, sink_);
  CheckMemory(config);
  const ConfigSource* whole = layers_.one_file() ? &layers_.file() : nullptr;
  config.text = RedactSecrets(layers_.root(), whole, sink_);
  config.hash = layers_.Hash();
  return config;
}

void SiteReader::ReadName(Config* config) const {
  config->name = request_.path.stem().string();
  const ConfigNode* node = root_.Find("name");
  Set(&config->name, root_.String("name"));
  if (IsSiteName(config->name)) return;
  constexpr std::string_view kRule = "a site's name has letters, digits, '-', '_' and '.' only";
  sink_->Error(node ? node->place : WholeFile(),
               node ? std::string(kRule)
                    : fmt::format("{}: write name = \"…\", since the file's does not do", kRule));
}

const ConfigNode* SiteReader::List(std::string_view key) const {
  const ConfigNode* node = root_.Find(key);
  if (!node || node->Is(Kind::kArray)) return node;
  sink_->Error(node->place, fmt::format("\"{0}\" is a list, not {1}: write {0} = [{2}]", key,
                                        Describe(node->kind), key == "seeds" ? "\"…\"" : "'…'"));
  return nullptr;
}

void SiteReader::ReadSeedList(Config* config) const {
  const ConfigNode* node = root_.Find("seeds");
  if (!node || (node->Is(Kind::kArray) && node->items.empty())) {
    sink_->Error(node ? node->place : WholeFile(),
                 "there are no seeds: write seeds = [\"https://…\"] at the top of the file");
    return;
  }
  if (List("seeds")) ReadSeeds(*node, sink_, &config->seeds);
}

const ConfigNode* SiteReader::Tables(std::string_view key, ConfigNode* one) const {
  const ConfigEntry* entry = root_.table().FindEntry(key);
  if (!entry || entry->value.Is(Kind::kArray)) return entry ? &entry->value : nullptr;
  if (!entry->value.Is(Kind::kTable)) {
    sink_->Error(
        entry->value.place,
        fmt::format("\"{0}\" is a list of tables: write [[{0}]], and its keys below", key));
    return nullptr;
  }
  sink_->Error(entry->key_place, fmt::format("write [[{0}]] with two brackets on each side: there "
                                             "may be several; what is below it stays [{0}.…]",
                                             key));
  one->kind = Kind::kArray;
  one->place = entry->value.place;
  one->items = {entry->value};
  return one;
}

void SiteReader::ReadDatabase(Config* config) const {
  const ConfigNode* store = root_.Find("store");
  const ConfigNode* db = store ? store->Find("db") : nullptr;
  const bool of_folder = !request_.folder_db.empty();
  if (config->store.db.empty()) {
    config->store.db =
        of_folder ? request_.folder_db : layers_.file().folder / (config->name + ".db");
  } else if (of_folder && db->place.source == &layers_.file() &&
             config->store.db.lexically_normal() != request_.folder_db.lexically_normal()) {
    sink_->Error(db->place,
                 "the sites of a folder share one database: set \"db\" in its "
                 "defaults.toml");
  }
  if (db && (config->store.db.lexically_normal() == request_.path.lexically_normal() ||
             config->store.db.extension() == ".toml")) {
    sink_->Error(db->place, "\"db\" names a config, not a database");
  }
}

// A body that is larger than what all bodies may take together could never be fetched.
void SiteReader::CheckMemory(const Config& config) const {
  if (config.limits.max_body_bytes <= config.fetch.memory_bytes) return;
  const ConfigNode* limits = root_.Find("limits");
  const ConfigNode* fetch = root_.Find("fetch");
  const ConfigNode* max_body = limits ? limits->Find("max_body") : nullptr;
  const ConfigNode* memory = fetch ? fetch->Find("memory") : nullptr;
  sink_->Error(memory     ? memory->place
               : max_body ? max_body->place
                          : WholeFile(),
               "limits.max_body is more than fetch.memory, which holds all bodies in flight");
}

SitePlace Kept(const Place& place, const ConfigSource& file) {
  return {.file = place.source ? place.source->name : file.name,
          .line = place.source && place.source->has_lines ? place.line : 0,
          .column = place.source && place.source->has_lines ? place.column : 0};
}

}  // namespace

SiteResult LoadSite(const SiteRequest& request, const Overrides& overrides,
                    const LoadOptions& options, std::vector<Diagnostic>* diagnostics) {
  DiagnosticSink sink(diagnostics);
  const ConfigLayers layers(request.path, request.defaults, overrides, &sink);
  SiteResult result;
  if (!layers.ok()) return result;
  Config config = SiteReader(request, layers, options, &sink).Read();
  const ConfigNode* name = layers.root().Find("name");
  result.name_place = Kept(name ? name->place : Place(), layers.file());
  const ConfigNode* records = layers.root().Find("record");
  for (const ConfigNode& record : records ? records->items : std::vector<ConfigNode>()) {
    const ConfigNode* table = record.Find("table");
    result.table_places.push_back(Kept(table ? table->place : record.place, layers.file()));
  }
  if (sink.error_count() == 0) result.config = std::move(config);
  return result;
}

}  // namespace thresh
