"""The spaCy side: blank pipelines whose ruler is a PhraseMatcher over the catalogue.

Nothing is downloaded. A pipeline that a person installed (`ner_es`, `ner_en`) is asked for people
and organisations beside the rulers.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from kb.entities.gazetteer import INFIX, Match, norm, patterns
from kb.errors import MissingPartError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_EDGE = r"(?:[^\w\s]|_)"


class Named(NamedTuple):
    """What an installed pipeline calls a person or an organisation."""

    start: int
    end: int
    label: str  # PERSON or INSTITUTION


class Ruler:
    """The component: leaves its matches in `doc.user_data["kb"]`."""

    def __init__(self, nlp: Language) -> None:
        from spacy.attrs import NORM
        from spacy.matcher import PhraseMatcher

        # The norm of a lexeme is worked out once a word: folding costs nothing per token.
        nlp.vocab.lex_attr_getters[NORM] = norm  # type: ignore[attr-defined]
        self.matcher = PhraseMatcher(nlp.vocab, attr="NORM")
        self.forms = {}
        for pattern in patterns():
            key = "\t".join(pattern.tokens)
            doc = nlp.tokenizer(" ".join(pattern.tokens))
            self.matcher.add(key, [doc])
            self.forms[nlp.vocab.strings[key]] = pattern.forms

    def __call__(self, doc: Doc) -> Doc:
        found = []
        for key, first, last in self.matcher(doc):
            end = doc[last - 1]
            found.append(Match(doc[first].idx, end.idx + len(end), self.forms[key]))
        found.sort(key=lambda match: (match.start, match.end))
        doc.user_data["kb"] = found
        return doc


@cache
def blank(lang: str) -> Language:
    """The pipeline of `lang` (es, en): our tokenizer, our ruler."""
    _import_without_torch()
    import spacy
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer

    if not Language.has_factory("kb_ruler"):
        Language.factory("kb_ruler", func=_make_ruler)
    nlp = spacy.blank(lang)
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        rules={},
        prefix_search=re.compile(f"^{_EDGE}").search,
        suffix_search=re.compile(f"{_EDGE}$").search,
        infix_finditer=INFIX.finditer,
    )
    nlp.add_pipe("kb_ruler")
    return nlp


def _import_without_torch() -> None:
    """Import spaCy as if torch were not installed: rulers do not need it, and it takes seconds.

    thinc asks once, on import; pipelines of transformers would need it and are not supported.
    """
    if "torch" in sys.modules:
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # makes `import torch` fail
    try:
        import spacy  # noqa: F401
    finally:
        del sys.modules["torch"]


def _make_ruler(nlp: Language, name: str) -> Ruler:
    return Ruler(nlp)


def matches(text: str, *, lang: str) -> list[Match]:
    """All forms found in a passage, by start."""
    found: list[Match] = blank(lang if lang in ("es", "en") else "es")(text).user_data["kb"]
    return found


@cache
def installed(name: str) -> Language:
    """A pipeline by package name or folder."""
    import spacy

    try:
        return spacy.load(name)
    except OSError as error:
        raise MissingPartError(
            "ner_missing", part=name, command=f"python -m spacy download {name}"
        ) from error


def named(text: str, *, pipeline: str) -> list[Named]:
    """People and organisations that an installed pipeline finds."""
    labels = {"PER": "PERSON", "PERSON": "PERSON", "ORG": "INSTITUTION"}
    return [
        Named(ent.start_char, ent.end_char, labels[ent.label_])
        for ent in installed(pipeline)(text).ents
        if ent.label_ in labels
    ]
