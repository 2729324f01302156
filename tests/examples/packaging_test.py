"""What is installed beside the program: man pages, units, maintainer scripts.

    packaging_test.py PROGRAM ROOT [TEST…]

Tools that a machine does not have (man, systemd-analyze) are not asked.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM, ROOT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
PACKAGING = ROOT / "packaging"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


class ReferenceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="thresh-reference-")
        cls.output = pathlib.Path(cls.folder.name)
        cls.made = run(sys.executable, "-B", PACKAGING / "make_reference.py", PROGRAM, ROOT / "docs", cls.output)
        cls.table = json.loads(run(PROGRAM, "help", "--table").stdout)
        cls.commands = [command["name"] for command in cls.table["commands"]]

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def pages(self):
        return sorted(self.output.glob("man/*/*"))

    def test_all_is_documented(self):
        self.assertEqual(self.made.returncode, 0, self.made.stderr)
        self.assertEqual(self.made.stderr, "")

    def test_every_config_key_has_an_example(self):
        text = (ROOT / "docs/config.md").read_text(encoding="utf-8")
        examples = "\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
        for section in self.table["config"]:
            for key in section["keys"]:
                self.assertRegex(examples, rf"\b{key}\b", section["title"])

    def test_a_page_for_each_command(self):
        names = {path.name for path in self.pages()}
        self.assertEqual(names, {"thresh.1", "thresh-config.5"} | {f"thresh-{name}.1" for name in self.commands})

    def test_every_flag_is_in_its_page(self):
        for command in self.table["commands"]:
            page = (self.output / f"man/man1/thresh-{command['name']}.1").read_text().replace("\\-", "-")
            shown = run(PROGRAM, command["name"], "--help").stdout
            for option in command["options"]:
                for name in option["names"]:
                    self.assertIn(name, page, command["name"])
                    self.assertIn(name, shown, f"{command['name']}: --help says what the page says")

    def test_examples_in_help_have_flags_that_there_are(self):
        names = {command["name"]: {name for option in command["options"] for name in option["names"]}
                 for command in self.table["commands"]}
        for command in self.commands:
            shown = run(PROGRAM, "help", command).stdout
            examples = re.findall(r"^  (thresh .*)$", shown.partition("\nExample")[2], re.MULTILINE)
            self.assertTrue(examples or command == "doctor", command)
            for example in examples:
                words = shlex.split(example)
                self.assertEqual(words[1], command)
                for word in words[2:]:
                    if re.match(r"--?[a-z]", word):
                        self.assertIn(word, names[command], example)

    @unittest.skipUnless(shutil.which("man") and shutil.which("groff"), "there is no man")
    def test_pages_have_no_warnings(self):
        environment = os.environ | {"LC_ALL": "C.UTF-8", "MANROFFOPT": "-ww", "MANWIDTH": "80"}
        for path in self.pages():
            shown = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path, env=environment)
            self.assertEqual(shown.stderr, "", path.name)
            self.assertEqual(shown.returncode, 0, path.name)


class UnitsTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd")
    def test_verify(self):
        units = [str(path) for path in sorted(PACKAGING.glob("thresh*@.*"))]
        done = run("systemd-analyze", "verify", "--man=no", *units)
        ours = [line for line in done.stderr.splitlines() if "thresh" in line]
        # A machine where thresh is not installed has no such program.
        self.assertEqual([line for line in ours if "not executable" not in line], [])

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd")
    def test_the_service_is_locked_in(self):
        done = run("systemd-analyze", "security", "--offline=true", str(PACKAGING / "thresh@.service"))
        level = re.search(r"Overall exposure level for .*: ([\d.]+)", done.stdout)
        self.assertLess(float(level[1]), 3.0, done.stdout)

    def test_what_a_run_may_end_in(self):
        service = (PACKAGING / "thresh@.service").read_text()
        self.assertIn("\nSuccessExitStatus=130 75\n", service)
        self.assertIn("\nOnFailure=thresh-failed@%i.service\n", service)
        self.assertTrue((PACKAGING / "thresh-failed@.service").exists())

    def test_the_timer_makes_up_for_a_night(self):
        timer = (PACKAGING / "thresh@.timer").read_text()
        for line in ("Persistent=yes", "RandomizedDelaySec=1h"):
            self.assertIn(f"\n{line}\n", timer)

    @unittest.skipUnless(shutil.which("systemd-analyze") and shutil.which("strace"), "no strace")
    def test_the_filter_lets_the_workers_sandbox_be_made(self):
        """What a real fetch calls, its sandbox being made among it, is what the unit allows."""
        if "sanitizer build" in run(PROGRAM, "doctor").stdout:
            self.skipTest("a sanitizer build leaves layers of the sandbox off")
        allowed = allowed_calls((PACKAGING / "thresh@.service").read_text())
        with tempfile.TemporaryDirectory() as folder:
            trace = pathlib.Path(folder) / "trace"
            run("strace", "-f", "-qq", "-o", trace, PROGRAM, "scrape", "http://127.0.0.1:9/", "-r", "x",
                "--db", pathlib.Path(folder) / "x.db")
            called = set(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE))
        self.assertTrue({"seccomp", "fdatasync"} <= called, "a sandbox was made, and a row written")
        self.assertEqual(called - allowed, set())

    def test_cron_lines(self):
        lines = [line for line in (PACKAGING / "thresh.cron").read_text().splitlines()
                 if re.match(r"[\d*]", line)]
        for line in lines:
            self.assertRegex(line, r"^[\d*]+ +[\d*]+ [\d*]+ [\d*]+ [\d*]+ +thresh +thresh (crawl|prune) /")
        self.assertEqual(len(lines), 3)

    def test_maintainer_scripts(self):
        for name in ("postinst", "prerm", "postrm"):
            script = PACKAGING / "debian" / name
            self.assertEqual(run("sh", "-n", script).stderr, "")
            self.assertTrue(os.access(script, os.X_OK), name)


def allowed_calls(service):
    """The system calls that a unit's SystemCallFilter= names, groups opened."""
    printed = run("systemd-analyze", "syscall-filter").stdout
    groups = {}
    for line in printed.splitlines():
        if line.startswith("@"):
            name = line.strip()
            groups[name] = []
        elif line.startswith("    ") and not line.strip().startswith("#"):
            groups[name].append(line.strip())

    def opened(words):
        for word in words:
            yield from opened(groups[word]) if word.startswith("@") else [word]

    # What systemd always allows, and calls that are the same under another name.
    allowed = set(opened(["@default"]))
    for line in re.findall(r"^SystemCallFilter=(.*)$", service, re.MULTILINE):
        allowed |= set(opened(line.split()))
    return allowed


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
