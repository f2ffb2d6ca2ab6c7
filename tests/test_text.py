"""Folding, words, sentences and language of text."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import text

NFC = st.text().map(lambda s: unicodedata.normalize("NFC", s))


@given(NFC)
def test_fold_keeps_every_offset(value: str) -> None:
    """Folding maps code point by code point on NFC text."""
    assert len(text.fold(value)) == len(value)
    assert text.fold(value) == "".join(text.fold(char) for char in value)


@pytest.mark.parametrize(
    ("given_", "folded"),
    [
        ("ÁÉÍÓÚ Ü ç", "aeiou u c"),
        ("Año Ñandú", "año ñandu"),
        ("Straße", "straße"),
        ("İstanbul", "istanbul"),
        ("n\u0303", "ñ"),
        ("Jørgen’s", "jorgen's"),
    ],
)
def test_fold_strips_accents_but_not_the_tilde_of_n(given_: str, folded: str) -> None:
    """ñ and n stay apart; every other accent goes."""
    assert text.fold(given_) == folded


def test_words_are_folded_runs_of_letters_and_digits() -> None:
    """Marks part words, accents and case do not."""
    assert text.words("¿Cuántos años, 46.5%?") == ["cuantos", "años", "46", "5"]


@given(st.text())
def test_normalise_is_idempotent_and_clean(value: str) -> None:
    """Normalised text is NFC, has no soft hyphen, no control character, no double blank."""
    once = text.normalise(value)
    assert text.normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\u00ad" not in once
    assert "  " not in once
    assert all(char == "\n" or unicodedata.category(char) != "Cc" for char in once)


def test_normalise_opens_ligatures_and_joins_soft_hyphens() -> None:
    """Ligatures become letters, soft hyphens vanish, symbol-font bullets become bullets."""
    assert text.normalise("e\ufb01caz\u00a0 coope\u00adrar \uf0b7") == "eficaz cooperar •"


def _split(value: str) -> list[str]:
    return [value[start:end] for start, end in text.sentences(value)]


@pytest.mark.parametrize(
    "value",
    [
        "El 46.5% de ellos vive en EE. UU. desde 2005.",
        "Según el Dr. J. Núñez et al. (2010), véase la pág. 5 y el núm. 12.",
        "Mr. A. Smith of Acme Inc. in London paid $3.5 million to No. 10.",
        "1. Las redes necesitan una oficina propia.",
        "Costó 2.457 pesos (p. ej. en obras).",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(value: str) -> None:
    """Abbreviations, initials, numbers and list numbers hold no sentence end."""
    assert _split(value) == [value]


@pytest.mark.parametrize(
    "parts",
    [
        ["La red creció.1", "Después se apagó."],
        ["Viven en EE. UU.", "La mayoría no vuelve."],
        ["¿Qué falta?", "¡Dinero!", "Nada más."],
        ["They said no.", "Then they left."],
        ["“Es así.”", "Y no hay más.", "12 miembros salieron."],
    ],
)
def test_sentences_end_where_they_end(parts: list[str]) -> None:
    """Stops, question marks and footnote calls end sentences in both languages."""
    assert _split(" ".join(parts)) == parts


@given(st.text(alphabet=st.sampled_from('aB1. ?!\n"ñÉ(:'), max_size=80))
def test_sentences_cover_all_but_blanks(value: str) -> None:
    """Sentences are in order, do not overlap, hold no line end, and leave nothing out."""
    spans = text.sentences(value)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join("".join(value[a:b].split()) for a, b in spans) == "".join(value.split())
    assert all("\n" not in value[a:b] for a, b in spans)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("redes de talento", "es"),
        ("energia solar Alemania", "es"),
        ("expertos en IA", "es"),
        ("mentor automotriz Michigan", "es"),
        ("talent networks abroad", "en"),
        ("nanomaterials Germany mentor", "en"),
        ("batteries expert", "en"),
        ("who funds GlobalScot", "en"),
    ],
)
def test_three_words_tell_the_language_of_a_question(question: str, lang: str) -> None:
    """Also without accents and function words."""
    assert text.question_language(question) == lang


@pytest.mark.parametrize(
    ("passage", "lang"),
    [
        ("La red depende de voluntarios y de una oficina que los acompañe cada año.", "es"),
        ("The network depends on volunteers and on an office that helps them.", "en"),
        (
            "El censo contó a los emigrados de cada ciudad y de cada oficio del país. "
            "The census counted the emigrants of every city and every trade of the country.",
            "mixed",
        ),
        (
            "Das Netzwerk braucht ein Büro, das seine Mitglieder kennt und ihnen jährlich hilft.",
            "de",
        ),
        ("A rede depende de voluntários e não tem orçamento próprio para os seus capítulos.", "pt"),
        ("Le réseau dépend de bénévoles et n'a pas de budget propre pour les chapitres.", "fr"),
        ("Instituto Tecnológico, Guadalajara; CIMAV; UNAM; Irapuato; Querétaro; Monterrey", "es"),
        ("2005 · 46.5% — 12/7", "und"),
        ("", "und"),
    ],
)
def test_the_language_of_a_passage(passage: str, lang: str) -> None:
    """es, en, both at once, another language by its code, or unknown."""
    assert text.language(passage) == lang


def test_a_hint_decides_what_the_text_does_not() -> None:
    """Names alone have the language that the document declares."""
    assert text.language("Kea", hint="en") == "en"
    assert text.language("Kea", hint="es") == "es"
    assert text.language("La red no tiene fondos propios ni oficina", hint="en") == "es"
