"""Which entry a form means where it stands: traps of names that mean several things, or nothing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kb.entities import people
from kb.entities.catalogue import Form
from kb.entities.gazetteer import NOTHING, Match, accepts, norm

_GEOGRAPHY = ("COUNTRY", "PLACE", "LANGUAGE", "SKILL")
_NEAR = 90  # characters within which a country decides between places of one name
#: Names of countries that people bear as given name or surname, folded.
_BORNE = frozenset(
    "jordan israel chad kenia kenya georgia india china france francia holland england ireland "
    "irlanda brasil portugal espana cuba chile argentina america italia alemania scotland".split()
)
_SPEAKING_BEFORE = re.compile(
    r"(?:\b(?:idiomas?|lenguas?|languages?|hablar?|hablan|hablen|habla|hablo|hablante de|hablantes de|dominio"
    r"(?: del| de)?|nivel(?: de)?|aprender|clases de|lee|leer|lea|leen|escribe|escribir|entiende|fluido en|"
    r"traducido al|traduccion al|fluent in|speaks?|speaking|spoken|reads?|reading|writes?|native|"
    r"basic|intermediate|advanced|learn|learning|translated into|knowledge of|proficient in|"
    r"proficiency in|mother tongue|lengua materna|bilingue|en|in|al|del|into|from|y|e|and|or|o|espanol|version en|"
    r"publicado en|redactado en)[\s:(]+(?:el |the )?|[:;]\s?)$"
)
_SPEAKING_AFTER = re.compile(
    r"\s?(?:\(|[-–:]\s?)?\s?(?:[abc][12]\b|nativ[oae]|avanzad|intermedi|basic|fluid|fluent|advanced|"
    r"intermediate|mother|materna|profesional|professional|conversational|bilingu|language\b|"
    r"speak|-speak|version|abstract|translation|proficien|skills|teacher|classes|lessons|"
    r"\d{2,3}\s?%|toefl|ielts)"
)
_STRONG_BEFORE = re.compile(
    r"\b(?:idiomas?|lenguas?|languages?|hablar?|hablan|hablen|habla|hablo|hablantes? de|dominio(?: del| de)?|nivel(?: de)?|"
    r"aprender|clases de|lee|leer|lea|leen|escribe|escribir|traducido al|traduccion al|fluent in|speaks?|spoken|reads?|"
    r"writes?|native|learn|learning|translated into|knowledge of|proficient in|proficiency in|"
    r"mother tongue|lengua materna|version en|en|in|into|speaking)[\s:(]+(?:el |the )?$"
)
_ATTRIBUTED = re.compile(r"\s(?!(?:and|or|but|with|at|to|from|as|for|is|was|y|e|o)\b)[a-z]")
_TRAPS_AFTER = {
    # Folded form -> what must not follow.
    "georgia": re.compile(r"\s(?:tech|state|institute|southern|aquarium)|,?\s(?:usa|u\.s|ee\.? ?uu|estados unidos|atlanta)"),
    "us": re.compile(r"\$|\s?\$"),
    "eu": re.compile(r"\s(?:blue|funded|funds?|commission|member|global|horizon)|-"),
    "salud": re.compile(r"\s?!"),
    "american": re.compile(r"\s(?:journal|economic review|sociological|states|continent|psycholog|behavioral|airlines|express)"),
    "british": re.compile(r"\s(?:journal|medical journal|columbia)"),
    "indian": re.compile(r"\s(?:journal|ocean)"),
    "german": re.compile(r"\s(?:shepherd)"),
    "colombia": re.compile(r"\s(?:university)"),
}  # fmt: skip
_TRAPS_BEFORE = {
    "salud": re.compile(r"(?:[¡!]|estado de|motivos? de|razones de|problemas de|buena|su|mi|a tu|a su)\s?$"),
    "health": re.compile(r"(?:financial|good|poor|ill|my|his|her|organi[sz]ational|rude)\s$"),
    "energia": re.compile(r"(?:mucha|gran|con|su|toda la|la misma|sin|poca|nuestra|tiempo y|tu|mi)\s$"),
    "energy": re.compile(r"(?:much|full of|the|their|his|her|our|your|time and|with|great|youthful|lot of|creative|positive|my|more)\s$"),
    "education": re.compile(r"(?:with|my|his|her)\s$"),
    "georgia": re.compile(r"(?:atlanta|athens|savannah|universidad de|university of|south|estado de|state of|tecnologico de|fed of)[,\s]+$"),
    "guinea": re.compile(r"(?:golfo de|gulf of|nueva|new)\s$"),
    "chinas": re.compile(r"(?:las)\s$"),
    "dominica": re.compile(r"(?:santa|sor)\s$"),
}  # fmt: skip


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
        countries: Sequence[str] = (),
    ) -> None:
        self.text = text
        self.folded = norm(text)
        self.lang = lang
        self.loose = loose
        self.people = people_spans
        self.main = countries  # countries of the whole document, the most named first
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
                del by_label["COUNTRY" if self._prefers_place(match, by_label) else "PLACE"]
            for label, some in by_label.items():
                made = self._one(match, some, label=label)
                if made is not None and not self._trapped(match, made):
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
        before, after = self._around(match)
        if word in _TRAPS_AFTER and _TRAPS_AFTER[word].match(after):
            return True
        if word in _TRAPS_BEFORE and _TRAPS_BEFORE[word].search(before):
            return True
        if made.entry.label in ("COUNTRY", "PLACE", "LANGUAGE"):
            if any(start <= match.start and match.end <= end for start, end in self.people):
                return True
            if self._borne(match, word, made):
                return True
        if made.cue == "demonym_es" and made.entry.label == "COUNTRY":
            return self._no_demonym(match, word)
        if word == "kiwi" or word == "kiwis":
            return not any(code == "NZ" for _, code in self.near)
        return False

    def _no_demonym(self, match: Match, word: str) -> bool:
        surface = self.text[match.start : match.end]
        if self.lang == "en" and surface.islower() and not self.loose:
            # "china cabinets": small letters are Spanish demonyms, no English ones.
            return True
        return surface[0].isupper() and people.before_is_given(self.text, match.start)

    def _borne(self, match: Match, word: str, made: Form) -> bool:
        """Whether a country or city is somebody's name: "Israel García", "Juan Toledo"."""
        surface = self.text[match.start : match.end]
        if not surface[0].isupper():
            return False
        if people.before_is_given(self.text, match.start) and " " not in surface:
            given = re.search(
                r"([^\W\d_]+)\.?\s$", self.text[max(0, match.start - 24) : match.start]
            )
            place = given is not None and self.lang == "es" and given.group(1) in ("Santiago",)
            return not place
        if word in _BORNE and made.cue == "name":
            following = re.match(
                r"\s([A-ZÁÉÍÓÚÑ][a-zá-úñ]+)\b(?!\s?[,]?\s?(?:de|of)\b)", self.text[match.end :]
            )
            if following and word in ("jordan", "israel", "chad", "kenia", "georgia"):
                known = {self.text[m.start : m.end] for m, _ in self.matches}
                return following.group(1) not in known and not re.match(
                    r"\s(?:Valley|River|University|Institute|National|Ministry|Government|Exploration)",
                    self.text[match.end :],
                )
            initial = re.search(r"\b[A-Z]\.\s$", self.text[max(0, match.start - 4) : match.start])
            return initial is not None
        return False

    def _spoken(self, match: Match) -> bool:
        """Whether a word that is both a language and a demonym means the language."""
        before, after = self._around(match)
        surface = self.folded[match.start : match.end]
        if _SPEAKING_AFTER.match(after):
            return True
        if _STRONG_BEFORE.search(before):
            bare = re.search(r"(?<!fluent )(?<!proficient )\b(?:en|in)\s(?:el |the )?$", before)
            return not (bare and self.lang == "en" and _ATTRIBUTED.match(after))
        if self.lang == "en":
            return surface == "english" and not _ATTRIBUTED.match(after)
        # In Spanish an adjective follows its noun: "empresario inglés", but "inglés, alemán".
        noun = re.search(r"([a-zñ]{3,})\s$", before)
        if noun and noun.group(1) not in ("del", "por", "con", "para", "sus", "como", "que"):
            return False
        listed = re.search(r"([a-zñ]+)(?:,\s|\s[yeo]\s|/)$", before)
        if listed and self._language_at(listed.group(1)):
            return True
        following = re.match(r"(?:,\s|\s[yeo]\s|/)([a-zñ]+)", after)
        if following and self._language_at(following.group(1)) and not noun:
            return True
        line_start = match.start == 0 or self.text[match.start - 1] in "\n•-*"
        return line_start or surface == "ingles"

    def _language_at(self, word: str) -> bool:
        return word in _language_words()

    # --- choices ---------------------------------------------------------------------------------

    def _prefers_place(self, match: Match, by_label: dict[str, list[Form]]) -> bool:
        """A name of both a country and a city or state: Georgia, Granada, Armenia, Guatemala."""
        word = self.folded[match.start : match.end]
        before, after = self._around(match, before=60, after=60)
        if word == "granada":
            caribbean = re.search(
                r"caribe|caribbean|jamaica|barbados|trinidad|dominica|lucia|antigua", before + after
            )
            return caribbean is None
        if word == "georgia":
            american = re.search(
                r"atlanta|athens|carolina|florida|alabama|tennessee|texas|california|estado de|state of|"
                r"university of $|universidad de $|tech|ee\. ?uu|estados unidos|united states|usa|illinois",
                before + after,
            )  # fmt: skip
            return american is not None
        if word == "armenia":
            return re.search(r"quindio|colombia", before + after) is not None
        return False

    def _one(self, match: Match, forms: list[Form], *, label: str) -> Form | None:
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
        for code in self.main:
            if code in codes:
                return forms[codes.index(code)]
        return forms[0]


def _language_words() -> frozenset[str]:
    from kb.entities import countries

    return countries.language_names()
