"""Results as a person reads them in a terminal, in Spanish or English."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from itertools import groupby
from types import TracebackType
from typing import Any

from kb import render_records as records
from kb.render_names import country, field_name, joined, place, safe, told, word

WIDTH = 100


def show(kind: str, plain: Any, *, lang: str) -> None:
    """Print the plain form of a result (see kb.wire) to stdout.

    Raises BrokenPipeError when nobody reads any more.
    """
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    console = Terminal(highlight=False, soft_wrap=False)
    console.width = min(WIDTH, console.width or WIDTH)
    showers: dict[str, Callable[[Any, Any, str], None]] = {
        "search": _search,
        "experts": _people,
        "similar": _people,
        "lessons": _lessons,
        "answer": _answer,
        "ingest": _ingest,
        "verify": _verify,
        "removed": _removed,
        "forgotten": _forgotten,
        "entities": records.entities,
        "profile": records.profile,
        "document": records.document,
        "parse": records.parsed,
        "eval": _eval,
    }
    showers.get(kind, _tree)(console, plain, lang)


def _indented(text: Any, by: int = 3, below: int = 0) -> Any:
    from rich.padding import Padding

    return Padding(text, (0, 0, below, by), expand=False)


def _marked(text: str, spans: list[list[int]], *, limit: int = 420) -> Any:
    """The part of a text around its first highlight, highlights in bold."""
    from rich.text import Text

    start = max(0, (spans[0][0] - 120) if spans else 0)
    if start:
        start = text.find(" ", start) + 1
    end = start + limit
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    lead = "… " if start else ""
    plain = "".join(c if c.isprintable() else " " for c in text[start:end])
    shown = Text(lead + plain)
    for a, b in spans:
        if start <= a and b <= end:
            shown.stylize("bold", a - start + len(lead), b - start + len(lead))
    if end < len(text):
        shown.append(" …")
    return shown


def _head(console: Any, plain: dict[str, Any], lang: str) -> bool:
    """Say when nothing fits; False when there is nothing at all to show."""
    if not plain["answered"]:
        console.print(f"[yellow]{word('ui_not_answered', lang)}[/]")
    if not plain["hits"]:
        return False
    if not plain["answered"]:
        console.print(f"[dim]{word('ui_nearest', lang)}[/]\n")
    return True


def _foot(console: Any, plain: dict[str, Any], lang: str) -> None:
    """How many there are where more are than shown."""
    hits = plain["hits"]
    first, last = hits[0]["rank"], hits[-1]["rank"]
    if plain.get("total", 0) > len(hits):
        shown = f"{first}–{last}" if first < last else str(first)
        console.print(f"[dim]{word('ui_of', lang, shown=shown, total=plain['total'])}[/]")


def _search(console: Any, plain: dict[str, Any], lang: str) -> None:
    if not _head(console, plain, lang):
        return
    for hit in plain["hits"]:
        title = hit["title"] or hit["source"]
        console.print(f"[bold]{hit['rank']}. {safe(title)}[/]")
        section = " › ".join(hit["section"])
        where = safe(joined([place(hit, lang), section]))
        console.print(_indented(f"[cyan]{where}[/]"))
        console.print(_indented(_marked(hit["text"], hit["highlights"])))
        console.print(_indented(f"[dim]{hit['doc_id']} · {hit['lang']}[/]", below=1))
    _foot(console, plain, lang)


def _people(console: Any, plain: dict[str, Any], lang: str) -> None:
    if not _head(console, plain, lang):
        return
    for hit in plain["hits"]:
        facts = joined([country(hit["country"], lang), told("sectors", hit["sectors"][:3], lang)])
        name = safe(hit["name"] or hit["source"])
        console.print(f"[bold]{hit['rank']}. {name}[/]  [dim]{safe(facts)}[/]")
        if hit["headline"]:
            console.print(_indented(safe(hit["headline"])))
        for why in hit["why"]:
            source = place({"source": why["source"], "page": why["page"]}, lang)
            quoted = " ".join(why["text"].split())
            console.print(_indented(f"“{safe(quoted)}” [cyan]{safe(source)}[/]"))
        for code, values, style in (
            ("ui_matched", hit["matched"], "green"),
            ("ui_missing", hit["missing"], "yellow"),
        ):
            if values:
                listed = "; ".join(
                    f"{field_name(name, lang).lower()}: {told(name, value, lang)}"
                    for name, value in values.items()
                )
                console.print(_indented(f"[{style}]{word(code, lang)}[/] {safe(listed)}"))
        console.print(_indented(f"[dim]{hit['profile_id']}[/]", below=1))
    _foot(console, plain, lang)


def _lessons(console: Any, plain: dict[str, Any], lang: str) -> None:
    if not _head(console, plain, lang):
        return
    for hit in plain["hits"]:
        about = joined(
            [told("programs", hit["programs"], lang), told("countries", hit["countries"], lang)]
        )
        kind = word(f"ui_type_{hit['type']}", lang)
        console.print(f"[bold]{hit['rank']}. {kind}[/]  [dim]{safe(about)}[/]")
        statement = " ".join(hit["statement"].split())
        console.print(_indented(f"“{safe(statement)}”"))
        where = joined([hit["title"], place(hit, lang)], " — ")
        console.print(_indented(f"[cyan]{safe(where)}[/]"))
        console.print(_indented(f"[dim]{hit['doc_id']} · {hit['lang']}[/]", below=1))


def _answer(console: Any, plain: dict[str, Any], lang: str) -> None:
    if not plain["answered"]:
        console.print(f"[yellow]{word('ui_not_answered', lang)}[/]")
        return
    for sentence in plain["sentences"]:
        quoted = " ".join(sentence["text"].split())
        console.print(f"“{safe(quoted)}”")
        console.print(_indented(f"[cyan]{safe(place(sentence, lang))}[/]", below=1))


def _ingest(console: Any, plain: dict[str, Any], lang: str) -> None:
    counts = {k: v for k, v in plain.items() if not isinstance(v, list)}
    console.print(word("ui_ingested", lang, **{**counts, "seconds": round(plain["seconds"], 1)}))
    for name, style in (("failed", "red"), ("warnings", "yellow")):
        if plain[name]:
            console.print(f"\n[bold {style}]{word(f'ui_{name}', lang)}[/]")
            _problems(console, plain[name])


def _problems(console: Any, problems: list[dict[str, str]]) -> None:
    """By what is to be done: the remedy once, above it each file with what is wrong."""
    by_remedy = sorted(problems, key=lambda p: (p["code"], p["remedy"]))
    for (_, remedy), group in groupby(by_remedy, key=lambda p: (p["code"], p["remedy"])):
        for source, told_ in _gathered(group):
            console.print(_indented(f"[cyan]{safe(source)}[/]  {safe(told_)}", by=2))
        if remedy:
            console.print(_indented(f"[dim]→ {safe(remedy)}[/]", by=4))


def _gathered(problems: Iterable[dict[str, str]]) -> Iterable[tuple[str, str]]:
    """Each source with all that is said of it."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem["source"], []).append(problem["error"])
    for source, errors in found.items():
        more = f" (+ {len(errors) - 3})" if len(errors) > 3 else ""
        yield source, " ".join(dict.fromkeys(errors[:3])) + more


