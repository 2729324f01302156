// HTML and SVG that hostile content cannot break out of.
//
//   std::string page;
//   HtmlWriter html(&page);
//   {
//     const auto cell = html.Open("td", {{"class", "number"}});
//     html.Text(whatever_a_page_said);
//   }
//
// Markup comes from the program's own source only: names of elements and attributes are checked
// when the program is compiled, and must stand in it. All else is text, escaped here. Attributes
// that a browser acts on (event handlers, style) do not exist; those that are addresses take an
// Address, which cannot be a script. Text is made harmless for the eye, too: control characters and
// those that turn the reading direction show as what they are, invalid UTF-8 as U+FFFD.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/ascii.h"

namespace thresh {

struct WebFile;  // pipeline/web_files.h

// A path of this program's own server, or "#place": stands in the source.
class LocalPath {
 public:
  consteval explicit(false) LocalPath(const char* path) : path_(path) {
    if (*path != '/' && *path != '#') throw "an address of our own begins with / or #";
  }
  std::string_view text() const { return path_; }

 private:
  std::string_view path_;
};

// An address for href, src and action: of this server, or of http and https.
class Address {
 public:
  using Query = std::vector<std::pair<std::string, std::string>>;

  explicit(false) Address(LocalPath path) : text_(path.text()) {}
  // With a query, whose names and values are percent-encoded.
  Address(LocalPath path, const Query& query);
  // "#place7".
  static Address Place(LocalPath prefix, int64_t number);
  // Of the web; nothing when `url` is not http or https.
  static std::optional<Address> Web(std::string_view url);

  const std::string& text() const { return text_; }

 private:
  Address() = default;
  std::string text_;
};

// The name of an element or attribute.
class HtmlName {
 public:
  consteval explicit(false) HtmlName(const char* name) : name_(name) {
    if (name_.empty()) throw "a name is not empty";
    for (const char c : name_) {
      if (!ascii::IsAlphanumeric(c) && c != '-') throw "not the name of an element";
    }
  }
  constexpr std::string_view text() const { return name_; }
  constexpr bool is_address() const {
    return name_ == "href" || name_ == "src" || name_ == "action" || name_ == "formaction";
  }

 private:
  std::string_view name_;
};

// The name of an attribute that is no address.
class AttributeName : public HtmlName {
 public:
  consteval explicit(false) AttributeName(const char* name) : HtmlName(name) {
    if (is_address()) throw "an address is given as an Address";
    if (text().starts_with("on") || text() == "style" || text() == "srcdoc") {
      throw "an attribute that runs code or styles";
    }
  }
};

class WrittenAttribute {
 public:
  WrittenAttribute(AttributeName name, std::string_view value) : name_(name), value_(value) {}
  WrittenAttribute(AttributeName name, const std::string& value) : name_(name), value_(value) {}
  WrittenAttribute(AttributeName name, const char* value) : name_(name), value_(value) {}
  WrittenAttribute(AttributeName name, double value);  // at most two decimals
  template <std::integral Integer>
  WrittenAttribute(AttributeName name, Integer value)
      : name_(name), value_(std::to_string(value)) {}
  WrittenAttribute(HtmlName name, const Address& address) : name_(name), value_(address.text()) {}

  std::string_view name() const { return name_.text(); }
  const std::string& value() const { return value_; }

 private:
  HtmlName name_;
  std::string value_;
};

// Appends to a string, which must outlive it.
class HtmlWriter {
 public:
  using Attributes = std::initializer_list<WrittenAttribute>;

  // Ends its element when it dies.
  class Element {
   public:
    Element(HtmlWriter* writer, HtmlName name) : writer_(writer), name_(name) {}
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;
    ~Element() { writer_->End(name_); }

   private:
    HtmlWriter* writer_;
    HtmlName name_;
  };

  explicit HtmlWriter(std::string* out) : out_(*out) {}

  [[nodiscard]] Element Open(HtmlName name, Attributes attributes = {}) {
    Start(name, attributes);
    return Element(this, name);
  }
  // An element with nothing but text.
  void Leaf(HtmlName name, Attributes attributes, std::string_view text);
  // One that has no end tag: <meta>, <br>, <input>.
  void Void(HtmlName name, Attributes attributes = {}) { Start(name, attributes); }
  void Text(std::string_view text);
  void Doctype() { out_ += "<!doctype html>\n"; }
  // The content of <style>: a file of ours that was compiled in.
  void StyleSheet(const WebFile& css);

 private:
  friend class Element;
  void Start(HtmlName name, Attributes attributes);
  void End(HtmlName name);

  std::string& out_;
};

// `text` as it may stand between tags and in quoted attributes.
void AppendHtmlText(std::string_view text, std::string* out);

}  // namespace thresh
