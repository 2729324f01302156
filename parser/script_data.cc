#include "parser/script_data.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "parser/html.h"
#include "parser/json.h"
#include "parser/json_outline.h"
#include "parser/outline_fields.h"
#include "parser/outline_tree.h"
#include "parser/tag_regex.h"

namespace thresh {
namespace {

using Json = nlohmann::ordered_json;
using Objects = std::vector<const Json*>;

constexpr size_t kMaxScripts = 16;
constexpr size_t kMinListed = 3;
constexpr size_t kMaxId = 60;  // bytes

constexpr std::string_view kThings[] = {"Product",    "ProductGroup",
                                        "Recipe",     "Event",
                                        "JobPosting", "NewsArticle",
                                        "Article",    "BlogPosting",
                                        "Book",       "Movie",
                                        "Course",     "TVSeries",
                                        "MusicAlbum", "SoftwareApplication",
                                        "Vehicle",    "Car",
                                        "Restaurant", "LocalBusiness",
                                        "Hotel",      "VideoObject",
                                        "Dataset",    "RealEstateListing",
                                        "Report",     "TechArticle"};

// A member of an object; null where there is none.
const Json* FindMember(const Json& value, const char* name) {
  const auto found = value.is_object() ? value.find(name) : value.end();
  return found == value.end() ? nullptr : &*found;
}

// The first name of "@type" that is one of `kThings`; empty for what is none.
std::string ThingType(const Json& value) {
  const Json* type = FindMember(value, "@type");
  if (type == nullptr) return {};
  const Json list = type->is_array() ? *type : Json::array({*type});
  for (const Json& one : list) {
    if (!one.is_string()) continue;
    const auto known = std::find(std::begin(kThings), std::end(kThings), one.get<std::string>());
    if (known != std::end(kThings)) return std::string(*known);
  }
  return {};
}

FieldSpec PageUrl() {
  FieldSpec url;
  url.name = "page";
  url.from = "url";
  url.type = ValueType::kUrl;
  return url;
}

class ScriptReader {
 public:
  explicit ScriptReader(std::vector<ScriptData>* found) : found_(found) {}

  void Read(const HtmlTag& tag, std::string_view content) {
    const std::string_view type = tag.Attribute("type").value_or("");
    if (type == "application/ld+json") {
      scope_ = R"(<script\b[^>]*application/ld\+json[^>]*>(.*?)</script>)";
      ReadLinkedData(content);
    } else if (type == "application/json") {
      const std::string_view id = tag.Attribute("id").value_or("");
      scope_ = id.empty() || id.size() > kMaxId
                   ? R"(<script\b[^>]*application/json[^>]*>(.*?)</script>)"
                   : R"(<script\b[^>]*id=["']?)" + EscapedRegex(id) + R"(\b[^>]*>(.*?)</script>)";
      ReadState(content);
    }
  }

 private:
  void ReadState(std::string_view content) {
    auto outline = OutlineJson(content);
    if (!outline) return;
    const auto document = ParseJson(content);
    const Json* array = ResolveJsonPointer(*document, *outline->record.rows);
    if (array == nullptr || array->size() < kMinListed) return;
    ScriptData data{.record = std::move(outline->record), .rows = array->size()};
    data.is_list = true;
    data.is_state = true;
    data.record.table = "item";
    Add(std::move(data));
  }

  void ReadLinkedData(std::string_view content) {
    const auto document = ParseJson(content);
    if (!document) return;
    ReadList(*document, "");
    if (const Json* main = FindMember(*document, "mainEntity")) ReadList(*main, "/mainEntity");
    ReadThing(*document, "");
    if (const Json* graph = FindMember(*document, "@graph")) ReadThing(*graph, "/@graph");
  }

  // The things of an ItemList. Where it wraps them, these are in "item".
  void ReadList(const Json& value, const std::string& pointer) {
    const Json* type = FindMember(value, "@type");
    if (type == nullptr || *type != "ItemList") return;
    const Json* elements = FindMember(value, "itemListElement");
    if (elements == nullptr || !elements->is_array() || elements->size() < kMinListed) return;
    Objects items;
    for (const Json& element : *elements) {
      if (!element.is_object()) return;
      items.push_back(&element);
    }
    const Json* wrapped = FindMember(*items.front(), "item");
    ScriptData data{.record = {}, .rows = items.size()};
    data.is_list = true;
    data.record.table = TableNameFrom(ThingType(wrapped != nullptr ? *wrapped : *items.front()));
    data.record.rows = pointer + "/itemListElement";
    AddJsonFields(items, JsonNames::kShort, &data.record);
    Add(std::move(data));
  }

  // The one thing among `value`, which is an object, or a list of them.
  void ReadThing(const Json& value, const std::string& pointer) {
    Objects things;
    const auto take = [&](const Json& one) {
      if (!ThingType(one).empty()) things.push_back(&one);
    };
    if (value.is_array()) {
      for (const Json& one : value) take(one);
    } else {
      take(value);
    }
    if (things.size() != 1) return;
    ScriptData data{.record = {}, .rows = 1};
    data.record.table = TableNameFrom(ThingType(*things.front()));
    data.record.rows = pointer;
    AddJsonFields(things, JsonNames::kShort, &data.record);
    data.record.fields.insert(data.record.fields.begin(), PageUrl());
    data.record.key = {"page"};
    Add(std::move(data));
  }

  void Add(ScriptData data) {
    data.record.scope = scope_;
    if (data.record.fields.size() >= 2) found_->push_back(std::move(data));
  }

  std::string scope_;
  std::vector<ScriptData>* found_;
};

}  // namespace

std::vector<ScriptData> FindScriptData(std::string_view html) {
  html = html.substr(0, kMaxOutlineBytes);
  std::vector<ScriptData> found;
  ScriptReader reader(&found);
  HtmlScanner scanner(html);
  HtmlTag tag;
  size_t scripts = 0;
  HtmlTag script;
  bool inside = false;
  while (scripts < kMaxScripts && scanner.Next(&tag)) {
    if (inside) {
      reader.Read(script, html.substr(script.end, tag.begin - script.end));
      ++scripts;
    }
    inside =
        !tag.is_end && tag.NameIs("script") && tag.Attribute("type").value_or("").ends_with("json");
    if (inside) script = tag;
  }
  return found;
}

}  // namespace thresh
