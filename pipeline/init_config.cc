#include "pipeline/init_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "parser/ascii.h"
#include "parser/utf8.h"
#include "pipeline/diagnostic.h"
#include "pipeline/shell_word.h"
#include "pipeline/story_text.h"
#include "pipeline/toml_text.h"

namespace thresh {
namespace {

constexpr size_t kMaxSample = 48;  // bytes of a value shown beside its rule
constexpr size_t kMaxHost = 90;    // bytes of a host in a site's name, which has 100 at most

// A value of the page in a comment: one short visible line.
std::string Sample(const std::string& value) {
  const std::string_view shown = Utf8Prefix(value, kMaxSample);
  return Visible(shown) + (shown.size() < value.size() ? "…" : "");
}

std::string Head(const PageOutline& outline, const Url& url, const std::string& file) {
  return fmt::format(
      "# A first guess by \"thresh init\", to be made yours. What to do next:\n"
      "#   thresh try {0} {1} --watch\n"
      "#   thresh crawl {0}      # again every night: it asks for what has changed\n"
      "#   thresh query {0} 'select * from {2}'\n"
      "name  = {3}\nseeds = [{4}]\n",
      Visible(ShellWord(file)), ShellWord(url.href()), outline.record.table,
      QuotedTomlString(SiteNameFor(url)), QuotedTomlString(url.href()));
}

std::string Follow(const PageOutline& outline) {
  if (!outline.pager && outline.details.empty()) return {};
  std::string text = "# The links to follow: regexes on the URL, the first that matches decides.\n";
  text += "follow = [\n";
  if (outline.pager) {
    text += fmt::format("  {},  # the pager: {}\n", TomlString(outline.pager->follow),
                        Sample(outline.pager->example));
  }
  if (!outline.details.empty()) {
    text += fmt::format("  # {},  # what the rows link to: {}\n", TomlString(outline.details),
                        Sample(outline.details_example));
  }
  return text + "]\n";
}

std::string Limits(const PageOutline& outline) {
  if (outline.pager || outline.next) {
    return "\n[limits]\npages = 1000  # of one run; remove it when the rules are right\n";
  }
  return "\n[limits]\ndepth = 0  # no pager was found: the seeds alone. Remove it to follow "
         "links\n";
}

std::string NextLink(const PageOutline& outline) {
  if (!outline.next) return {};
  return fmt::format("\n# The URL of the next page, in the data.\n[[links]]\njson = {}\n",
                     QuotedTomlString(*outline.next->json));
}

std::string ItemLinks(const PageOutline& outline) {
  if (outline.is_sitemap) {
    return "\n# A sitemap: to crawl the pages that it lists, write \"sitemap:\" before the seed, "
           "leave out\n# [limits], and say below what a row of theirs is.\n";
  }
  if (outline.item_link.empty()) return {};
  return fmt::format(
      "\n# What the rows link to is crawled, too, with this, with depth = 1, and with a url in "
      "the\n"
      "# record that says on which pages these rows are:\n"
      "# [[links]]\n# re = {}\n",
      TomlString(outline.item_link));
}

// A record of the data in the page's scripts, for who finds more there.
std::string StateComment(const PageOutline& outline) {
  if (!outline.state) return {};
  return fmt::format(
      "# Its scripts have such rows as JSON, too ({}), for a record with these\n"
      "# and fields like {{ json = \"/{}\" }}:\n#   scope = {}\n#   rows = {}\n",
      Visible(FieldNames(*outline.state)), Visible(outline.state->fields.front().json->substr(1)),
      TomlString(outline.state->scope), QuotedTomlString(*outline.state->rows));
}

std::string RowsComment(const PageOutline& outline) {
  if (outline.is_script && !outline.repeats) {
    return "# What the page tells search engines of its matter (JSON-LD): one row.\n";
  }
  if (!outline.repeats) {
    return "# Nothing on the page repeats, so it is one row. For several rows a page say what one "
           "is:\n# element = '<li\\b[^>]*class=\"item\"', or match, scope, each or rows.\n";
  }
  const auto rows = static_cast<int64_t>(outline.rows);
  std::string text = fmt::format("# {} on the page{}.\n", Counted(rows, "row"),
                                 outline.is_script ? ", of JSON in its scripts" : "");
  for (const std::string& other : outline.also) {
    text += fmt::format("# This repeats, too: element = {}\n", Visible(TomlString(other)));
  }
  return text + StateComment(outline);
}

std::string FieldText(const FieldSpec& field) {
  const bool plain = !field.re.empty() && field.attr.empty() && field.type == ValueType::kText &&
                     !field.many && !field.required;
  if (plain) return TomlString(field.re.front());
  std::vector<std::string> parts;
  if (!field.re.empty()) parts.push_back("re = " + TomlString(field.re.front()));
  if (field.json) parts.push_back("json = " + QuotedTomlString(*field.json));
  if (!field.attr.empty()) parts.push_back("attr = " + QuotedTomlString(field.attr));
  if (!field.from.empty()) parts.push_back("from = " + QuotedTomlString(field.from));
  if (field.type != ValueType::kText)
    parts.push_back(fmt::format("type = \"{}\"", Name(field.type)));
  if (field.many) parts.push_back("many = true");
  if (field.required) parts.push_back("required = true");
  return fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

std::string Fields(const PageOutline& outline) {
  size_t width = 0;
  for (const FieldSpec& field : outline.record.fields) width = std::max(width, field.name.size());
  std::string text = "[record.fields]\n";
  for (size_t i = 0; i < outline.record.fields.size(); ++i) {
    const FieldSpec& field = outline.record.fields[i];
    // Bare keys of TOML are ASCII.
    const bool bare = std::all_of(field.name.begin(), field.name.end(),
                                  [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    text += fmt::format("{:<{}} = {}", bare ? field.name : "\"" + field.name + "\"", width,
                        FieldText(field));
    if (!outline.samples[i].empty()) text += "  # " + Sample(outline.samples[i]);
    text += '\n';
  }
  return text;
}

std::string Record(const PageOutline& outline) {
  const RecordSpec& record = outline.record;
  std::string text = fmt::format("\n{}[[record]]\ntable = {}\n", RowsComment(outline),
                                 QuotedTomlString(record.table));
  if (!record.element.empty()) text += "element = " + TomlString(record.element) + "\n";
  if (!record.each.empty()) text += "each = " + TomlString(record.each) + "\n";
  if (!record.until.empty()) text += "until = " + TomlString(record.until) + "\n";
  if (!record.scope.empty()) text += "scope = " + TomlString(record.scope) + "\n";
  if (record.rows) text += "rows = " + QuotedTomlString(*record.rows) + "\n";
  if (record.key.empty()) {
    text += "# key = [\"…\"]  # columns that name a row: with it a row has a history\n";
  } else {
    text += fmt::format("key = [{}]  # what names a row: with it a row has a history\n",
                        QuotedTomlString(record.key.front()));
  }
  if (record.expect.min_rows) {
    text += fmt::format("expect = {{ min_rows = {} }}  # a page with less is told as broken\n",
                        *record.expect.min_rows);
  }
  return text + Fields(outline);
}

}  // namespace

std::string FieldNames(const RecordSpec& record) {
  std::vector<std::string> names;
  for (const FieldSpec& field : record.fields) names.push_back(field.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string SiteNameFor(const Url& url) {
  std::string_view host = url.host();
  const bool names_port = !url.origin().ends_with(host);
  if (host.starts_with("www.")) host.remove_prefix(4);
  while (host.ends_with('.')) host.remove_suffix(1);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  std::string name(host.substr(0, kMaxHost));
  for (char& c : name) {
    if (!ascii::IsAlphanumeric(c) && c != '.' && c != '_') c = '-';
  }
  // A name begins with a letter or digit; "0::1" is "::1".
  if (name.empty() || !ascii::IsAlphanumeric(name[0])) name.insert(0, 1, '0');
  return names_port ? fmt::format("{}-{}", name, url.port()) : name;
}

std::string InitConfig(const PageOutline& outline, const Url& url, const std::string& file) {
  return Head(outline, url, file) + Follow(outline) + Limits(outline) + NextLink(outline) +
         ItemLinks(outline) + Record(outline);
}

}  // namespace thresh
