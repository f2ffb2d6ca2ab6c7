"""What sort of work a file is: a curriculum, an organisation's entry, or a policy paper."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from kb.datatypes import Block, Kind, RawDocument
from kb.text import fold

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"(?<![\d/.-])\+?\(?\d{1,3}\)?(?:[ .-]?\(?\d{2,4}\)?){2,4}(?![\d/.-])")
_ONGOING = r"presente|actualidad|actual|a la fecha|hoy|present|current|today|now|date"
_YEARS = re.compile(
    rf"\b(?:19|20)\d\d\b(?:[./-]\d\d)?\s*(?:[-–—]|a|al|to|until|hasta)\s*"
    rf"(?:[a-z]{{3,10}}\.?\s*(?:de\s+)?|\d\d[./])?(?:(?:19|20)\d\d\b|{_ONGOING})|"
    rf"\b(?:desde|since)\s+(?:[a-z]+\s+(?:de\s+)?)?(?:19|20)\d\d\b"
)
_DEGREE = re.compile(
    r"\b(?:doctorad[oa]|doctora? en|maestri[ao]|maestra? en|master|magister|licenciatura|"
    r"licenciad[oa]|ingenier[oa] (?:en|civil|quimic|mecanic|industrial)|ph\.? ?d|m\.?sc|b\.?sc|"
    r"b\.?a|m\.?a|mba|bachelor|master'?s|doctorate|posdoctorado|postdoc\w*)\b"
)
_I = re.compile(
    r"\b(?:soy|trabajo en|me especializo|mi (?:trabajo|experiencia|investigacion|carrera)|naci en|"
    r"he (?:trabajado|dirigido|publicado)|i am|i'm|i have|my (?:work|research|experience|career)|"
    r"i (?:work|lead|led|was born|hold|studied|specialise|specialize))\b"
)
_BIO = re.compile(
    r"\b(?:es (?:profesora?|investigadora?|doctora?|ingeniera?|directora?|medica?|fundadora?)|"
    r"obtuvo (?:el|su) (?:grado|titulo|doctorado|maestria)|se doctoro|se titulo|"
    r"(?:he|she|they) (?:holds?|earned|received|leads|works|joined|obtained|completed)|"
    r"is an? (?:\w+ ){0,3}(?:professor|researcher|engineer|scientist|physician|director|founder)|"
    r"holds a (?:ph\.?d|master|bachelor|doctorate|degree))\b"
)
_WE = re.compile(
    r"\b(?:somos|nuestr[oa]s?|ofrecemos|trabajamos|contamos con|buscamos|apoyamos|fundad[oa] en|"
    r"we are|we offer|we work|our|founded in|established in|non-?profit|sin fines de lucro)\b"
)
_BODY = re.compile(
    r"\b(?:universidad|university|instituto|institute|centro|center|centre|fundacion|foundation|"
    r"asociacion|association|camara|chamber|consejo|council|agencia|agency|laboratorio|laboratory|"
    r"s\.?a\.?(?: de c\.?v\.?)?|inc|ltd|gmbh|llc|a\.?c|hospital|empresa|company|incubadora|"
    r"incubator|red|network|colegio|college|sociedad|society|club)\b"
)


@cache
def named(key: str) -> frozenset[str]:
    """The folded names under a key of kb/data/words/kinds.yaml."""
    import yaml

    path = Path(__file__).parent / "data" / "words" / "kinds.yaml"
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))[key]
    return frozenset(" ".join(name.split()) for name in listed.split(","))


def heading_name(text: str) -> str:
    """A heading as the lists have it: folded, without number, marks, or colon."""
    name = re.sub(r"^(?:[\divxlc]{1,4}[.)]\s+|[\d.]+\s+)", "", fold(text).strip())
    return re.sub(r"\s+", " ", name).strip(" .:·•|-–—*_#")


def detect(raw: RawDocument) -> Kind:
    """policy unless the content speaks clearly for a curriculum or an organisation's entry."""
    if raw.kind_hint:
        return raw.kind_hint
    if raw.record_format:
        return "profile"
    if raw.ready:
        return "policy"
    body = [block for block in raw.blocks if block.kind not in ("head", "foot", "contents")]
    text = fold("\n".join(block.text for block in body))
    count = len(text.split())
    person = _person(body, text, count, raw.title or "")
    organisation = _organisation(body, text, count)
    policy = 2.0 * len(_found(body, "policy")) + _prose(body)
    if person >= 4.0 and person > policy and person >= organisation:
        return "profile"
    if organisation >= 5.0 and organisation > policy:
        return "organisation"
    return "policy"


def _lines(body: list[Block]) -> list[str]:
    return [line for block in body for line in block.text.split("\n") if len(line.split()) <= 7]


def _found(body: list[Block], key: str) -> set[str]:
    return {name for line in _lines(body) if (name := heading_name(line)) in named(key)}


def _prose(body: list[Block]) -> float:
    """Long paragraphs speak for a paper: half a point each, 6 at most."""
    return min(6.0, 0.5 * sum(len(block.text.split()) >= 60 for block in body))


def _person(body: list[Block], text: str, count: int, title: str) -> float:
    top = fold("\n".join(block.text for block in body[:12]))
    score = 2.0 * min(5, len(_found(body, "cv")))
    if any(heading_name(line) in named("cv_title") for line in [*_lines(body[:6]), title]):
        score += 5.0
    score += 1.5 * bool(_EMAIL.search(top)) + 0.5 * bool(_PHONE.search(top))
    per_hundred = 100 / max(count, 100)
    score += min(3.0, 1.5 * len(_YEARS.findall(text)) * per_hundred)
    score += min(2.0, 1.5 * len(_DEGREE.findall(text)) * per_hundred)
    score += min(3.0, 2.0 * len(_I.findall(text)) * per_hundred)
    score += min(3.0, 2.0 * len(_BIO.findall(text)) * per_hundred)
    if body and like_person(body[0].text):
        score += 1.5
    return score * (1.0 if count < 2500 else 0.8)


def _organisation(body: list[Block], text: str, count: int) -> float:
    if not body or count > 1500:
        return 0.0
    score = 2.0 * min(4, len(_found(body, "organisation")))
    score += 2.0 * bool(_BODY.search(fold(body[0].text)))
    score += 1.0 * bool(_EMAIL.search(text)) + 0.5 * bool(_PHONE.search(text))
    return score + min(3.0, len(_WE.findall(text)) * 100 / max(count, 100))


def like_person(text: str) -> bool:
    """Two to five capitalised words and particles, no word of an institution."""
    line = text.split("\n", maxsplit=1)[0].split(",", maxsplit=1)[0].strip()
    line = re.sub(r"^(?:Dra?|Mtr[oa]|Ing|Lic|Prof|Mr|Mrs|Ms|Sra?)\.?\s+", "", line)
    parts = [part for part in line.split() if part.lower() not in named("particles")]
    return (
        2 <= len(parts) <= 5
        and all(
            re.fullmatch(r"[^\W\d_](?:[^\W\d_]|['’.-])*", part) and part[0].isupper()
            for part in parts
        )
        and not _BODY.search(fold(line))
    )
