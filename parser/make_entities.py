"""Writes the C++ table of the named character references of the HTML standard (§13.5).

Usage: make_entities.py OUTPUT

The names come from Python's standard library, which has the standard's list: 2,231 names, of which
106 are also valid without their ';'. Here each is one entry without the ';', and a flag.
"""

import html.entities
import sys

HEADER = """// Made by make_entities.py: the named character references of the HTML standard, §13.5.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace thresh {

// Sorted by name, byte by byte. `name` is an offset into kReferenceNames, without '&' and ';',
// `value` one into kReferenceValues.
struct NamedReference {
  uint16_t name;
  uint16_t value;
  uint8_t name_size;
  uint8_t value_size;
  bool semicolon_optional;
};
"""


def references():
    """Returns (name without ';', UTF-8 value, whether the ';' may be left out), sorted."""
    known = html.entities.html5
    return sorted((name[:-1], value.encode("utf-8"), name[:-1] in known)
                  for name, value in known.items() if name.endswith(";"))


def check(entries):
    known = html.entities.html5
    assert len(known) == 2231, len(known)
    assert len(entries) + sum(optional for _, _, optional in entries) == len(known)


def lines_of(data):
    """`data` as C++ string literals, a few bytes a line, safe against hexadecimal run-on."""
    for start in range(0, len(data), 24):
        yield '    "%s"' % "".join("\\%03o" % byte for byte in data[start:start + 24])


def write_table(out):
    entries = references()
    check(entries)
    names = values = b""
    rows = []
    for name, value, optional in entries:
        rows.append("    {%d, %d, %d, %d, %s},"
                    % (len(names), len(values), len(name), len(value), str(optional).lower()))
        names += name.encode("ascii")
        values += value
    assert len(names) < 65536 and len(values) < 65536
    print(HEADER, file=out)
    print("inline constexpr size_t kLongestReferenceName = %d;"
          % max(len(name) for name, _, _ in entries), file=out)
    print("inline constexpr size_t kLongestOptionalName = %d;\n"
          % max(len(name) for name, _, optional in entries if optional), file=out)
    for constant, data in (("kReferenceNames", names), ("kReferenceValues", values)):
        print("inline constexpr char %s[] =\n%s;\n" % (constant, "\n".join(lines_of(data))),
              file=out)
    print("inline constexpr std::array<NamedReference, %d> kNamedReferences = {{\n%s\n}};\n"
          % (len(rows), "\n".join(rows)), file=out)
    print("}  // namespace thresh", file=out)


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as output:
        write_table(output)
