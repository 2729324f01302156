#include "parser/page_view.h"

#include "parser/entities.h"
#include "parser/html.h"

namespace thresh {

const Url* PageBase::Get() {
  if (known_) return base_ ? &*base_ : nullptr;
  known_ = true;
  if (page_.url == nullptr) return nullptr;
  base_ = *page_.url;
  HtmlScanner scanner(page_.text);
  HtmlTag tag;
  while (scanner.Next(&tag)) {
    if (tag.is_end || !tag.NameIs("base")) continue;
    const auto href = tag.Attribute("href");
    if (!href) continue;
    if (auto url = Url::Parse(DecodeEntities(*href, EntityContext::kAttribute), page_.url)) {
      base_ = std::move(*url);
    }
    break;
  }
  return &*base_;
}

}  // namespace thresh
