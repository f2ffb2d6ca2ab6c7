"""Agreement in both languages: articles, contractions, gender and number, gerunds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from training.data import Pair

ARTICLES = ("el", "la", "los", "las")

FEMININE_EL = re.compile(r"(agua|álgebra|área|arte|arma|aula|ave|alga|hambre|habla|acta|águila)\b")

SILENT_A = re.compile(r"\b(a|A)\(n\) ([\w$€£]+)")

VOWEL_SOUND = re.compile(
    r"(?!uni(?!n)|eu|us[aeu]|u[bk]i|uti|one\b|once\b)[aeiou]|h(our|on|eir)|8|11|18"
)

LETTER_SOUND = re.compile(r"[AEFHILMNORSX][A-Z0-9]|(?:MSc|MBA)\b")

MASCULINE = re.compile(
    r"(o|or|aje|al|ma|én|ón|ín|il|ar|és|ud?io|et|eno|ano|ente|ante|ble|ambiente|ete|bre|sis)$"
)

FEMININE = re.compile(r"(a|ción|sión|xión|stión|dad|tad|tud|umbre|ez|itis|sis|gión|nión|triz|ie)$")

HERE = Path(__file__).with_name("templates")


def read_sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Sections `== name` of a file with their lines; comments dropped, empty lines kept."""
    name, lines = "", list[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            if name:
                yield name, lines
            name, lines = line[3:].strip(), []
        else:
            lines.append(line.rstrip())
    yield name, lines


GRAMMAR = {
    name: frozenset(" ".join(lines).split()) for name, lines in read_sections(HERE / "grammar.txt")
}


class Term(NamedTuple):
    """A value of a slot; `gender` of the Spanish: 0 m, 1 f, 2 m plural, 3 f plural."""

    text: Pair
    gender: int = 0
    many: bool = False
    forms: Mapping[str, Pair] = {}
    forms_by_gender: tuple[Term, ...] = ()

    @property
    def nested(self) -> bool:
        return "{" in self.text.en

    def form(self, name: str) -> Pair:
        """A form by name; a name in capitals (`{c.MP}`) capitalises it, as in proper names."""
        found = self.forms[name.lower()]
        return Pair(capital(found.en), capital(found.es)) if name.isupper() else found

    def filled(self, fill: Callable[[str, int], str]) -> Term:
        return articled(Pair(fill(self.text.en, 0), fill(self.text.es, 1)))


def unaccented(text: str) -> str:
    """Spanish without accents, as typed on a foreign keyboard; ñ stays."""
    kept = unicodedata.normalize("NFD", text.replace("ñ", "\0").replace("Ñ", "\1"))
    bare = "".join(c for c in kept if not unicodedata.combining(c))
    return bare.replace("\0", "ñ").replace("\1", "Ñ")


def capital(text: str) -> str:
    start = 1 if text[:1] in '¿¡«"' else 0
    return text[:start] + text[start : start + 1].upper() + text[start + 1 :]


def tidy_en(text: str) -> str:
    def article(match: re.Match[str]) -> str:
        a, word = match.groups()
        vowel = LETTER_SOUND.match(word) if word[:2].isupper() else VOWEL_SOUND.match(word.lower())
        return f"{a}n {word}" if vowel else f"{a} {word}"

    return capital(SILENT_A.sub(article, text))


def tidy_es(text: str) -> str:
    """Contractions and euphony: de el > del, a el > al, y > e before i, o > u before o."""
    text = re.sub(r"\b([Dd])e el (?=\S)", r"\1el ", text)
    text = re.sub(r"\b([Aa]) el (?=\S)", r"\1l ", text)
    text = re.sub(r"\by (?=(?:[iIíÍ](?![aeou])|[Hh][ií](?![aeou])))", "e ", text)
    text = re.sub(r"\bo (?=(?:[oOóÓ]|[Hh][oó]))", "u ", text)
    return capital(text)


def gender_of(label: str) -> int | None:
    """Gender and number of a Spanish noun phrase by its first word; None where unsure."""
    word = label.split(maxsplit=1)[0].lower().strip(",;:.")
    if word == "artes":  # masculine in the singular alone
        return 3
    for gender, kind in enumerate(("masculine", "feminine")):
        if word in GRAMMAR[kind]:
            return gender
    plural = word.endswith("s") and not word.endswith(("sis", "itis", "és"))
    if plural:
        single = word[:-1] if word[-2] in "aoie" else word
        stems = [word[:-2], word[:-1]] if word.endswith("es") else [single]
        stems = [re.sub("on$", "ón", s) if s.endswith(("ion", "on")) else s for s in stems]
    else:
        stems = [word]
    for gender, kind in enumerate(("masculine", "feminine")):
        if any(stem in GRAMMAR[kind] for stem in stems):
            return gender + 2 * plural
    for stem in stems:
        if FEMININE.search(stem):
            return 1 + 2 * plural
        if MASCULINE.search(stem):
            return 2 * plural
    return None


def article_of(spanish: str, gender: int) -> str:
    return "el" if gender == 1 and FEMININE_EL.match(spanish) else ARTICLES[gender]


def english_plural(label: str) -> bool:
    head = re.split(r" (?:of|in|for|on|to|and|with|from|by) ", label)[0]
    if " and " in label and not re.search(r" (?:of|in|for|on) .* and ", label):
        return True
    return head.endswith(("s", "people", "women", "media")) and not head.endswith(
        ("ics", "ss", "sis", "us", "news")
    )


def articled(text: Pair) -> Term:
    """A term whose own article tells its gender; forms: bare, ac (its acronym), full."""
    first, _, rest = text.es.partition(" ")
    known = first in ARTICLES
    gender = ARTICLES.index(first) if known else int(first == "una")
    if known and first == "el" and FEMININE_EL.match(rest):
        gender = 1
    bare = Pair(
        re.sub(r"^(the|an?) ", "", text.en), rest if known or first in ("un", "una") else text.es
    )
    forms = {"bare": bare, "the": text}
    letters = "".join(w[0] for w in re.findall(r"\w+", bare.es) if w[0].isupper())
    if 3 <= len(letters) <= 6:
        forms["full"] = Pair(f"{text.en} ({letters})", f"{text.es} ({letters})")
        forms["ac"] = (
            Pair(f"the {letters}", f"{first} {letters}") if known else Pair(letters, letters)
        )
    else:
        forms["full"] = forms["ac"] = text
    return Term(text, gender, english_plural(bare.en), forms)


def gerund(phrase: str) -> str:
    verb, space, rest = phrase.partition(" ")
    if verb in GRAMMAR["doubled"]:
        double = verb + verb[-1]
        return f"{double}ing{space}{rest}"
    if verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        verb = verb[:-1]
    return f"{verb}ing{space}{rest}"
