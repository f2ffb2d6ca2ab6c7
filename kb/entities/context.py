"""Which entry a form means where it stands: traps of names that mean several things, or nothing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from kb.entities import countries, people, traps
from kb.entities.catalogue import Form
from kb.entities.gazetteer import NOTHING, Match, accepts, norm

_GEOGRAPHY = ("COUNTRY", "PLACE", "LANGUAGE", "SKILL")
_TOLD = 2  # times that a document names a country before it decides
_NEAR = 90  # characters within which a country decides between places of one name
_GIVEN = re.compile(r"([^\W\d_]+)\.?\s$")
_NEXT_NAME = re.compile(r"\s([A-ZÁÉÍÓÚÑ][a-zá-úñ]+)\b")
#: What stands before a Spanish language that is no noun it could be an adjective of.
_NO_NOUN = ("del", "por", "con", "para", "sus", "como", "que")


class Reading:
    """One text being read: its matches, settled one by one."""

    def __init__(
        self,
        text: str,
        *,
        lang: str,
        loose: bool,
        matches: Sequence[Match],
        people_spans: Sequence[tuple[int, int]] = (),
        countries: Mapping[str, int] | None = None,
    ) -> None:
        self.text = text
        self.folded = norm(text)
        self.lang = lang
        self.loose = loose
        self.people = people_spans
        self.main = countries or {}  # how often the whole document names each country
        self.matches = self._longest(matches)
        self.near = sorted(
            (match.start, made.entry.country or made.entry.id)
            for match, forms in self.matches
            for made in forms[:1]
            if made.entry.label == "COUNTRY" or (made.entry.label == "PLACE" and len(forms) == 1)
        )

    def _longest(self, matches: Sequence[Match]) -> list[tuple[Match, list[Form]]]:
        """Matches with the forms that the letters allow; a longer place or country hides names
        within it, while the country in the name of an institution or programme stays."""
        allowed = []
        for match in matches:
            surface = self.text[match.start : match.end]
            forms = [
                made
                for made in match.forms
                if accepts(made, surface, lang=self.lang, loose=self.loose)
                and not (made.case != "any" and traps.plain_word(surface))
            ]
            if forms:
                allowed.append((match, forms))
        hiding = [
            (match.start, match.end)
            for match, forms in allowed
            if any(
                made.entry.label in _GEOGRAPHY and made.entry.label != "LANGUAGE" for made in forms
            )
        ]
        kept = []
        for match, forms in allowed:
            inside = any(
                start <= match.start and match.end <= end and end - start > match.end - match.start
                for start, end in hiding
            )
            if inside:
                forms = [made for made in forms if made.entry.label not in _GEOGRAPHY]
            if forms:
                kept.append((match, forms))
        return kept

    def chosen(self) -> Iterator[tuple[Match, Form]]:
        """Each match with the one form of each label that it is."""
        for match, forms in self.matches:
            if any(made.entry is NOTHING for made in forms):
                forms = [made for made in forms if made.entry.label == "PLACE"]
            forms = [made for made in forms if made.cue != "weak"]
            by_label: dict[str, list[Form]] = {}
            for made in forms:
                by_label.setdefault(made.entry.label, []).append(made)
            if "COUNTRY" in by_label and "LANGUAGE" in by_label:
                del by_label["COUNTRY" if self._spoken(match) else "LANGUAGE"]
            if "COUNTRY" in by_label and "PLACE" in by_label:
                word = self.folded[match.start : match.end]
                around = "".join(self._around(match, before=60, after=60))
                del by_label["COUNTRY" if traps.prefers_place(word, around) else "PLACE"]
            for label, some in by_label.items():
                made = self._one(match, some, label=label)
                if not self._trapped(match, made):
                    yield match, made

    # --- traps -----------------------------------------------------------------------------------

    def _around(self, match: Match, *, before: int = 40, after: int = 30) -> tuple[str, str]:
        return (
            self.folded[max(0, match.start - before) : match.start],
            self.folded[match.end : match.end + after],
        )

    def _trapped(self, match: Match, made: Form) -> bool:
        """Whether the form means something else here."""
        word = self.folded[match.start : match.end]
        sides = self._around(match)
        if traps.sprung(word, *sides) or traps.is_heading(word, *sides):
            return True
        if made.entry.label in ("COUNTRY", "PLACE", "LANGUAGE"):
            if any(start <= match.start and match.end <= end for start, end in self.people):
                return True
            if self._borne(match, word, made):
                return True
        if made.cue == "demonym_es" and made.entry.label == "COUNTRY":
            return self._no_demonym(match)
        wanted = traps.beside(word)
        return wanted is not None and not any(code == wanted for _, code in self.near)

    def _no_demonym(self, match: Match) -> bool:
        surface = self.text[match.start : match.end]
        if self.lang == "en" and surface.islower() and not self.loose:
            # "fine china": small letters are Spanish demonyms, no English ones.
            return True
        return surface[0].isupper() and people.before_is_given(self.text, match.start)

    def _borne(self, match: Match, word: str, made: Form) -> bool:
        """Whether a country or city is somebody's name: "Israel García", "Juan Toledo"."""
        surface = self.text[match.start : match.end]
        if not surface[0].isupper():
            return False
        if people.before_is_given(self.text, match.start) and " " not in surface:
            given = _GIVEN.search(self.text[max(0, match.start - 24) : match.start])
            return given is None or given.group(1) != "Santiago"
        first, last = traps.borne()
        if made.cue != "name" and made.entry.label != "PLACE":
            return False
        following = _NEXT_NAME.match(self.text, match.end)
        if word in first and following:
            known = {self.text[m.start : m.end] for m, _ in self.matches}
            return following.group(1) not in known | traps.no_surname()
        initial = re.search(r"\b[A-Z]\.\s$", self.text[max(0, match.start - 4) : match.start])
        return word in last and initial is not None

    def _spoken(self, match: Match) -> bool:
        """Whether a word that is both a language and a demonym means the language."""
        before, after = self._around(match)
        surface = self.folded[match.start : match.end]
        if traps.speaking_after(after):
            return True
        if traps.speaking_before(before):
            english = self.lang == "en" and traps.IN.search(before)
            return not (english and traps.ATTRIBUTED.match(after))
        # In Spanish an adjective follows its noun: "empresario inglés", but "inglés, alemán".
        noun = self.lang != "en" and re.search(r"([a-zñ]{3,})\s$", before)
        if noun and noun.group(1) not in _NO_NOUN:
            return False
        if self.lang == "en" and traps.ATTRIBUTED.match(after):
            return False
        previous = re.search(r"([a-zñ]+)(?:\s?\([^()]*\))?(?:,\s|\s(?:[yeo]|and|or)\s|/)$", before)
        if previous and previous.group(1) in countries.language_names():
            return self._listed_with_speaking(match) or self.lang != "en"
        if self.lang == "en":
            return surface == "english"
        following = re.match(r"(?:,\s|\s[yeo]\s|/)([a-zñ]+)", after)
        if following and following.group(1) in countries.language_names():
            return True
        line_start = match.start == 0 or self.text[match.start - 1] in "\n•-*"
        return line_start or surface == "ingles"

    def _listed_with_speaking(self, match: Match) -> bool:
        """Whether the sentence speaks of languages before a list: "speaks German and Dutch"."""
        start = max(
            self.folded.rfind(". ", 0, match.start), self.folded.rfind("\n", 0, match.start)
        )
        words = self.folded[start + 1 : match.start].split(" ")
        return any(
            traps.speaking_before(" ".join(words[: number + 1]) + " ")
            and words[number] not in ("in", "en", "into")
            for number in range(len(words) - 1)
        )

    # --- choices ---------------------------------------------------------------------------------

    def _one(self, match: Match, forms: list[Form], *, label: str) -> Form:
        if len(forms) == 1 or label not in ("PLACE", "COUNTRY"):
            return forms[0]
        if label == "COUNTRY":
            return self._country(match, forms)
        codes = [made.entry.country for made in forms]
        spot = bisect_left(self.near, (match.start, ""))
        around = sorted(
            (
                (abs(place - match.start), code)
                for place, code in self.near[max(0, spot - 4) : spot + 5]
                if code in codes and abs(place - match.start) <= _NEAR
            )
        )
        if around:
            return forms[codes.index(around[0][1])]
        if not self.main.get(codes[0] or ""):
            # The document never speaks of the likeliest city's country, but of another's.
            weights = [self.main.get(code or "", 0) for code in codes]
            if max(weights) >= _TOLD:
                return forms[weights.index(max(weights))]
        return forms[0]

    def _country(self, match: Match, forms: list[Form]) -> Form:
        codes = [made.entry.id for made in forms]
        if set(codes) >= {"CD", "CG"}:
            before, after = self._around(match, before=300, after=300)
            full = re.search(r"democrat|rdc|drc|kinshasa|kinsasa", before + after)
            other = re.search(r"brazzaville", before + after)
            listed = re.match(r"\s?[,;]", after) and full
            wanted = "CG" if other or listed else "CD"
            return forms[codes.index(wanted)]
        return forms[0]
