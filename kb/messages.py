"""Messages in Spanish and English: one YAML file a room and language, the same keys in both.

kb/data/messages/<lang>/<room>.yaml maps a code to {error, remedy}; `{name}` is filled from params.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kb.datatypes import Problem

LANGS = ("es", "en")
_ROOT = Path(__file__).parent / "data" / "messages"


class Message(NamedTuple):
    error: str
    remedy: str


@lru_cache(maxsize=len(LANGS))
def catalogue(lang: str) -> dict[str, Message]:
    """All messages of a language by code."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Message] = {}
    for path in sorted((_ROOT / lang).glob("*.yaml")):
        for code, entry in (
            yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 (safe)
        ).items():
            if code in found:
                raise ValueError(f"message {code!r} stands twice ({path.name})")
            found[code] = Message(str(entry["error"]), str(entry.get("remedy") or ""))
    return found


def render(code: str, *, lang: str = "en", **params: str | int | float) -> Message:
    """The message of `code` in `lang`; KeyError for a code that no file holds."""
    message = catalogue(lang if lang in LANGS else "en")[code]
    if params.get("nearest") == "":  # nothing is near: no word of it
        message = Message(message.error, "")
    return Message(message.error.format_map(params), message.remedy.format_map(params))


def render_problem(problem: Problem, *, lang: str = "en") -> dict[str, str]:
    """`{source, code, error, remedy}` as the contract writes failures and warnings."""
    message = render(problem.code, lang=lang, **dict(problem.params))
    return {
        "source": problem.source,
        "code": problem.code,
        "error": message.error,
        "remedy": message.remedy,
    }
