"""The words of the command line: every command, option and filter with its help in es and en."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from kb import __version__
from kb.errors import UsageError

Runner = Callable[[Any, Any], int]

FILTERS = (
    "country", "program", "sector", "institution", "lang", "kind", "doc", "year",
    "speaks", "degree", "seniority", "chapter", "willing",
)  # fmt: skip
LESSON_TYPES = ("lesson", "recommendation", "good_practice", "risk", "condition")
LATER = ("compare", "mcp", "key", "shortlist", "edit", "backup", "restore")


#: What argparse says of a command line, in English alone -> our code and its parameters.
_SAID = (
    (re.compile(r"argument (?P<what>\S+): invalid choice: '(?P<value>.*?)' \(choose from "
                r"(?P<choices>.*)\)", re.DOTALL), "unknown_choice"),
    (re.compile(r"argument (?P<what>\S+): invalid int value: '(?P<value>.*)'", re.DOTALL),
     "not_whole"),
    (re.compile(r"argument (?P<what>\S+): expected \S+ argument"), "option_alone"),
    (re.compile(r"the following arguments are required: (?P<what>.*)", re.DOTALL),
     "argument_missing"),
    (re.compile(r"unrecognized arguments: (?P<what>.*)", re.DOTALL), "argument_unknown"),
    (re.compile(r"argument (?P<what>\S+): not allowed with argument (?P<other>\S+)"),
     "options_clash"),
)  # fmt: skip


class _Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse would print in English and leave."""

    def error(self, message: str) -> NoReturn:
        for pattern, code in _SAID:
            if found := pattern.fullmatch(message):
                params = found.groupdict() | {"command": self.prog}
                if code == "unknown_choice":
                    params["nearest"] = _near(params["value"], params.pop("choices"))
                raise UsageError(code, **params)
        raise UsageError("command_line", detail=message, command=self.prog)


def _near(value: str, choices: str) -> str:
    """The choices that `value` looks like, else all of them."""
    listed = [choice.strip().strip("'") for choice in choices.split(",")]
    close = difflib.get_close_matches(value, listed, n=3, cutoff=0.6)
    return ", ".join(close or listed)


def build_parser(
    lang: str, runs: Mapping[str, Runner], *, otherwise: Runner
) -> argparse.ArgumentParser:
    """All commands with their help in `lang` (texts: kb/data/messages/<lang>/cli.yaml).

    `runs` maps a command's name to what it does; `otherwise` serves those that are planned.
    """
    from kb.messages import render

    def told(code: str) -> str:
        return render(code, lang=lang).error.replace("%", "%%")

    parser = _Parser(prog="kb", description=told("help_kb"))
    parser.add_argument("--version", action="version", version=f"kb {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def common(sub: argparse.ArgumentParser, *, default: Any) -> None:
        # Given before or after the command's name: the later one wins.
        sub.add_argument("--index", metavar="DIR", default=default, help=told("help_opt_index"))
        sub.add_argument("--json", action="store_true", default=default or False,
                         help=told("help_opt_json"))  # fmt: skip
        sub.add_argument("--ui-lang", choices=("es", "en"), default=default,
                         help=told("help_opt_ui_lang"))  # fmt: skip

    common(parser, default=None)

    def command(name: str) -> argparse.ArgumentParser:
        text = told(f"help_{name}")
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=runs.get(name, otherwise))
        common(sub, default=argparse.SUPPRESS)
        return sub

    def filters(sub: argparse.ArgumentParser) -> None:
        group = sub.add_argument_group(told("help_filters"))
        for name in FILTERS:
            group.add_argument(f"--{name}", action="append", default=[], metavar="VALUE")
        group.add_argument("--who", choices=("person", "organisation", "any"))

    def counted(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("-k", type=int, default=10, help=told("help_opt_k"))

    def reading(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--kind", choices=("auto", "policy", "profile", "organisation"),
                         default="auto", help=told("help_opt_kind"))  # fmt: skip
        sub.add_argument("--ocr", choices=("auto", "off", "always"), help=told("help_opt_ocr"))
        sub.add_argument("--map", metavar="FILE", help=told("help_opt_map"))
        sub.add_argument("--password-file", metavar="FILE", help=told("help_opt_password"))

    sub = command("ingest")
    sub.add_argument("paths", nargs="*", metavar="PATH")
    reading(sub)
    sub.add_argument("--workers", type=int, metavar="N", help=told("help_opt_workers"))
    sub.add_argument("--reembed", action="store_true", help=told("help_opt_reembed"))

    for name in ("search", "experts", "lessons"):
        sub = command(name)
        sub.add_argument("query", metavar="QUERY")
        counted(sub)
        filters(sub)
        sub.add_argument("--offset", type=int, default=0, help=told("help_opt_offset"))
        if name == "lessons":
            sub.add_argument("--type", action="append", default=[], choices=LESSON_TYPES)

    sub = command("similar")
    sub.add_argument("profile_ids", nargs="*", metavar="PROFILE_ID")
    sub.add_argument("--not", dest="unlike", action="append", default=[], metavar="PROFILE_ID",
                     help=told("help_opt_not"))  # fmt: skip
    sub.add_argument("--file", metavar="CV", help=told("help_opt_file"))
    counted(sub)
    filters(sub)

    sub = command("answer")
    sub.add_argument("query", metavar="QUESTION")
    filters(sub)

    for name in ("profile", "document"):
        command(name).add_argument("id", metavar="ID")
    sub = command("entities")
    sub.add_argument("what", metavar="PATH|DOC_ID")
    sub = command("parse")
    sub.add_argument("path", metavar="PATH")
    reading(sub)

    sub = command("batch")
    sub.add_argument("queries", metavar="QUERIES.jsonl")
    sub.add_argument("--mode", choices=("search", "experts", "lessons", "similar"), required=True)
    counted(sub)

    sub = command("export")
    what = sub.add_mutually_exclusive_group()
    for name in ("profiles", "documents", "lessons", "passages"):
        what.add_argument(f"--{name}", dest="what", action="store_const", const=name)
    sub = command("embed")
    sub.add_argument("--query", action="store_true", help=told("help_opt_query"))
    command("remove").add_argument("ids", nargs="*", metavar="DOC_ID")
    command("forget").add_argument("ids", nargs="*", metavar="PROFILE_ID")
    command("status")
    command("verify").add_argument("--repair", action="store_true")
    command("doctor")
    sub = command("eval")
    sub.add_argument("--questions", action="append", default=[], metavar="FILE")
    sub = command("serve")
    sub.add_argument("--host", default="127.0.0.1")
    sub.add_argument("--port", type=int, default=8000)
    for name in LATER:
        command(name).add_argument("words", nargs="*")
    return parser
