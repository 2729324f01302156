#include "parser/url_template.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

struct TemplateCase {
  std::string text, value, expected;
};

TEST(UrlTemplateTest, ValuesAreEncodedUnlessSaidOtherwise) {
  for (const TemplateCase& test : std::initializer_list<TemplateCase>{
           {"http://x.test/?c={value}", "a1-._~Z", "http://x.test/?c=a1-._~Z"},
           {"/?c={value}", "a/b?c=d&e#f g+%", "/?c=a%2Fb%3Fc%3Dd%26e%23f%20g%2B%25"},
           {"/?c={value}", "ü\xff", "/?c=%C3%BC%FF"},
           {"/?c={value}", "", "/?c="},
           {"{+value}", "http://x.test/?a=b c#d", "http://x.test/?a=b c#d"},
           {"{+value}/{value}?{value}", "/", "//%2F?%2F"},
           {"{value}{value}", "{value}", "%7Bvalue%7D%7Bvalue%7D"},
           {"{+value}!", "{value}", "{value}!"},
           {"/next", "x", "/next"},
           {"", "x", ""},
       }) {
    UrlTemplateError error;
    const auto url_template = UrlTemplate::Parse(test.text, &error);
    ASSERT_TRUE(url_template) << test.text;
    EXPECT_EQ(url_template->Expand(test.value), test.expected) << test.text;
    EXPECT_EQ(url_template->has_value(), test.text.find("value") != std::string::npos);
  }
}

TEST(UrlTemplateTest, OtherBracesAreErrors) {
  struct ErrorCase {
    std::string text;
    size_t offset;
  };
  for (const ErrorCase& test : std::initializer_list<ErrorCase>{{"/{page}", 1},
                                                                {"/{}", 1},
                                                                {"/{value", 1},
                                                                {"/value}", 6},
                                                                {"/{ value }", 1},
                                                                {"/{value}/{-value}", 9},
                                                                {"/{{value}}", 1},
                                                                {"/{value}}", 8},
                                                                {"/{VALUE}", 1}}) {
    UrlTemplateError error;
    EXPECT_FALSE(UrlTemplate::Parse(test.text, &error)) << test.text;
    EXPECT_EQ(error.offset, test.offset) << test.text;
    EXPECT_FALSE(error.message.empty());
  }
}

}  // namespace
}  // namespace thresh
