"""Completions for bash, zsh and fish, of the table that `thresh help --table` prints."""

import re

# What a value is, by its name in --help; all else is free text.
FILES = ("FILE", "CONFIG", "DIR", "DB", "LIST", "PAGE", "INPUT", "FILE.html")
FORMATS = ("table", "csv", "tsv", "json", "ndjson", "md", "xlsx", "sql", "warc")


def formats(option):
    """The formats that an option's description names."""
    words = re.findall(r"[a-z]+", option["description"])
    return [word for word in FORMATS if word in words]


def takes_files(option):
    kind = option["names"][-1] if option["positional"] else option["type"]
    return kind in FILES


def flags(command):
    return [option for option in command["options"] if not option["positional"]]


def positionals(command):
    return [option for option in command["options"] if option["positional"]]


def bash(table):
    names = " ".join(command["name"] for command in table["commands"])
    lines = [
        "# bash completion for thresh",
        "_thresh() {",
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}",
        "  # What stands as --flag=value on the line is three words here.",
        "  if [[ $word == = ]]; then",
        "    word=",
        "  elif [[ $before == = ]]; then",
        "    before=${COMP_WORDS[COMP_CWORD-2]}",
        "  fi",
        "  COMPREPLY=()",
        "  if ((COMP_CWORD == 1)); then",
        f"    COMPREPLY=($(compgen -W '{names} --help --version' -- \"$word\"))",
        "    return",
        "  fi",
        "  local flags files=",
        "  case ${COMP_WORDS[1]} in",
    ]
    for command in table["commands"]:
        words = " ".join(name for option in flags(command) for name in option["names"])
        lines += [f"    {command['name']})", f"      flags='{words}'"]
        if any(takes_files(option) for option in positionals(command)):
            lines.append("      files=1")
        if command["name"] == "help":
            lines.append(f"      COMPREPLY=($(compgen -W '{names}' -- \"$word\"))")
        lines.append("      case $before in")
        for option in flags(command):
            if not option["type"]:
                continue
            patterns = "|".join(option["names"])
            if option["type"] == "FORMAT":
                reply = f"COMPREPLY=($(compgen -W '{' '.join(formats(option))}' -- \"$word\"))"
            elif takes_files(option):
                reply = "compopt -o default"  # as readline does it, names with blanks, too
            else:
                reply = ":"
            lines.append(f"        {patterns}) {reply}; return ;;")
        lines += ["      esac", "      ;;"]
    lines += [
        "  esac",
        "  if [[ $word == -* ]]; then",
        "    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))",
        "  elif [[ -n $files ]]; then",
        "    compopt -o default",
        "  fi",
        "}",
        "complete -F _thresh thresh",
    ]
    return "\n".join(lines) + "\n"


def zsh_text(words):
    """Words inside '…' and inside […] of a spec of _arguments."""
    return words.replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh_action(option):
    if option["type"] == "FORMAT":
        return f"({' '.join(formats(option))})"
    return "_files" if takes_files(option) else ""


def zsh(table):
    lines = ["#compdef thresh", "", "_thresh() {", "  local -a commands=("]
    for command in table["commands"]:
        lines.append(f"    '{command['name']}:{zsh_text(command['description'])}'")
    lines += [
        "  )",
        "  if ((CURRENT == 2)); then",
        "    if [[ $PREFIX == -* ]]; then",
        "      _arguments '--help[print what commands there are]' '--version[print the version]'",
        "    else",
        "      _describe command commands",
        "    fi",
        "    return",
        "  fi",
        "  local command=$words[2]",
        "  shift words",
        "  ((CURRENT--))",
        "  case $command in",
    ]
    for command in table["commands"]:
        lines.append(f"    {command['name']})")
        if command["name"] == "help":
            lines += ["      _describe command commands", "      ;;"]
            continue
        specs = []
        for option in flags(command):
            description = zsh_text(option["description"])
            for name in option["names"]:
                others = "*" if option["repeats"] else f"({' '.join(option['names'])})"
                value = f":{zsh_text(option['type'])}:{zsh_action(option)}" if option["type"] else ""
                equals = "=" if value and name.startswith("--") else ""  # --flag VALUE, --flag=VALUE
                specs.append(f"'{others}{name}{equals}[{description}]{value}'")
        for option in positionals(command):
            many = "*" if option["repeats"] else ""
            optional = "" if option["required"] or many else ":"
            name = zsh_text(option["names"][-1])
            specs.append(f"'{many}:{optional}{name}:{zsh_action(option)}'")
        lines.append("      _arguments -s \\")
        lines += [f"        {spec} \\" for spec in specs[:-1]] + [f"        {specs[-1]}"]
        lines.append("      ;;")
    lines += ["  esac", "}", "", '_thresh "$@"']
    return "\n".join(lines) + "\n"


def fish_text(words):
    return "'" + words.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish(table):
    lines = ["# fish completion for thresh", "complete -c thresh -f"]
    for command in table["commands"]:
        lines.append(
            "complete -c thresh -n __fish_use_subcommand"
            f" -a {command['name']} -d {fish_text(command['description'])}"
        )
    names = " ".join(command["name"] for command in table["commands"])
    lines.append(f"complete -c thresh -n '__fish_seen_subcommand_from help' -a '{names}'")
    for command in table["commands"]:
        where = f"-n '__fish_seen_subcommand_from {command['name']}'"
        if any(takes_files(option) for option in positionals(command)):
            lines.append(f"complete -c thresh {where} -F")
        for option in flags(command):
            words = []
            for name in option["names"]:
                words.append(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}")
            if option["type"] == "FORMAT":
                words.append(f"-x -a '{' '.join(formats(option))}'")
            elif option["type"]:
                words.append("-r -F" if takes_files(option) else "-x")
            words.append(f"-d {fish_text(option['description'])}")
            lines.append(f"complete -c thresh {where} {' '.join(words)}")
    return "\n".join(lines) + "\n"
