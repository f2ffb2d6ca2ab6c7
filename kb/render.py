"""Results as a person reads them in a terminal, in Spanish or English."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from kb.messages import render as message

WIDTH = 100


def show(kind: str, plain: Any, *, lang: str) -> None:
    """Print the plain form of a result (see kb.wire) to stdout."""
    from rich.console import Console

    console = Console(width=min(WIDTH, Console().width or WIDTH), highlight=False, soft_wrap=False)
    showers: dict[str, Callable[[Any, Any, str], None]] = {
        "search": _search,
        "experts": _people,
        "similar": _people,
        "lessons": _lessons,
        "answer": _answer,
        "ingest": _ingest,
        "verify": _verify,
        "entities": _entities,
        "profile": _profile,
        "document": _document,
        "parse": _parse,
        "eval": _eval,
    }
    showers.get(kind, _tree)(console, plain, lang)


def word(code: str, lang: str, **params: str | int | float) -> str:
    """A word or sentence of the terminal's interface."""
    return message(code, lang=lang, **params).error


def _place(hit: dict[str, Any], lang: str) -> str:
    """source, p. 7 (printed 71)"""
    parts = [hit["source"]]
    if hit.get("page"):
        told = word("ui_page", lang, page=hit["page"])
        if hit.get("page_label") and hit["page_label"] != str(hit["page"]):
            told += " " + word("ui_printed", lang, label=hit["page_label"])
        parts.append(told)
    return ", ".join(parts)


def _marked(text: str, spans: list[list[int]], *, limit: int = 420) -> Any:
    from rich.text import Text

    start = max(0, (spans[0][0] - 120) if spans else 0)
    if start:
        start = text.find(" ", start) + 1
    shown = Text(("… " if start else "") + text[start : start + limit].replace("\n", " "))
    lead = 2 if start else 0
    for a, b in spans:
        if start <= a and b <= start + limit:
            shown.stylize("bold", a - start + lead, b - start + lead)
    if start + limit < len(text):
        shown.append(" …")
    return shown


def _head(console: Any, plain: dict[str, Any], lang: str) -> bool:
    """Say when nothing fits; False when there is nothing at all to show."""
    if not plain["answered"]:
        console.print(f"[yellow]{word('ui_not_answered', lang)}[/]")
    if not plain["hits"]:
        return False
    if not plain["answered"]:
        console.print(f"[dim]{word('ui_nearest', lang)}[/]")
    return True


def _search(console: Any, plain: dict[str, Any], lang: str) -> None:
    from rich.padding import Padding

    if not _head(console, plain, lang):
        return
    for hit in plain["hits"]:
        title = hit["title"] or hit["source"]
        console.print(f"[bold]{hit['rank']}. {_safe(title)}[/]  [dim]{hit['lang']}[/]")
        section = " › ".join(hit["section"])
        where = _safe(_place(hit, lang) + (f" · {section}" if section else ""))
        console.print(Padding(f"[cyan]{where}[/]", (0, 0, 0, 3)))
        console.print(Padding(_marked(hit["text"], hit["highlights"]), (0, 0, 1, 3)))


def _people(console: Any, plain: dict[str, Any], lang: str) -> None:
    from rich.padding import Padding

    if not _head(console, plain, lang):
        return
    for hit in plain["hits"]:
        facts = [_country(hit["country"], lang), _sector_names(hit["sectors"], lang)]
        console.print(
            f"[bold]{hit['rank']}. {_safe(hit['name'] or hit['source'])}[/]  "
            f"[dim]{_safe(' · '.join(fact for fact in facts if fact))}[/]"
        )
        if hit["headline"]:
            console.print(Padding(_safe(hit["headline"]), (0, 0, 0, 3)))
        for why in hit["why"]:
            source = _place({"source": why["source"], "page": why["page"]}, lang)
            console.print(
                Padding(f"[italic]{_safe(why['text'])}[/]  [cyan]{_safe(source)}[/]", (0, 0, 0, 5))
            )
        for code, values in (("ui_matched", hit["matched"]), ("ui_missing", hit["missing"])):
            if values:
                told = "; ".join(f"{name}: {_flat(value)}" for name, value in values.items())
                console.print(Padding(f"[dim]{word(code, lang)} {_safe(told)}[/]", (0, 0, 0, 5)))
        console.print(Padding(f"[dim]{hit['profile_id']}[/]", (0, 0, 1, 5)))


