"""Man pages of what docs/ says: the Markdown that is used there, as roff's man macros."""

import re

# `code`, **bold**, *emphasis* and [text](address).
INLINE = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)]+\))")
TABLE_RULE = re.compile(r"^\|[\s:|-]+\|$")


def text(words):
    """Words as roff text: no line of it is a request."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha")
    escaped = escaped.replace("~", "\\(ti").replace("`", "\\(ga").replace("'", "\\(aq")
    return escaped


def guarded(line):
    return "\\&" + line if line[:1] in (".", "'") else line


def inline(words):
    """One paragraph's Markdown as roff."""
    made = []
    for part in INLINE.split(words):
        if part.startswith("`"):
            made.append(f"\\fB{text(part[1:-1])}\\fP")
        elif part.startswith("**"):
            made.append(f"\\fB{text(part[2:-2])}\\fP")
        elif part.startswith("*") and len(part) > 2:
            made.append(f"\\fI{text(part[1:-1])}\\fP")
        elif part.startswith("["):
            name, address = re.fullmatch(r"\[([^\]]+)\]\(([^)]+)\)", part).groups()
            far = address.startswith("http")
            made.append(inline(name) + (f" ({text(address)})" if far else ""))
        else:
            made.append(text(part))
    return "".join(made)


def cells(row):
    """A table row's cells; an escaped bar is part of its cell."""
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip("|"))]


def table(rows):
    """A list of a table: the first cell is the term, the others follow."""
    head = cells(rows[0])
    made = []
    for row in rows[2:]:
        first, *rest = cells(row)
        made += [".TP", guarded(inline(first))]
        said = []
        for name, cell in zip(head[1:], rest):
            if cell:
                said.append(f"Default: {inline(cell)}" if name == "default" else inline(cell))
        made.append(guarded(". ".join(said)) if said else "\\&")
    return made


def code(lines):
    return [".PP", ".RS 4", ".nf"] + [guarded(text(line)) for line in lines] + [".fi", ".RE"]


def markdown(lines, skip_tables=()):
    """Roff lines of Markdown lines. Tables whose first heading is in `skip_tables` are left out."""
    made = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            end = lines.index("```", at + 1)
            made += code(lines[at + 1 : end])
            at = end + 1
        elif line.startswith("|") and at + 1 < len(lines) and TABLE_RULE.match(lines[at + 1]):
            end = at
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            if cells(line)[0] not in skip_tables:
                made += table(lines[at:end])
            at = end
        elif line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            macro = ".SH" if level <= 2 else ".SS"
            title = text(line.lstrip("# ").replace("`", "")).replace('"', "\\(dq")
            made.append(f'{macro} "{title}"')
            at += 1
        elif re.match(r"[-*] ", line):
            item = [line[2:]]
            at += 1
            while at < len(lines) and lines[at].startswith("  "):
                item.append(lines[at].strip())
                at += 1
            made += [".IP \\(bu 2", guarded(inline(" ".join(item)))]
        elif line.strip() and not line.startswith("<!--"):
            words = []
            while at < len(lines) and lines[at].strip() and not re.match(r"```|\||#|[-*] ", lines[at]):
                words.append(lines[at])
                at += 1
            made += [".PP", guarded(inline(" ".join(words)))]
        else:
            at += 1
    return made


def page(name, section, version, title, body):
    """A whole page; `title` is the line after the dash of its NAME."""
    head = [
        f'.TH {text(name).upper()} {section} "" "thresh {version}" "thresh"',
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{text(name)} \\- {text(title)}",
    ]
    return "\n".join(head + body) + "\n"
