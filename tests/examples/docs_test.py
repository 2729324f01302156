"""Runs the shell examples of README and docs/ and compares what they print.

    docs_test.py PROGRAM ROOT [--fill] [DOCUMENT…]

What is run, and how a document says what is not, stands in docs/testing.md. With --fill what a
command prints is written below it where nothing stands there, for those who write the documents.
"""

import os
import pathlib
import pty
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading

import docs_sites
from local_site import LocalSite

TIMEOUT_SECONDS = 30
DIRECTIVE = re.compile(r"<!-- docs: (?P<what>begin|change|exit|skip)\b ?(?P<value>.*?) ?-->$")
FILE = re.compile(r"`(?P<name>[\w.-]+\.\w+)`[:：]$")


def goes_on(command):
    """Whether a shell would wait for another line."""
    if command.endswith("\\"):
        return True
    try:
        shlex.split(command)
    except ValueError:  # an open quotation
        return True
    return False


class Block:
    """A fenced block, with what stands above it."""

    def __init__(self, language, line, lines, file, directives):
        self.language, self.line, self.lines = language, line, lines
        self.file, self.directives = file, directives

    def commands(self):
        """Commands, their outputs (None for those of a `sh` block) and the lines they end in."""
        found = []
        more = False
        for number, line in enumerate(self.lines, self.line):
            begins = line.startswith("$ ") if self.language == "console" else line.strip() != ""
            if more:
                found[-1][0] += "\n" + line
                found[-1][2] = number
                more = goes_on(found[-1][0])
            elif begins and not line.startswith("#"):
                known = self.language == "console"
                found.append([line[2:] if known else line, [] if known else None, number])
                more = goes_on(found[-1][0])
            elif found and self.language == "console":
                found[-1][1].append(line)
        return found


def blocks(text):
    """The fenced blocks of a document, in order."""
    found, file, directives = [], None, {}
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = lines.index("```", at + 1)
            found.append(Block(line[3:], at + 1, lines[at + 1 : end], file, directives))
            file, directives = None, {}
            at = end
        elif match := DIRECTIVE.match(line):
            directives[match["what"]] = match["value"]
        elif line.strip():
            match = FILE.search(line)
            file = match["name"] if match else None
        at += 1
    return found


# Times, durations and amounts of bytes: they differ from run to run, whatever a document shows.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
AMOUNT = re.compile(r"\b\d+(\.\d+)? (ms|µs|s|min|MB)\b|(?<=<moment>,)[\d.]+(?=,)")


def neutral(line):
    return AMOUNT.sub("<amount>", MOMENT.sub("<moment>", line))


def matches(expected, printed):
    """Whether `printed` is as `expected`: "…" stands for any words, alone in a line for any lines."""
    expected, printed = map(neutral, expected), map(neutral, printed)
    pattern = ""
    for line in expected:
        if line == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"\n"
    lines = "".join(line.rstrip() + "\n" for line in printed)
    return re.fullmatch(pattern, lines) is not None