def _flat(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _country(code: str | None, lang: str) -> str:
    if not code:
        return ""
    from kb import entities

    return entities.names("COUNTRY", code)[0 if lang == "es" else 1]


def _sector_names(ids: list[str], lang: str) -> str:
    from kb import entities

    return ", ".join(entities.names("SECTOR", i)[0 if lang == "es" else 1] for i in ids[:3])


def _lessons(console: Any, plain: dict[str, Any], lang: str) -> None:
    from rich.padding import Padding

    if not _head(console, plain, lang):
        return
    for hit in plain["hits"]:
        about = ", ".join(hit["programs"] + hit["countries"])
        kind = word(f"ui_type_{hit['type']}", lang)
        console.print(f"[bold]{hit['rank']}. {kind}[/]  [dim]{_safe(about)}[/]")
        console.print(Padding(f"“{_safe(hit['statement'])}”", (0, 0, 0, 3)))
        where = f"{hit['title'] or ''} — {_place(hit, lang)}"
        console.print(Padding(f"[cyan]{_safe(where)}[/]", (0, 0, 1, 3)))


def _answer(console: Any, plain: dict[str, Any], lang: str) -> None:
    if not plain["answered"]:
        console.print(f"[yellow]{word('ui_not_answered', lang)}[/]")
        return
    for sentence in plain["sentences"]:
        console.print(f"“{_safe(sentence['text'])}”")
        console.print(f"   [cyan]{_safe(_place(sentence, lang))}[/]\n")


def _ingest(console: Any, plain: dict[str, Any], lang: str) -> None:
    console.print(
        word("ui_ingested", lang, **{k: v for k, v in plain.items() if not isinstance(v, list)})
    )
    for name in ("failed", "warnings"):
        if plain[name]:
            console.print(f"[bold]{word(f'ui_{name}', lang)}[/]")
        for problem in plain[name]:
            console.print(
                f"  [cyan]{_safe(problem['source'])}[/]: {_safe(problem['error'])} "
                f"[dim]{_safe(problem['remedy'])}[/]"
            )


def _verify(console: Any, plain: dict[str, Any], lang: str) -> None:
    console.print(word("ui_verify_ok" if plain["ok"] else "ui_verify_bad", lang))
    for problem in plain["problems"]:
        mended = f" ({word('ui_repaired', lang)})" if problem["repaired"] else ""
        console.print(f"  {problem['code']}: {_safe(problem['detail'])}{mended}")


def _entities(console: Any, plain: list[dict[str, Any]], lang: str) -> None:
    from rich.table import Table

    table = Table(box=None)
    for code in ("ui_label", "ui_text", "ui_id", "ui_page_head"):
        table.add_column(word(code, lang))
    for ent in plain:
        table.add_row(ent["label"], _safe(ent["text"]), _safe(ent["id"]), str(ent["page"] or ""))
    console.print(table)


def _profile(console: Any, plain: dict[str, Any], lang: str) -> None:
    console.print(f"[bold]{_safe(plain['name'] or plain['source'])}[/]")
    _tree(console, {k: v for k, v in plain.items() if v not in (None, [], "")}, lang)


def _document(console: Any, plain: dict[str, Any], lang: str) -> None:
    console.print(f"[bold]{_safe(plain['title'] or plain['source'])}[/]")
    shown = {k: v for k, v in plain.items() if k not in ("text", "passages") and v}
    _tree(console, shown, lang)
    for passage in plain["passages"]:
        where = f"p. {passage['page']}" if passage["page"] else ""
        console.print(
            f"\n[cyan]{passage['passage_id']} {passage['lang']} {where} {passage['role']}[/]"
        )
        console.print(_safe(passage["text"]))


def _parse(console: Any, plain: list[dict[str, Any]], lang: str) -> None:
    for item in plain:
        if item["profile"]:
            _profile(console, item["profile"], lang)
        _document(console, item["document"], lang)
        for lesson in item["lessons"]:
            console.print(f"[magenta]{lesson['type']}[/]: {_safe(lesson['statement'])}")


def _eval(console: Any, plain: dict[str, Any], lang: str) -> None:
    from rich.table import Table

    for name, result in plain.items():
        cells = result["cells"]
        table = Table(title=f"{name} ({result['over']})", title_justify="left")
        for column in cells[0] if cells else ():
            table.add_column(column)
        for cell in cells:
            table.add_row(*[f"{v:.3f}" if isinstance(v, float) else str(v) for v in cell.values()])
        console.print(table)
        _tree(console, {k: v for k, v in result.items() if k not in ("cells", "over")}, lang)


def _tree(console: Any, plain: Any, lang: str, *, indent: int = 0) -> None:
    pad = "  " * indent
    if isinstance(plain, dict):
        for key, value in plain.items():
            if isinstance(value, (dict, list)) and value:
                console.print(f"{pad}[bold]{_safe(str(key))}[/]")
                _tree(console, value, lang, indent=indent + 1)
            else:
                shown = "" if value is None or value == [] else str(value)
                console.print(f"{pad}{_safe(str(key))}: {_safe(shown)}")
    elif isinstance(plain, list):
        for item in plain:
            if isinstance(item, dict):
                told = "; ".join(f"{k}: {v}" for k, v in item.items() if v not in (None, [], ""))
                console.print(f"{pad}- {_safe(told)}")
            else:
                console.print(f"{pad}- {_safe(str(item))}")
    else:
        console.print(f"{pad}{_safe(str(plain))}")


def _safe(text: str) -> str:
    """Text of a source is never markup of the terminal."""
    from rich.markup import escape

    return escape("".join(char for char in text if char.isprintable() or char in " \n"))


class Progress:
    """A line on stderr that tells what is being done, shown once it takes over a second."""

    def __init__(self, *, lang: str, quiet_for: float = 1.0) -> None:
        self._lang = lang
        self._since = time.monotonic()
        self._last = 0.0
        self._quiet_for = quiet_for
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    def __call__(self, stage: str, done: int, total: int, name: str = "") -> None:
        now = time.monotonic()
        if now - self._since < self._quiet_for or (now - self._last < 0.2 and done < total):
            return
        self._last = now
        line = f"{word(f'ui_stage_{stage}', self._lang)} {done}/{total} {name}"[:WIDTH]
        if sys.stderr.isatty():
            print(f"\r{line:<{WIDTH}}", end="", file=sys.stderr, flush=True)
            self._shown = True
        elif done == total or done % 25 == 0:
            print(line.rstrip(), file=sys.stderr, flush=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            print(f"\r{'':<{WIDTH}}\r", end="", file=sys.stderr, flush=True)
