"""Words for the templates: labels of taxonomies, own lists, and the agreement of both languages."""

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
GERUND_DOUBLES = set(
    ["plan", "set", "run", "cut", "get", "put", "stop", "ship", "trim", "program", "control", "transfer", "dig", "fit", "map", "sit", "begin", "refer", "log", "wrap", "drip", "spot", "swim", "crop", "chop", "grip", "mop", "scrub", "pet", "strip", "submit", "permit", "rig", "tag", "format", "label", "model", "travel", "counsel", "signal", "dial"]
)
MASCULINE = re.compile(
    r"(o|or|aje|al|ma|én|ón|ín|il|ar|és|ud?io|et|eno|ano|ente|ante|ble|ambiente|ete|bre|sis)$"
)
FEMININE = re.compile(r"(a|ción|sión|xión|stión|dad|tad|tud|umbre|ez|itis|sis|gión|nión|triz|ie)$")
GENDERS = {
    **dict.fromkeys(
        ["sistema", "problema", "tema", "programa", "clima", "idioma", "mapa", "día", "planeta", "plasma", "régimen", "análisis", "transporte", "deporte", "arte", "aceite", "cine", "paisaje", "software", "hardware", "marketing", "derecho", "desarrollo", "comercio", "medio", "gas", "gases", "papel", "plan", "orden", "origen", "cáncer", "fin", "interés", "país", "uso", "impuesto", "lenguaje", "turismo", "metal", "animal", "hospital", "capital", "material", "cereal", "mineral", "personal", "aprendizaje", "drenaje", "reciclaje", "control", "diseño", "empleo", "agente", "diagnóstico", "cable", "parque", "chocolate", "déficit", "presupuesto", "consumo", "vidrio", "juguete", "instrumento", "coste", "combustible", "componente", "lote", "envase", "tinte", "esmalte"],
        0,
    ),
    **dict.fromkeys(
        ["ley", "salud", "red", "base", "clase", "imagen", "piel", "flor", "sal", "cárcel", "mano", "foto", "radio", "calidad", "ciudad", "gestión", "fuente", "gente", "muerte", "parte", "nube", "nieve", "sangre", "leche", "carne", "suerte", "mente", "corriente", "serie", "especie", "síntesis", "crisis", "tesis", "hipótesis", "génesis", "dosis", "parálisis", "diálisis", "fe", "luz", "paz", "voz", "vejez", "niñez", "señal", "sede", "llave", "clave", "frase", "fase", "labor", "moral", "catedral", "informática", "hipófisis", "variable", "patente", "miel", "higiene"],
        1,
    ),
}
COUNTED = re.compile(
    r"(station|framework|network|census|committee|vehicle|building|building site)$"
)
ENGLISH_HEADS = re.compile(
    r"(tion|sion|ment|ing|ity|ism|cy|nce|ogy|phy|ics|omy|try|ship|ure|ness|age|sis|ety|hy|ia|"
    r"(?<!s)s|law|research|trade|development|design|health|software|work|care|control|access|use|"
    r"aid|art|music|energy|water|food|medicine|science|theory|history|industry|labour|growth|"
    r"finance|data|media|reform|debt|employment|poverty|education|waste|cooperation|policy|gas|"
    r"oil|steel|crime|reporting|biology|recovery|supply|demand|equality|freedom|safety)$"
)


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
        """A form by name; a name in capitals (`{c.MP}`) gives it capitalised, as in proper names."""
        found = self.forms[name.lower()]
        return Pair(capital(found.en), capital(found.es)) if name.isupper() else found

    def filled(self, fill: Callable[[str, int], str]) -> Term:
        return articled(Pair(fill(self.text.en, 0), fill(self.text.es, 1)))