class Shell:
    """Where a document's commands run: a folder of their own, with the sites of their names."""

    def __init__(self, program, root):
        self.folder = tempfile.TemporaryDirectory(prefix="thresh-docs-")
        self.work = pathlib.Path(self.folder.name) / "work"
        self.work.mkdir()
        tools = pathlib.Path(self.folder.name) / "bin"
        tools.mkdir()
        self.tool(tools / "thresh", f"""
            case $1 in
              crawl) exec {shlex.quote(str(program))} "$@" --set 'host."*".delay="0s"' ;;
              *) exec {shlex.quote(str(program))} "$@" ;;
            esac""")
        if subprocess.run(["sh", "-c", "command -v curl"], capture_output=True).returncode != 0:
            fetch = "import sys,urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[-1]).read())"
            self.tool(tools / "curl", f'exec {shlex.quote(sys.executable)} -c "{fetch}" "$@"')
        self.environment = os.environ | {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "LC_ALL": "C.UTF-8",
            "BOOKS_TOKEN": "secret", "HOME": str(self.work),
        }
        movies = root / "tests/support/board_movies.tsv"
        self.answers = docs_sites.sites(movies)
        self.sites = {name: LocalSite(answer) for name, answer in self.answers.items()}

    @staticmethod
    def tool(path, script):
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)

    def close(self):
        for site in self.sites.values():
            site.close()
        self.folder.cleanup()

    def local(self, text):
        """The text with the sites' local addresses for their names."""
        for name, site in self.sites.items():
            text = text.replace(f"https://{name}", site.origin)
        return text

    def named(self, text):
        for name, site in self.sites.items():
            text = text.replace(site.origin, f"https://{name}").replace(site.origin[7:], name)
        return text

    def change(self):
        for answer in self.answers.values():
            if hasattr(answer, "change"):
                answer.change()

    def begin(self, root):
        """What reference documents are about: README's config, crawled on two nights, and a few files."""
        readme = blocks((root / "README.md").read_text(encoding="utf-8"))
        self.write("books.toml", next(block.lines for block in readme if block.file == "books.toml"))
        self.write("urls.txt", ["https://books.example/book/1", "https://books.example/book/2"])
        self.write("monthly.sql", ["select author, count(*) as books from book group by author"])
        self.write("robots.txt", ["User-agent: *", "Disallow: /private/", "Allow: /private/open"])
        self.run("curl -s https://books.example/list?page=1 > saved.html")
        self.run("thresh crawl books.toml")
        self.change()
        self.run("thresh crawl books.toml")

    def write(self, name, lines):
        (self.work / name).write_text(self.local("\n".join(lines) + "\n"), encoding="utf-8")

    def run(self, command):
        """Exit code and lines: those of stdout, which is a terminal, then those of stderr."""
        master, slave = pty.openpty()
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                ["bash", "-c", self.local(command)], cwd=self.work, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=slave, stderr=errors, start_new_session=True)
            os.close(slave)
            # What never ends is killed, and fails by its exit code.
            watchdog = threading.Timer(TIMEOUT_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
            watchdog.start()
            printed = b""
            while True:
                try:
                    part = os.read(master, 65536)
                except OSError:  # the terminal's other end is closed
                    break
                if not part:
                    break
                printed += part
            os.close(master)
            code = process.wait()
            watchdog.cancel()
            errors.seek(0)
            printed += errors.read()
        text = printed.decode("utf-8", "replace").replace("\r\n", "\n")
        return code, self.named(text).splitlines()


class Document:
    def __init__(self, path, program, root, fill):
        self.path, self.root, self.fill, self.failures, self.ran = path, root, fill, [], 0
        self.filled = {}  # lines to add, by the number of the line above them
        self.shell = Shell(program, root)

    def fail(self, block, *words):
        self.failures.append(f"{self.path.name}:{block.line}: " + "\n".join(words))

    def run_block(self, block):
        expected_code = int(block.directives.get("exit", 0))
        commands = block.commands()
        for number, (command, expected, line) in enumerate(commands):
            code, printed = self.shell.run(command)
            self.ran += 1
            last = number + 1 == len(commands)
            if code != (expected_code if last else 0):
                self.fail(block, f"$ {command}", f"exit code {code}", *printed)
            elif self.fill and expected == []:
                self.filled[line] = printed
            elif expected is not None and not matches(expected, printed):
                self.fail(block, f"$ {command}", "it should print", *expected, "and prints", *printed)

    def run_python(self, block):
        self.shell.write("example.py", block.lines)
        code, printed = self.shell.run("python3 example.py")
        self.ran += 1
        if code != 0:
            self.fail(block, f"exit code {code}", *printed)

    def run(self):
        try:
            for block in blocks(self.path.read_text(encoding="utf-8")):
                if "begin" in block.directives:
                    self.shell.begin(self.root)
                if "change" in block.directives:
                    self.shell.change()
                if "skip" in block.directives:
                    continue
                if block.language in ("sh", "console"):
                    self.run_block(block)
                elif block.language == "python" and not block.file:
                    self.run_python(block)
                elif block.file:
                    self.shell.write(block.file, block.lines)
        finally:
            self.shell.close()
        if self.filled:
            self.write_filled()
        return self.failures

    def write_filled(self):
        lines = self.path.read_text(encoding="utf-8").splitlines()
        for number in sorted(self.filled, reverse=True):
            lines[number + 1 : number + 1] = self.filled[number]
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def compare_readmes(root):
    """The READMEs have the same commands and the same files."""
    def said(name):
        text = (root / name).read_text(encoding="utf-8")
        return [
            (block.language, block.file, [part[:2] for part in block.commands()])
            if block.language in ("sh", "console")
            else (block.language, block.file, [line.partition("#")[0].rstrip() for line in block.lines])
            for block in blocks(text)
        ]

    ours, theirs = said("README.md"), said("README.zh-CN.md")
    for mine, other in zip(ours, theirs):
        if mine != other:
            return [f"README.md and README.zh-CN.md differ:\n{mine}\n{other}"]
    return [] if len(ours) == len(theirs) else ["README.zh-CN.md has not as many examples as README.md"]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--fill"]
    program, root = (pathlib.Path(argument).resolve() for argument in arguments[:2])
    named = [pathlib.Path(argument) for argument in arguments[2:]]
    documents = named or [root / "README.md", root / "README.zh-CN.md", *sorted((root / "docs").glob("*.md"))]
    failures = [] if named else compare_readmes(root)
    ran = 0
    for path in documents:
        document = Document(path, program, root, "--fill" in sys.argv)
        failures += document.run()
        ran += document.ran
    print("\n\n".join(failures))
    print(f"{ran} commands of {len(documents)} documents")
    sys.exit(1 if failures or ran == 0 else 0)


main()
