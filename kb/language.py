"""Which language a text is in: a naive Bayes of letter n-grams and function words.

The n-gram counts are those of langdetect's profiles (Shuyo 2010, from Wikipedia); languages other
than Spanish and English are told by langdetect itself, with a fixed seed.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

from kb.folding import fold, word_list

_OTHER = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
#: Marks that one of the two languages alone uses.
_MARKS = re.compile(r"[ñ¿¡áéíóúü]")
_SENTENCE = re.compile(r"[^.!?\n;]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTER = re.compile(r"[^\W\d_]")
_CERTAIN = 4.0


@lru_cache(maxsize=1)
def _grams() -> dict[str, float]:
    """Log ratio es : en of each n-gram of one to three characters."""
    import json
    from importlib import resources

    folder = resources.files("langdetect") / "profiles"
    profiles: dict[str, Any] = {
        lang: json.loads((folder / lang).read_text(encoding="utf-8")) for lang in ("es", "en")
    }
    ratios: dict[str, float] = {}
    counts = {lang: profile["freq"] for lang, profile in profiles.items()}
    for gram in counts["es"].keys() | counts["en"].keys():
        if gram != gram.lower():
            continue
        size = len(gram) - 1
        share = [
            (counts[lang].get(gram, 0) / profiles[lang]["n_words"][size]) + 2e-5
            for lang in ("es", "en")
        ]
        ratios[gram] = math.log(share[0] / share[1])
    return ratios


@lru_cache(maxsize=20_000)
def _word_score(word: str) -> float:
    """How much a lower-case word speaks for Spanish (above 0) or English (below 0)."""
    plain = fold(word)
    score = 3.0 * ((plain in word_list("es", "function")) - (plain in word_list("en", "function")))
    if marks := _MARKS.findall(word):
        score += 2.0 if "ñ" in marks else 1.5
    ratios = _grams()
    padded = f" {word} "
    for size in (1, 2, 3):
        for i in range(len(padded) - size + 1):
            score += _WEIGHTS[size] * ratios.get(padded[i : i + size], 0.0)
    return max(-6.0, min(6.0, score))


_WEIGHTS = {1: 0.3, 2: 0.3, 3: 0.5}


def spanish_over_english(text: str) -> float:
    """Sum over the words; above 0 Spanish is likelier, below 0 English."""
    lower = _OTHER.sub(" ", text).replace("’", "'").lower()
    score = sum(_word_score(word) for word in _WORD.findall(lower))
    if "¿" in lower or "¡" in lower:
        score += 8.0
    return score


def of_question(text: str) -> str:
    """es or en, whichever the question is likelier to be in; right on three words."""
    return "es" if spanish_over_english(text) > 0 else "en"


def of_passage(text: str, *, hint: str | None = None) -> str:
    """es, en, mixed (both in one passage), another ISO 639-1 code, or und.

    `hint` is the language that the format declares or the document has: it decides where the
    text itself does not.
    """
    letters = len(_LETTER.findall(text))
    if letters < 2:
        return hint if hint in ("es", "en") else "und"
    clean = _OTHER.sub(" ", text)
    found = _WORD.findall(clean.replace("’", "'").lower())
    if len(_LATIN.findall(text)) < letters / 2:
        return _by_langdetect(clean) or "und"
    scores = [_word_score(word) for word in found]
    total = sum(scores)
    if len(found) < 4 and hint in ("es", "en") and abs(total) < _CERTAIN:
        return hint
    if len(found) >= 8 and (other := _foreign(found, clean)):
        return other
    if _is_mixed(text):
        return "mixed"
    if not found:
        return "und"
    return "es" if total > 0 else "en"


def _foreign(found: list[str], text: str) -> str | None:
    """Another language where its function words outnumber those of es and en, or where neither
    has any in twenty words and langdetect is sure."""
    own = sum(_is_functional(fold(word)) for word in found)
    foreign = sum(word in word_list("other", "function") for word in found)
    told = foreign >= max(2, 0.1 * len(found)) and foreign > 0.4 * own
    silent = own <= 0.04 * len(found) and len(found) >= 20
    if not told and not silent:
        return None
    other = _by_langdetect(text)
    return other if other not in ("es", "en") else None


def _is_functional(word: str) -> bool:
    return word in word_list("es", "function") or word in word_list("en", "function")


def _is_mixed(text: str) -> bool:
    """Both languages have sentences enough: a fifth of the words and eight words at least."""
    sizes = {"es": 0, "en": 0}
    for part in _SENTENCE.findall(_OTHER.sub(" ", text)):
        found = _WORD.findall(part.replace("’", "'").lower())
        score = sum(_word_score(word) for word in found)
        if len(found) >= 4 and abs(score) >= _CERTAIN:
            sizes["es" if score > 0 else "en"] += len(found)
    least = min(sizes.values())
    return least >= 8 and least >= 0.2 * sum(sizes.values())


@lru_cache(maxsize=1)
def _factory() -> Any:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)
    return factory


def _by_langdetect(text: str) -> str | None:
    """The ISO 639-1 code that langdetect is nearly sure of; None where it is not."""
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    detector.append(text[:2000])
    try:
        ranked = detector.get_probabilities()
    except LangDetectException:  # no letters that its profiles know
        return None
    if not ranked or ranked[0].prob < 0.9:
        return None
    return str(ranked[0].lang).split("-")[0]