class Words(NamedTuple):
    """Terms by kind of slot, and the parts of invented names."""

    terms: dict[str, list[Term]]
    given: tuple[list[str], list[str]]
    surnames: list[str]


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
    if word in GENDERS:
        return GENDERS[word]
    plural = word.endswith("s") and not word.endswith(("sis", "itis", "és"))
    if plural:
        single = word[:-1] if word[-2] in "aoie" else word
        stems = [word[:-2], word[:-1]] if word.endswith("es") else [single]
        stems = [re.sub("on$", "ón", s) if s.endswith(("ion", "on")) else s for s in stems]
    else:
        stems = [word]
    for stem in stems:
        if stem in GENDERS:
            return GENDERS[stem] + 2 * plural
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
    return head.endswith("s") and not head.endswith(("ics", "ss", "sis", "us", "news"))


def articled(text: Pair) -> Term:
    """A term whose own article tells its gender; forms: bare, ac (its acronym), full."""
    first, _, rest = text.es.partition(" ")
    known = first in ARTICLES
    gender = ARTICLES.index(first) if known else 0
    if known and first == "el" and FEMININE_EL.match(rest):
        gender = 1
    english = text.en.removeprefix("the ")
    bare = Pair(english, rest if known else text.es)
    forms = {"bare": bare, "the": text}
    letters = "".join(w[0] for w in re.findall(r"\w+", bare.es) if w[0].isupper())
    if 3 <= len(letters) <= 6:
        forms["full"] = Pair(f"{text.en} ({letters})", f"{text.es} ({letters})")
        forms["ac"] = (
            Pair(f"the {letters}", f"{first} {letters}") if known else Pair(letters, letters)
        )
    else:
        forms["full"] = forms["ac"] = text
    return Term(text, gender, gender >= 2, forms)


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


def gerund(phrase: str) -> str:
    verb, space, rest = phrase.partition(" ")
    if verb in GERUND_DOUBLES:
        double = verb + verb[-1]
        return f"{double}ing{space}{rest}"
    if verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")):
        verb = verb[:-1]
    return f"{verb}ing{space}{rest}"


def job(english: str, masculine: str, feminine: str, many: Pair | None = None) -> Term:
    terms = []
    for gender, spanish in enumerate((masculine, feminine)):
        text = Pair(english, spanish)
        forms = {
            "a": Pair(f"a(n) {english}", f"{('un', 'una')[gender]} {spanish}"),
            "the": Pair(f"the {english}", f"{ARTICLES[gender]} {spanish}"),
        }
        terms.append(Term(text, gender, False, forms))
    return Term(Pair(english, masculine), forms_by_gender=tuple(terms))


def field(english: str, spanish: str, gender: int | None = None) -> Term | None:
    gender = gender_of(spanish) if gender is None else gender
    if gender is None:
        return None
    the = Pair(english, f"{article_of(spanish, gender)} {spanish}")
    return Term(Pair(english, spanish), gender, english_plural(english), {"the": the})


def country(line: str) -> Term:
    names, spanish, capitals = (part.split(" | ") for part in line.split(" || "))
    (en, people, adjective), (es, m, f) = names, spanish
    stem = m[:-1] + "í" if m.endswith("í") else m
    if m[-1] in "aeiou":
        mp = m + "s"
    else:
        mp = (stem if m == f else f[:-1]) + "es"
    fp = mp if m == f else f + "s"
    forms = {"people": Pair(people, mp), "capital": Pair(*capitals)}
    forms |= {
        k: Pair(adjective, v) for k, v in zip(("m", "f", "mp", "fp"), (m, f, mp, fp), strict=True)
    }
    gender = {"los": 2, "las": 3, "la": 1}.get(es.split()[0], 0)
    return Term(Pair(en, es), gender, False, forms)


