#include "parser/link_header.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace thresh {
namespace {

// "next /a, prev /b", with "!" behind those that are nofollow.
std::string Shown(const std::string& header, size_t max_links = 100) {
  std::string text;
  for (const HeaderLink& link : ParseLinkHeader(header, max_links)) {
    if (!text.empty()) text += ", ";
    text += (link.next ? "next " : "prev ") + link.target + (link.nofollow ? "!" : "");
  }
  return text;
}

struct LinkCase {
  std::string header, links, why;
};

TEST(LinkHeaderTest, LinksOfTheRelation) {
  for (const LinkCase& test : std::initializer_list<LinkCase>{
           {"</a?page=2>; rel=\"next\"", "next /a?page=2", "as most write it"},
           {"<https://x.test/a>; rel=next", "next https://x.test/a", "a token"},
           {"</a>; rel=\"next\", </b>; rel=\"last\", </c>; rel=\"prev\"", "next /a, prev /c",
            "several"},
           {"</a>;rel=next,</b>;rel=prev", "next /a, prev /b", "without white space"},
           {" , ,\t</a> ; rel = next , ", "next /a", "with much of it, and empty elements"},
           {"</a>; REL=\"NEXT\"", "next /a", "in any case"},
           {"</a>; rel=\"last next\"", "next /a", "several relations"},
           {"</a>; rel=\"next prev\"", "next /a", "next counts"},
           {"</a>; rel=previous", "prev /a", "as HTML 4 has it"},
           {"</a>; rel=\"nofollow next\"", "next /a!", "nofollow"},
           {"</a>; title=\"x, y; z\"; rel=next", "next /a", "a quoted comma and semicolon"},
           {"</a>; title=\"\\\"<\"; rel=next", "next /a", "an escaped quote"},
           {"</a>; rel=\"ne\\xt\"", "next /a", "an escape of nothing special (RFC 9110 §5.6.4)"},
           {"</a>; title*=UTF-8''%e2; hreflang=de; rel=next", "next /a", "others between"},
           {"</a>; x; ; rel=next", "next /a", "a parameter without a value, and an empty one"},
           {"</a,b;c>; rel=next", "next /a,b;c", "delimiters inside the target"},
           {"<>; rel=next", "next ", "an empty target is the page itself"},
           {"</a>; rel=prev; rel=next", "prev /a", "the first rel counts (§3.3)"},
           {"</a>; rel=x; rel=next", "", "the first rel counts (§3.3)"},
           {"</a>; rel=next; anchor=\"/b\"", "", "a link of another resource (§3.2)"},
           {"</a>; rev=next", "", "the other direction"},
           {"</a>; rel=nextish", "", "another relation"},
           {"</a>; rel=\"https://x.test/next\"", "", "an extension"},
           {"</a>; rel", "", "without a value"},
           {"</a>; rel=\"\"", "", "with an empty one"},
           {"</a>", "", "without a relation"},
           {"", "", "nothing"},
           {"/a; rel=next", "", "no target"},
           {"</a; rel=next", "", "not closed"},
           {"</a>; rel=\"next", "next /a", "a quote not closed"},
           {"</a>; rel=\"next\\", "", "an escape of nothing"},
           {"</a>; rel=\"nex\\t", "next /a", "an escape of the last byte"},
           {"</a>; rel=next, b; rel=next, </c>; rel=next", "next /a", "what stands before a break"},
           {"</a>; rel=\"next\" x, </b>; rel=next", "next /a", "what stands before a break"},
           {"</a> x; rel=next", "", "a break before the relation"},
       }) {
    EXPECT_EQ(Shown(test.header), test.links) << test.header << ": " << test.why;
  }
}

TEST(LinkHeaderTest, TakesNoMoreThanItIsTold) {
  EXPECT_EQ(Shown("</a>; rel=next, </b>; rel=next, </c>; rel=next", 2), "next /a, next /b");
  EXPECT_EQ(Shown("</a>; rel=next", 0), "");
}

// Each would take a quadratic parser minutes.
TEST(LinkHeaderTest, HostileHeadersAreQuick) {
  std::string many;
  for (const char* piece :
       {"<", "<>;", "<>,", ";", "\"", "\\", "</a>;rel=x,", "</a>;rel=\"", "= "}) {
    many.clear();
    while (many.size() < 2'000'000) many += piece;
    EXPECT_EQ(Shown(many), "") << piece;
    EXPECT_EQ(Shown("</a>; rel=next, " + many), "next /a") << piece;
  }
}

}  // namespace
}  // namespace thresh
