#include "parser/scripted_page.h"

#include <cstddef>

#include "parser/html.h"
#include "parser/outline_tree.h"

namespace thresh {
namespace {

constexpr size_t kMaxText = 200;  // bytes: "Loading…", or a name and a line of copyright

// Data for search engines draws nothing.
bool IsProgram(const HtmlTag& tag) {
  return tag.NameIs("script") && !tag.Attribute("type").value_or("").ends_with("json");
}

}  // namespace

bool IsDrawnByScripts(std::string_view html) {
  bool has_program = false;
  size_t text = 0;
  for (const OutlineNode& node : ReadOutline(html)) {
    has_program = has_program || IsProgram(node.tag);
    text += node.own_text;
  }
  return has_program && text <= kMaxText;
}

}  // namespace thresh
