"""Which entry a form means where it stands: traps of names that mean several things, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.entities.catalogue import Form
from kb.entities.gazetteer import NOTHING, Match, accepts, norm

_WORD = re.compile(r"[^\W\d_]+")


class Reading:
    """One text being read: its matches, settled one by one."""

    def __init__(self, text: str, *, lang: str, loose: bool, matches: Sequence[Match]) -> None:
        self.text = text
        self.folded = norm(text)
        self.lang = lang
        self.loose = loose
        self.matches = self._longest(matches)

    def _longest(self, matches: Sequence[Match]) -> list[tuple[Match, list[Form]]]:
        """Matches with the forms that the letters allow; a longer name hides names within it,
        but for the country in the name of a programme, an institution or a place."""
        allowed = []
        for match in matches:
            surface = self.text[match.start : match.end]
            forms = [
                made
                for made in match.forms
                if accepts(made, surface, lang=self.lang, loose=self.loose)
            ]
            if forms:
                allowed.append((match, forms))
        geography = ("COUNTRY", "PLACE", "SKILL")
        hiding = [
            (match.start, match.end)
            for match, forms in allowed
            if any(made.entry.label in geography for made in forms)
        ]
        kept = []
        for match, forms in allowed:
            inside = any(
                start <= match.start
                and match.end <= end
                and (end - start) > (match.end - match.start)
                for start, end in hiding
            )
            if inside:
                forms = [made for made in forms if made.entry.label not in geography]
            if forms:
                kept.append((match, forms))
        return kept

    def chosen(self) -> Iterator[tuple[Match, Form]]:
        for match, forms in self.matches:
            for made in self._one_a_label(match, forms):
                yield match, made

    def _one_a_label(self, match: Match, forms: list[Form]) -> Iterator[Form]:
        seen: set[str] = set()
        for made in forms:
            label = made.entry.label
            if made.entry is NOTHING or made.cue == "weak" or label in seen:
                continue
            seen.add(label)
            yield made