def lowered(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def usable(en: str, es: str) -> bool:
    return (
        bool(en and es) and len(en) < 60 and len(es) < 75 and not re.search(r"[(),:;/.\d]", en + es)
    )


def uncounted(english: str) -> bool:
    """Whether the head of a noun phrase reads well without an article."""
    head = re.split(r" (?:of|in|for|on|to|with|from|by) ", english)[0]
    return bool(ENGLISH_HEADS.search(head)) and not COUNTED.search(head)


def rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def taxonomy_terms(folder: Path) -> dict[str, list[Term]]:
    """Fields, occupations, skills, tools and places of ESCO, EuroVoc, UNESCO and ISO 3166."""
    esco = [row[:5] for row in rows(folder / "esco.tsv")]
    codes = rows(folder / "unesco.code-en-es.tsv")
    unesco = [(lowered(en), lowered(es)) for _, en, es in codes]
    sciences = {lowered(en) for code, en, _ in codes if len(code) < 6 or code[:2] != "33"}
    eurovoc = [(e, s) for _, e, s in rows(folder / "eurovoc.id-en-es.tsv") if (e + s).islower()]
    knowledge = [(e, s) for k, _, t, e, s in esco if k == "skill" and t == "knowledge"]
    fields = []
    for source in (unesco, eurovoc, [p for p in knowledge if p[0].islower()]):
        good = [(e, s) for e, s in source if usable(e, s)]
        plain = [(e, s) for e, s in good if source is unesco or uncounted(e)]
        fields.append([t for t in (field(e, s) for e, s in plain) if t])
    skills = [
        Term(Pair(e, s), forms={"ing": Pair(gerund(e), s)})
        for k, _, t, e, s in esco
        if k == "skill"
        and t == "skill/competence"
        and usable(e, s)
        and e.split()[0].islower()
        and re.match(r"\w+([aei]r|[aei]rse) ", s)
    ]
    jobs, professions = [], []
    for k, _, code, en, es in esco:
        both = es.split("/")
        if k == "occupation" and len(both) < 3 and all(usable(en, part) for part in both):
            jobs += [job(en, both[0], both[-1])] * (3 if code[0] in "123" else 1)
            professions += jobs[-1:] if code[0] == "2" else []
    tools = [Term(Pair(e, s)) for e, s in knowledge if e == s and e[:1].isupper() and len(e) < 30]
    places = [
        Term(Pair(e, s))
        for _, _, e, s in rows(folder / "iso3166.a2-a3-en-es.tsv")
        if usable(e, s) and not re.search(r"Islands|Republic|Territ|Minor|Kingdom| of ", e)
    ]
    return {
        "field": [t for group in fields for t in group],
        "study": [t for t in fields[0] if t.text.en in sciences],
        "skill": skills,
        "job": jobs,
        "prof": professions,
        "tool": tools,
        "place": places,
    }


def load_words(folder: Path, taxonomies: Path) -> Words:
    """Own lists of `folder` and the labels of `taxonomies`, by kind of slot."""
    terms = taxonomy_terms(taxonomies)
    own: dict[str, list[Term]] = {}
    for name, lines in read_sections(folder / "lexicon.txt"):
        own[name] = [articled(Pair(*line.split(" | "))) for line in lines if line]
    fields = [field(t.forms["bare"].en, t.forms["bare"].es, t.gender) for t in own.pop("field")]
    # half of the draws from our own fields, the rest from the taxonomies
    for kind in ("field", "study"):
        terms[kind] += [f for f in fields if f] * (len(terms[kind]) // len(fields))
    lists = {}
    for name in ("countries", "professions"):
        lines = (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        lists[name] = [line for line in lines if line and not line.startswith("#")]
    own["c"] = [country(line) for line in lists["countries"]]
    own["jobs"] = []
    for line in lists["professions"]:
        en, many, m, f, mp = line.split(" | ")
        terms["job"] += [job(en, m, f)] * 40
        terms["prof"] += [job(en, m, f)] * 12
        own["jobs"].append(Term(Pair(many, mp), 2, True, {"the": Pair(many, f"los {mp}")}))
    names = dict(read_sections(folder / "names.txt"))
    split = {
        k: [n.strip() for line in v for n in line.split(",") if n.strip()] for k, v in names.items()
    }
    return Words(terms | own, (split["men"], split["women"]), split["surnames"])
