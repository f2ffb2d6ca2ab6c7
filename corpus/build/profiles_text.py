"""CVs as HTML, Markdown and plain text in several encodings."""

from __future__ import annotations

import textwrap
from html import escape

from profiles_data import Person
from profiles_sheet import Entry, Section, Sheet, sheet_of

CSS = (
    "body{font:16px/1.45 Georgia,serif;max-width:46em;margin:2em auto;color:#222}"
    "h1{margin-bottom:0}h2{border-bottom:1px solid #999}h3{margin-bottom:0}"
    ".when{color:#666}nav a{margin-right:1em}"
)


def _html_entry(entry: Entry) -> str:
    body = (
        f"<p>{escape(entry.body[0])}</p>"
        if len(entry.body) == 1
        else "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in entry.body) + "</ul>"
    )
    return (
        f"<article>\n<h3>{escape(entry.head)}</h3>\n"
        f'<p class="where">{escape(entry.sub)} <span class="when">{escape(entry.dates)}</span></p>'
        f"\n{body if entry.body else ''}\n</article>"
    )


def _html_section(section: Section) -> str:
    if section.listed:
        inner = "<ul>\n" + "\n".join(f"<li>{escape(x)}</li>" for x in section.lines) + "\n</ul>"
    else:
        inner = "\n".join(f"<p>{escape(line)}</p>" for line in section.lines)
    entries = "\n".join(_html_entry(entry) for entry in section.entries)
    return (
        f'<section id="{section.key}">\n<h2>{escape(section.heading)}</h2>\n'
        + "\n".join(part for part in (inner, entries) if part)
        + "\n</section>"
    )


def _contact(line: str) -> str:
    if line.startswith("http"):
        return f'<li><a href="{escape(line)}">{escape(line)}</a></li>'
    if "@" in line:
        return f'<li><a href="mailto:{escape(line)}">{escape(line)}</a></li>'
    return f"<li>{escape(line)}</li>"


def typeset_html(person: Person) -> bytes:
    """A page of one's own: a menu, contact links, one section a heading."""
    sheet: Sheet = sheet_of(person)
    menu = "".join(f'<a href="#{s.key}">{escape(s.heading)}</a>' for s in sheet.sections)
    contact = "\n".join(_contact(line) for line in sheet.contact)
    sections = "\n".join(_html_section(section) for section in sheet.sections)
    return (
        f'<!DOCTYPE html>\n<html lang="{sheet.lang}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(person.name)} – CV</title>\n<style>{CSS}</style>\n</head>\n<body>\n"
        f"<nav>{menu}</nav>\n<header>\n<h1>{escape(sheet.name)}</h1>\n"
        f'<p class="headline">{escape(sheet.headline)}</p>\n'
        f'<ul class="contact">\n{contact}\n</ul>\n'
        f"</header>\n<main>\n{sections}\n</main>\n</body>\n</html>\n"
    ).encode()


def typeset_markdown(person: Person) -> bytes:
    """Headings with #, posts with ###, lists with dashes."""
    sheet = sheet_of(person)
    out = [f"# {sheet.name}", "", f"**{sheet.headline}**", ""]
    out += [f"- {line}" for line in sheet.contact]
    for section in sheet.sections:
        out += ["", f"## {section.heading}", ""]
        if section.listed:
            out += [f"- {line}" for line in section.lines]
        else:
            out += [part for line in section.lines for part in (line, "")][:-1]
        for entry in section.entries:
            out += [f"### {entry.head}", "", f"*{entry.sub}* ({entry.dates})", ""]
            out += [f"- {x}" if len(entry.body) > 1 else x for x in entry.body]
            out.append("")
    return ("\n".join(out).rstrip() + "\n").encode()


def _wrap(text: str, *, indent: str = "", mark: str = "") -> list[str]:
    return textwrap.wrap(
        text, 78, initial_indent=indent + mark, subsequent_indent=indent + " " * len(mark)
    )


def plain_text(person: Person) -> str:
    """Lines of 78 characters, headings underlined, as sent in the body of a message."""
    sheet = sheet_of(person)
    out = [sheet.name, *_wrap(sheet.headline), "", *sheet.contact]
    for section in sheet.sections:
        rule = ("=" if person.layout.endswith("double") else "-") * len(section.heading)
        out += ["", "", section.heading, rule]
        for line in section.lines:
            out += _wrap(line, mark="* " if section.listed else "")
        for entry in section.entries:
            out += ["", *_wrap(f"{entry.dates}   {entry.head}"), *_wrap(entry.sub)]
            for line in entry.body:
                out += _wrap(line, indent="  ", mark="- " if len(entry.body) > 1 else "")
    return "\n".join(out) + "\n"


def typeset_text(person: Person) -> bytes:
    """Plain text in the encoding that the layout names: windows-1252, utf-16 (with BOM), utf-8."""
    text = plain_text(person)
    if person.layout.startswith("windows"):
        return text.replace("\n", "\r\n").encode("cp1252")
    if person.layout.startswith("utf16"):
        return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")
    return text.encode()
