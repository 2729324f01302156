"""Holds docs/faults.md to what is there: all 96 cases in order, and every test that it names.

    faults_table_test.py BUILD_FOLDER
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CASES = 96
ROW = re.compile(r"^\| (\d+) \|.*\|([^|]*)\|$")
NAME = re.compile(r"`([^`]+)`")
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)


def tests_in_sources(program):
    """The tests of a program that is not built: `commands_tests` has those of tests/commands/."""
    folder = ROOT / "tests" / program.removesuffix("_tests")
    for source in folder.rglob("*_test.cc"):
        for suite, name in TEST.findall(source.read_text(encoding="utf-8")):
            yield f"{suite}.{name}"


def without_parameter(name):
    """The test of "Instances/Suite.Test/parameter"."""
    return re.sub(r"^\w+/|/\w+$", "", name)


def known_tests(build):
    """All that ctest lists; of what is not built, what the sources have."""
    listed = subprocess.run(
        ["ctest", "--show-only=json-v1"], cwd=build, check=True, capture_output=True, text=True
    )
    # A parameter is told behind the name: "A/B.C/0  # GetParam() = 7".
    names = {test["name"].split("  #")[0] for test in json.loads(listed.stdout)["tests"]}
    names.update([without_parameter(name) for name in names])
    for name in list(names):
        if name.endswith("_NOT_BUILT"):
            names.update(tests_in_sources(name.removesuffix("_NOT_BUILT")))
    return names


def complaints(text, known):
    cases = []
    for line in text.splitlines():
        if not line.startswith("|"):
            continue
        row = ROW.match(line)
        named = NAME.findall(line.rsplit("|", 2)[1])
        if row:
            cases.append(int(row[1]))
            if not named:
                yield f"case {row[1]} names no test"
        for name in named:
            if without_parameter(name) in known or "/" in name and (ROOT / name).exists():
                continue
            yield f"there is no test {name}"
    if cases != list(range(1, CASES + 1)):
        yield f"the cases are not 1 to {CASES} in order: {cases}"


def main():
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    found = list(complaints(text, known_tests(sys.argv[1])))
    print("\n".join(found))
    sys.exit(1 if found else 0)


main()
