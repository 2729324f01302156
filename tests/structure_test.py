"""Holds the folders to their directions of includes, as docs/architecture.md says them, and random
tests to the seed that repeats them, as docs/testing.md does."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What the sources of each folder may include of ours.
MAY_INCLUDE = {
    "pipeline": ("pipeline/", "fetcher/", "parser/", "storage/"),
    "fetcher": ("fetcher/", "parser/"),
    "fetcher/pool": ("fetcher/pool/",),
    "fetcher/pool/process": ("fetcher/pool/process/",),
    "parser": ("parser/",),
    "storage": ("storage/", "parser/"),
}
# Libraries that stand in the sources of one folder only, and in no header.
ONLY_IN_SOURCES_OF = {"curl/curl.h": "fetcher", "sqlite3.h": "storage"}
# What would be I/O, a clock or a thread where none may be.
FORBIDDEN = {
    "parser": ("fstream", "iostream", "unistd.h", "fcntl.h", "thread", "mutex", "ctime"),
    "pipeline": ("mutex", "condition_variable", "future"),
    "storage": ("mutex", "thread"),
}
OURS = tuple(f"{folder}/" for folder in MAY_INCLUDE)
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)


def complaints(folder, source):
    """Yields what is wrong with the includes of one file."""
    name = source.relative_to(ROOT)
    for included in INCLUDE.findall(source.read_text(encoding="utf-8")):
        if included.startswith(OURS) and not included.startswith(MAY_INCLUDE[folder]):
            yield f"{name}: {folder} may not include {included}"
        if included in FORBIDDEN.get(folder, ()):
            yield f"{name}: <{included}> has no place in {folder}"
        home = ONLY_IN_SOURCES_OF.get(included)
        if home and (folder != home or source.suffix != ".cc"):
            yield f"{name}: {included} may stand in {home}/*.cc only"


def unrepeatable_tests():
    """Yields the tests that draw a seed of their own."""
    for source in sorted((ROOT / "tests").rglob("*.*")):
        if source.suffix not in (".h", ".cc") or source.name == "test_environment.h":
            continue
        if "random_device" in source.read_text(encoding="utf-8"):
            yield f"{source.relative_to(ROOT)}: its seed is to be RandomSeed()"


def main():
    found = list(unrepeatable_tests())
    seen = 0
    for folder in MAY_INCLUDE:
        for source in sorted((ROOT / folder).glob("*.*")):
            if source.suffix in (".h", ".cc"):
                seen += 1
                found.extend(complaints(folder, source))
    print("\n".join(found))
    if seen < 50:
        sys.exit(f"only {seen} sources were found below {ROOT}")
    sys.exit(1 if found else 0)


main()
