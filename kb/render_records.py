"""One profile or document, whole, as a person reads it in a terminal."""

from __future__ import annotations

from typing import Any

from kb.render_names import (
    country,
    field_name,
    joined,
    known_word,
    name_of,
    place,
    safe,
    told,
    word,
)

_TIES = ("programs", "awards", "chapters", "willing_to", "publications")


def profile(console: Any, plain: dict[str, Any], lang: str) -> None:
    """Name and headline, facts in a table, posts and studies with their years, the id."""
    console.print(f"[bold]{safe(plain['name'] or plain['source'])}[/]")
    if plain["headline"]:
        console.print(safe(plain["headline"]))
    lives = joined([plain["city"], country(plain["country"], lang)], ", ")
    facts = [
        ("residence", lives),
        ("contact", joined([*plain["emails"], *plain["phones"], *plain["links"]])),
        ("degree", told("degree", plain["degree"], lang)),
        ("seniority", told("seniority", plain["seniority"], lang)),
        ("languages", joined((_language(item, lang) for item in plain["languages"]), ", ")),
        ("sectors", told("sectors", plain["sectors"], lang)),
        ("skills", ", ".join(skill["text"] for skill in plain["skills"])),
        ("countries", joined((_role(item, lang) for item in plain["countries"]), ", ")),
        *((name, _tie(name, plain[name], lang)) for name in _TIES),
        ("as_of", plain["as_of"] or ""),
    ]
    console.print(_facts([(field_name(name, lang), value) for name, value in facts if value]))
    if plain["summary"]:
        _section(console, "summary", lang)
        console.print(_padded(safe(plain["summary"])))
    for name in ("positions", "education"):
        if plain[name]:
            _section(console, name, lang)
            console.print(_dated([_record(item, lang) for item in plain[name]]))
    _warnings(console, plain["warnings"], lang)
    source = safe(plain["source"])
    console.print(f"\n[dim]{safe(plain['profile_id'])}[/]  [cyan]{source}[/]")


def document(console: Any, plain: dict[str, Any], lang: str) -> None:
    """What it is, then its passages with their places."""
    console.print(f"[bold]{safe(plain['title'] or plain['source'])}[/]")
    language = (
        name_of("LANGUAGE", plain["lang"], lang) if len(plain["lang"]) == 2 else plain["lang"]
    )
    facts = [
        ("kind", told("kind", plain["kind"], lang)),
        ("authors", ", ".join(plain["authors"])),
        ("year", str(plain["year"] or "")),
        ("publisher", plain["publisher"] or ""),
        ("url", plain["url"] or ""),
        ("language", known_word(f"ui_lang_{plain['lang']}", lang, language)),
        ("pages", str(plain["pages"] or "")),
        ("passages", str(len(plain["passages"]))),
        ("source", plain["source"]),
        ("id", plain["doc_id"]),
    ]
    console.print(_facts([(field_name(name, lang), value) for name, value in facts if value]))
    for passage in plain["passages"]:
        page = place({**passage, "source": ""}, lang).removeprefix(", ")
        role = "" if passage["role"] == "body" else known_word(
            f"ui_role_{passage['role']}", lang, passage["role"]
        )  # fmt: skip
        where = joined([passage["passage_id"], passage["lang"], page, role,
                        " › ".join(passage["section"])])  # fmt: skip
        console.print(f"\n[cyan]{safe(where)}[/]")
        console.print(_padded(safe(passage["text"])))
    _warnings(console, plain["warnings"], lang)


def parsed(console: Any, plain: list[dict[str, Any]], lang: str) -> None:
    """What a file is read as: each profile and document, with the lessons that it teaches."""
    for number, item in enumerate(plain):
        if number:
            console.rule(style="dim")
        if item["profile"]:
            profile(console, item["profile"], lang)
            console.print()
        document(console, {**item["document"], "warnings": item["warnings"]}, lang)
        if item["lessons"]:
            _section(console, "lessons", lang)
        for lesson in item["lessons"]:
            kind = word(f"ui_type_{lesson['type']}", lang)
            console.print(_padded(f"[bold]{kind}[/]  “{safe(lesson['statement'])}”"))


def entities(console: Any, plain: list[dict[str, Any]], lang: str) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for code in ("ui_label", "ui_text", "ui_name", "ui_id", "ui_page_head"):
        table.add_column(word(code, lang))
    for ent in plain:
        name = ent["name_es" if lang == "es" else "name_en"] or ""
        table.add_row(ent["label"], safe(ent["text"]), safe(name if name != ent["text"] else ""),
                      safe(ent["id"]), str(ent["page"] or ""))  # fmt: skip
    console.print(table)


def _section(console: Any, name: str, lang: str) -> None:
    console.print(f"\n[bold]{field_name(name, lang)}[/]")


def _padded(text: str) -> Any:
    from rich.padding import Padding

    return Padding(text, (0, 0, 0, 2), expand=False)


def _facts(rows: list[tuple[str, str]]) -> Any:
    """Two columns: what it is called, what it is."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, safe(value))
    return table


def _dated(rows: list[tuple[str, str, str]]) -> Any:
    """Years, what it was, and beneath it what it was about."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for years, what, about in rows:
        table.add_row(years, safe(what) + (f"\n[dim]{safe(about)}[/]" if about else ""))
    return table


def _record(item: dict[str, Any], lang: str) -> tuple[str, str, str]:
    end = item["end"]
    if end == "present":
        end = word("ui_present", lang)
    years = joined([item["start"], end], "–")
    if "title" in item:
        where = joined([item["organisation"], item["city"], country(item["country"], lang)], ", ")
        return years, joined([item["title"], where]), item["summary"] or ""
    status = item["status"] if item["status"] not in (None, "finished") else ""
    what = item["degree"] or item["field"] or ""
    where = joined([item["institution"], country(item["country"], lang)], ", ")
    return years, joined([what, where, known_word(f"ui_status_{status}", lang, status)]), ""


def _language(item: dict[str, Any], lang: str) -> str:
    level = told("lang_level", item["level"], lang)
    return name_of("LANGUAGE", item["lang"], lang) + (f" ({level})" if level else "")


def _role(item: dict[str, Any], lang: str) -> str:
    return f"{country(item['code'], lang)} ({told('role', item['role'], lang)})"


def _tie(name: str, values: list[str], lang: str) -> str:
    return told("willing" if name == "willing_to" else name, values, lang)


def _warnings(console: Any, warnings: list[dict[str, str]], lang: str) -> None:
    for problem in warnings:
        console.print(f"\n[yellow]{safe(problem['error'])}[/] [dim]{safe(problem['remedy'])}[/]")
