"""The shells' completions, asked as people ask: a shell on a terminal, half a line, and a Tab.

    completions_test.py PROGRAM ROOT [TEST…]

A shell that a machine does not have is not asked.
"""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

PROGRAM, ROOT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
LONGEST_WAIT = 60  # seconds; an idle machine takes a tenth of one

# What Ctrl-G does in each shell: it prints the line, so that the answer has an end.
SHOWS_LINE = {
    "bash": "show() { printf '<<%s>>' \"$READLINE_LINE\"; }; bind -x '\"\\C-g\": show'",
    "zsh": "show() { print -rn -- \"<<$BUFFER>>\" >&2 }; zle -N show; bindkey '^G' show",
}


class Shell:
    """An interactive shell on a terminal of its own, without anybody's settings."""

    def __init__(self, command, setup, home):
        self.name = command[0]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            environment = {"HOME": str(home), "ZDOTDIR": str(home), "TERM": "xterm", "PS1": "$ ",
                           "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 150, 0, 0))
        self.type("; ".join([*setup, SHOWS_LINE[self.name], "echo rea''dy"]) + "\r")
        self.read_until(b"ready\r\n")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def read_until(self, end):
        read = b""
        deadline = time.monotonic() + LONGEST_WAIT
        while end not in read:
            ready, _, _ = select.select([self.terminal], [], [], deadline - time.monotonic())
            if not ready:
                raise AssertionError(f"{self.name} did not answer: {read!r}")
            read += os.read(self.terminal, 1 << 16)
        return read

    def tab(self, line):
        """The line after a Tab behind it, and what the shell listed."""
        # Bash lists what several words are possible at the second Tab.
        self.type("\x15" + line + ("\t\t" if self.name == "bash" else "\t") + "\x07")
        shown = self.read_until(b">>").decode(errors="replace")
        shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)
        completed = re.search(r"<<(.*?)>>", shown)[1]
        return completed, shown

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class CompletionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="thresh-completions-")
        cls.addClassCleanup(folder.cleanup)
        cls.output = pathlib.Path(folder.name)
        made = subprocess.run([sys.executable, "-B", ROOT / "packaging/make_reference.py", PROGRAM,
                               ROOT / "docs", cls.output / "made"], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        cls.completions = cls.output / "made/completions"
        (cls.output / "books.toml").touch()
        (cls.output / "my lamps.toml").touch()

    def shell(self, command, setup):
        shell = Shell(command, setup, self.output)
        self.addCleanup(shell.close)
        return shell

    def ask(self, shell):
        """What holds in every shell."""
        self.assertEqual(shell.tab("thresh cr")[0].rstrip(), "thresh crawl")
        listed = shell.tab("thresh ")[1]
        for command in ("crawl", "scrape", "serve", "help"):
            self.assertIn(command, listed)
        self.assertEqual(shell.tab("thresh --ver")[0].rstrip(), "thresh --version")
        listed = shell.tab("thresh crawl --")[1]
        for flag in ("--max-pages", "--fresh", "--set"):
            self.assertIn(flag, listed)
        self.assertNotIn("--listen", listed)
        # zsh puts a = there, which a blank takes away.
        self.assertEqual(shell.tab("thresh crawl --ma")[0].rstrip(" ="), "thresh crawl --max-pages")
        self.assertEqual(shell.tab("thresh export x.db -f w")[0].rstrip(), "thresh export x.db -f warc")
        self.assertEqual(shell.tab("thresh check boo")[0].rstrip(), "thresh check books.toml")
        self.assertEqual(shell.tab("thresh crawl --db boo")[0].rstrip(), "thresh crawl --db books.toml")
        self.assertEqual(shell.tab("thresh check my")[0].rstrip(), "thresh check my\\ lamps.toml")
        self.assertEqual(shell.tab("thresh crawl --db=boo")[0].rstrip(), "thresh crawl --db=books.toml")
        self.assertEqual(shell.tab("thresh runs --format=c")[0].rstrip(), "thresh runs --format=csv")
        self.assertEqual(shell.tab("thresh crawl --time ")[0], "thresh crawl --time ", "nobody's to guess")
        listed = shell.tab("thresh help rep")[1]
        self.assertIn("reparse", listed)
        self.assertIn("report", listed)

    def test_bash(self):
        setup = [f"source {self.completions}/thresh.bash"]
        self.ask(self.shell(["bash", "--norc", "--noprofile", "-i"], setup))

    @unittest.skipUnless(shutil.which("zsh"), "there is no zsh")
    def test_zsh(self):
        setup = [f"fpath=({self.completions} $fpath)", "autoload -Uz compinit",
                 f"compinit -u -d {self.output}/dump", "LISTMAX=0"]
        shell = self.shell(["zsh", "-f", "-i"], setup)
        self.ask(shell)
        self.assertIn("Crawl sites into a database", shell.tab("thresh c")[1])
        self.assertIn("end after so many pages", shell.tab("thresh crawl --")[1])

    @unittest.skipUnless(shutil.which("fish"), "there is no fish")
    def test_fish(self):
        def complete(line):
            done = subprocess.run(
                ["fish", "-c", f"source {self.completions}/thresh.fish; complete -C '{line}'"],
                env=os.environ | {"HOME": str(self.output)}, cwd=self.output,
                capture_output=True, text=True, timeout=LONGEST_WAIT)
            self.assertEqual(done.stderr, "")
            return [word.split("\t")[0] for word in done.stdout.splitlines()]

        self.assertLessEqual({"crawl", "scrape", "serve", "help"}, set(complete("thresh ")))
        self.assertEqual(complete("thresh cr"), ["crawl"])
        self.assertLessEqual({"--max-pages", "--fresh", "--set"}, set(complete("thresh crawl --")))
        self.assertNotIn("--listen", complete("thresh crawl --"))
        self.assertEqual(complete("thresh export x.db -f w"), ["warc"])
        self.assertEqual(complete("thresh check boo"), ["books.toml"])
        self.assertEqual(complete("thresh help repo"), ["report"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
