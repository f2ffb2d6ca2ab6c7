"""How orders to a machine are worded in Spanish and English: patterns over folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGS = ("es", "en")
_ROOT = Path(__file__).parent / "data" / "words" / "orders"
_WORD = r"[^\W_][\w'-]*"


@dataclass(frozen=True, slots=True)
class Wording:
    """Patterns of one language; those of a beginning match where a sentence begins."""

    ignore: re.Pattern[str]  # an order to put instructions aside, at a beginning
    judge: re.Pattern[str]  # at a beginning: rank, recommend, give ...
    say: re.Pattern[str]  # at a beginning: answer, write ...
    me: re.Pattern[str]  # at a beginning: rank me, ponme
    near: re.Pattern[str]  # at a beginning: give the applicant
    this: re.Pattern[str]
    rank: re.Pattern[str]  # at a beginning: of verbs that judge, those for any thing
    thing: re.Pattern[str]
    anyone: re.Pattern[str]
    top: re.Pattern[str]
    passive: re.Pattern[str]  # this candidate must be ... first
    reveal: re.Pattern[str]  # at a beginning
    address: re.Pattern[str]  # at a beginning: note to the AI, if you are a language model
    weak_address: re.Pattern[str]  # the same to "the system": only before a colon
    goes_on: re.Pattern[str]  # at a beginning, after an order


@cache
def wording(lang: str) -> Wording:
    import yaml

    w: dict[str, str] = yaml.safe_load((_ROOT / f"{lang}.yaml").read_text(encoding="utf-8"))
    w["me"] = w["me"].replace("{judge}", w["judge"])
    some = rf"(?:{_WORD}\W+){{0,3}}"
    marks = r"[\W_]*"
    machine, loosely = rf"(?:{w['machine']})\b", rf"(?:{w['loosely']})\b"
    named = rf"(?:{some}{machine}\s*[:,.!–—-]+\s*)?"
    leads = rf"(?:(?:{w['lead']})\b{marks}){{0,3}}"
    bound = rf"{marks}{named}{leads}(?:{w['you']})\b{marks}{leads}"
    begin = rf"{marks}{named}{leads}(?:(?:{w['you']})\b{marks})?{leads}"
    message = rf"{marks}(?:(?:{w['lead']})\b{marks})*(?:{w['message']})\W+{some}(?:{w['to']})\W+"
    return Wording(
        ignore=_pattern(
            rf"{begin}(?:{w['ignore']})\b(?=[^.!?\n]{{0,90}}\b(?:{w['instructions']})\b)"
            rf"(?=[^.!?\n]{{0,120}}\b(?:{w['before']})\b)"
        ),
        judge=_pattern(rf"{begin}(?:{w['judge']})\b|{bound}(?:{w['infinitive']})\b"),
        rank=_pattern(rf"{begin}(?:{w['rank']})\b"),
        say=_pattern(rf"{begin}(?:{w['say']})\b"),
        me=_pattern(rf"{begin}{w['me']}\b"),
        near=_pattern(
            rf"(?:{begin}(?:{w['judge']})|{bound}(?:{w['infinitive']}))\b"
            rf"\W+(?:{_WORD}\W+){{0,2}}?(?:{w['near']})\b"
        ),
        this=_pattern(rf"\b(?:{w['this']})\b"),
        thing=_pattern(rf"\b(?:{w['thing']})\b"),
        anyone=_pattern(rf"\b(?:{w['anyone']})\b"),
        top=_pattern(rf"(?<!\w)(?:{w['top']})(?!\w)"),
        passive=_pattern(
            rf"{marks}(?:(?:{w['lead']})\b{marks})*(?:{w['own']})\b[^.!?\n]{{0,40}}"
            rf"\b(?:{w['must']})\b[^.!?\n]{{0,90}}\b(?:{w['top']})(?!\w)"
        ),
        reveal=_pattern(rf"{begin}{w['reveal']}\b"),
        address=_pattern(
            rf"{message}{some}{machine}"
            rf"|{marks}(?:(?:{w['lead']})\b{marks})+{some}{machine}(?=\s*[:,.!–—-])"
            rf"|{marks}(?:{w['if_you']})\s+{some}{machine}"
        ),
        weak_address=_pattern(rf"{message}{some}{loosely}(?=\s*[:,–—-])"),
        goes_on=_pattern(rf"{begin}(?:{w['goes_on']})\b"),
    )


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source)
