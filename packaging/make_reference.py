"""Writes the man pages and the shells' completions.

    make_reference.py PROGRAM DOCS OUTPUT

The flags are those that PROGRAM has (`thresh help --table`), the words about commands and the
config those of DOCS (commands.md, config.md), so that neither is written twice. What DOCS does not
explain is told on stderr; the pages are made all the same.
"""

import json
import pathlib
import re
import subprocess
import sys

import completions
import roff

EXIT_CODES = "Exit codes"


def read_table(program):
    printed = subprocess.run([program, "help", "--table"], check=True, capture_output=True).stdout
    return json.loads(printed)


def complain(words):
    print(f"make_reference.py: {words}", file=sys.stderr)


def section(lines, heading):
    """The lines below the first heading that matches, up to the next one of its level."""
    for at, line in enumerate(lines):
        if re.match(heading, line):
            level = len(line) - len(line.lstrip("#"))
            end = at + 1
            fenced = False
            while end < len(lines):
                fenced ^= lines[end].startswith("```")
                if not fenced and re.match(rf"#{{1,{level}}} ", lines[end]):
                    break
                end += 1
            return lines[at + 1 : end]
    return []


def is_explained(option, lines):
    """Whether a section names the flag; positionals stand in its heading."""
    text = "\n".join(lines)
    return option["positional"] or any(
        re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in option["names"]
    )


def names_of(option):
    """How an option is written: "-f, --format FORMAT"."""
    names = ", ".join(f"\\fB{roff.text(name)}\\fP" for name in option["names"])
    value = option["type"]
    return f"{names} \\fI{roff.text(value)}\\fP" if value else names


def synopsis(command):
    words = [f".B thresh {roff.text(command['name'])}"]
    if any(not option["positional"] for option in command["options"]):
        words.append("[\\fIOPTION\\fP]...")
    for option in command["options"]:
        if not option["positional"]:
            continue
        name = f"\\fI{roff.text(option['names'][-1])}\\fP"
        dots = "..." if option["repeats"] else ""
        words.append(f"{name}{dots}" if option["required"] else f"[{name}]{dots}")
    return [words[0], " ".join(words[1:])] if words[1:] else words


def option_list(options):
    made = []
    for option in options:
        made += [".TP", names_of(option), roff.guarded(roff.text(option["description"]) or "\\&")]
    return made


def see_also(names):
    made = [".SH SEE ALSO"]
    links = [f".BR {roff.text(name)} ({number})" for name, number in names]
    return made + [f"{link} ," for link in links[:-1]] + [links[-1]]


def command_page(command, table, commands_md):
    name = command["name"]
    said = section(commands_md, rf"## `thresh {name}\b")
    if not said:
        # Commands whose section stands for several are named in its heading.
        said = section(commands_md, rf"## .*\b{name}\b")
    if not said and name != "help":
        complain(f"docs/commands.md has no section on thresh {name}")
    general = section(commands_md, r"## Output formats")
    for option in command["options"]:
        if name != "help" and "--help" not in option["names"] and not is_explained(option, said + general):
            complain(f"docs/commands.md does not explain {option['names'][-1]} of thresh {name}")
    body = [".SH SYNOPSIS"] + synopsis(command) + [".SH DESCRIPTION"]
    body += [roff.guarded(roff.text(command["description"] + "."))]
    body += roff.markdown(said, skip_tables=("flag",))
    body += [".SH OPTIONS"] + option_list(command["options"])
    body += [".SH EXIT STATUS"] + roff.markdown(section(commands_md, rf"## {EXIT_CODES}"))
    body += see_also([("thresh", 1), ("thresh-config", 5)])
    return roff.page(f"thresh-{name}", 1, table["version"], command["description"], body)


def main_page(table, commands_md):
    body = [".SH SYNOPSIS", ".B thresh", "\\fICOMMAND\\fP [\\fIARGUMENT\\fP]...", ".SH DESCRIPTION"]
    body += [roff.guarded(roff.text(table["description"]))]
    body += [".PP", "Each command has a page of its own, such as", ".BR thresh\\-crawl (1)."]
    body += [".SH COMMANDS"]
    for command in table["commands"]:
        body += [".TP", f"\\fB{roff.text(command['name'])}\\fP", roff.text(command["description"])]
    body += [".SH OPTIONS"] + option_list(table["options"])
    body += [".SH OUTPUT"] + roff.markdown(section(commands_md, r"## Output formats"))
    body += [".SH EXIT STATUS"] + roff.markdown(section(commands_md, rf"## {EXIT_CODES}"))
    body += [".SH ENVIRONMENT", ".TP", ".B NO_COLOR", "Where it is set, no output has colours."]
    body += [".SH FILES", ".TP", "\\fINAME\\fP.toml", "A config; see", ".BR thresh\\-config (5).",
             ".TP", "\\fINAME\\fP.db", "The database that a crawl writes beside its config: SQLite."]
    pages = [(f"thresh-{command['name']}", 1) for command in table["commands"]]
    body += see_also(pages + [("thresh-config", 5)])
    return roff.page("thresh", 1, table["version"], "crawl sites into SQLite by regular expressions", body)


def config_page(table, config_md):
    whole = "\n".join(config_md)
    for part in table["config"]:
        for key in part["keys"]:
            if not re.search(rf"\b{re.escape(key)}\b", whole):
                complain(f"docs/config.md does not say what {key} of {part['title']} is")
    body = [".SH DESCRIPTION"] + roff.markdown(config_md[1:])
    body += see_also([("thresh", 1), ("thresh-check", 1), ("thresh-try", 1)])
    return roff.page("thresh-config", 5, table["version"], "what thresh crawls and what becomes a row", body)


def main():
    program, docs, output = (pathlib.Path(argument) for argument in sys.argv[1:])
    table = read_table(program)
    commands_md = (docs / "commands.md").read_text(encoding="utf-8").splitlines()
    config_md = (docs / "config.md").read_text(encoding="utf-8").splitlines()
    made = {
        "man/man1/thresh.1": main_page(table, commands_md),
        "man/man5/thresh-config.5": config_page(table, config_md),
        "completions/thresh.bash": completions.bash(table),
        "completions/_thresh": completions.zsh(table),
        "completions/thresh.fish": completions.fish(table),
    }
    for command in table["commands"]:
        made[f"man/man1/thresh-{command['name']}.1"] = command_page(command, table, commands_md)
    for name, content in made.items():
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


main()