def _verify(console: Any, plain: dict[str, Any], lang: str) -> None:
    ok = plain["ok"]
    style = "green" if ok else "red"
    console.print(f"[{style}]{word('ui_verify_ok' if ok else 'ui_verify_bad', lang)}[/]")
    for problem in plain["problems"]:
        mended = f" [green]({word('ui_repaired', lang)})[/]" if problem["repaired"] else ""
        console.print(_indented(f"{problem['code']}: {safe(problem['detail'])}{mended}", by=2))


def _removed(console: Any, plain: dict[str, Any], lang: str) -> None:
    console.print(word("ui_removed", lang, count=plain["removed"]))


def _forgotten(console: Any, plain: dict[str, Any], lang: str) -> None:
    if not plain["forgotten"]:
        console.print(word("ui_forgotten_none", lang))
        return
    ids = ", ".join(plain["forgotten"])
    console.print(word("ui_forgotten", lang, count=len(plain["forgotten"]), ids=ids))
    if plain["mentions"]:
        console.print(word("ui_mentions", lang))
    for found in plain["mentions"]:
        pages = ", ".join(word("ui_page", lang, page=page) for page in found["pages"])
        shown = joined([found["doc_id"], found["source"], pages])
        console.print(_indented(f"[cyan]{safe(shown)}[/]", by=2))


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
    """Names and values, what is within a name indented below it."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    nested: list[tuple[str, dict[str, Any]]] = []
    for key, value in plain.items():
        if isinstance(value, dict) and value:
            nested.append((key, value))
        else:
            table.add_row(field_name(str(key), lang), safe(_value(str(key), value, lang)))
    if table.row_count:
        console.print(_indented(table, by=indent))
    for key, value in nested:
        console.print(_indented(f"[bold]{safe(field_name(key, lang))}[/]", by=indent))
        _tree(console, value, lang, indent=indent + 2)


def _value(key: str, value: Any, lang: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return word("ui_yes" if value else "ui_no", lang)
    if key == "bytes":
        return f"{value / 1e6:.1f} MB"
    if isinstance(value, (list, tuple)):
        return "; ".join(_value("", item, lang) for item in value) or "—"
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_value(str(k), v, lang)}" for k, v in value.items()) or "—"
    return str(value)


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
